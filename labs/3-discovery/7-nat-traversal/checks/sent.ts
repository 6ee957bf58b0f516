/** What the program sends to a peer, whether or not it gets in there. */
import { decodeStun } from '../../../exercise/stun.ts'
import { hostOf } from '../../../check/nat/nat.ts'
import type { PlayedPeer } from './peer.ts'
import type { Inhabitant, Town } from './town.ts'

/** Addresses of the peer, in the order in which something went there. */
export interface Sent {
  requests: string[]
  data: string[]
}

/** Grows with what the program sends. */
export function sentTo({ world }: Town, { nat }: Inhabitant, peer: PlayedPeer): Sent {
  const sent: Sent = { requests: [], data: [] }
  world.watch(({ from, to, bytes }) => {
    if (hostOf(from) !== nat.host || hostOf(to) !== peer.nat.host) return
    const stun = decodeStun(bytes)
    if (!stun) sent.data.push(to)
    else if (stun.class === 'request') sent.requests.push(to)
  })
  return sent
}
