/** Waits until a running network is healthy, and joins the halves of a mesh that gossipsub would leave apart. */
import { now } from '../clock.ts'
import { NetworkError } from '../failure.ts'
import { islands } from '../state.ts'
import type { Links } from './links.ts'
import type { Members } from './members.ts'
import { missing, type Goal } from './readiness.ts'
import type { EventRecord } from './record.ts'

/**
 * How often parts of a mesh are asked to join, in milliseconds: about a heartbeat of gossipsub. A graft comes to nothing while the node does not
 * know yet that its peer subscribes, or has no stream to it, as right after they connected again.
 */
const JOIN_AGAIN_MS = 1_000

export interface SettleOptions {
  record: EventRecord
  members: Members
  links: Links
  goal: Goal
  /** Leave the parts of a mesh as gossipsub leaves them. */
  handsOff: boolean
  withinMs: number
}

/** Resolves when the goal is reached. Rejects with a NetworkError that says what is missing. */
export async function settle({
  record,
  members,
  links,
  goal,
  handsOff,
  withinMs,
}: SettleOptions): Promise<void> {
  const lacks = missing(goal)
  const signal = AbortSignal.timeout(withinMs)
  const told = new Set<string>()
  try {
    for (;;) {
      await record.until(
        state => lacks(state) === undefined || (!handsOff && islands(state) !== undefined),
        signal,
      )
      if (lacks(record.state) === undefined) return
      const parts = islands(record.state)!
      join(parts)
      await record
        .until(
          state => islands(state)?.length !== parts.length,
          AbortSignal.any([signal, AbortSignal.timeout(JOIN_AGAIN_MS)]),
        )
        .catch(() => signal.throwIfAborted())
    }
  } catch {
    throw new NetworkError({
      step: 'wait until the network is ready',
      cause: `after ${withinMs / 1000} s ${lacks(record.state) ?? 'it was not ready'}`,
      remedy: 'Wait longer, or check the log',
    })
  }

  /**
   * A node that has its D_LOW mesh peers within its own part looks for no more, so after a split two halves may stay two meshes with
   * gossip between them. One link from the first part to each of the others is enough.
   */
  function join([first = [], ...others]: readonly string[][]): void {
    for (const part of others) {
      const a = first.find(name => [...links.neighbours(name)].some(other => part.includes(other)))
      const b = a && [...links.neighbours(a)].find(other => part.includes(other))
      const peer = b && record.state.nodes[b]?.peerId
      if (!a || !peer) continue
      members.get(a)?.process.send({ type: 'graft', node: a, peer })
      if (told.has(`${a} ${b}`)) continue
      told.add(`${a} ${b}`)
      const text = `P2P Lab asked ${a} to graft ${b}. Each part of the mesh had all the peers it wants, so gossipsub would have left only gossip between them.`
      record.add({ type: 'notice', at: now(), level: 'info', text })
    }
  }
}
