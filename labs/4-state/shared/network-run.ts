/** What the exercises of this lab share of Run My Network: what a message carries, and what an event says of its node. */
import type { NetworkRun } from '../../exercise/network-run.ts'

/** The broadcast of a message of 4.1's flooding. */
export const floodOf: NonNullable<NetworkRun['carries']> = value => {
  const { type, id } = value as { type?: unknown; id?: unknown }
  return type === 'flood' && typeof id === 'string' ? id : undefined
}

/** The op `publish` of flooding, as a broadcast. */
export const flooding: NonNullable<NetworkRun['broadcast']> = {
  op: 'publish',
  args: data => ({ payload: data }),
  id: ({ id }) => String(id),
}

/** The events of 4.6's Raft. */
export const raftStanding: NonNullable<NetworkRun['standing']> = (kind, data) => {
  switch (kind) {
    case 'leader':
      return { leads: Number(data.term) }
    case 'follower':
      return { leads: null }
    case 'committed':
      return { tip: `${String(data.index)}: ${String(data.command)}` }
    default:
      return undefined
  }
}
