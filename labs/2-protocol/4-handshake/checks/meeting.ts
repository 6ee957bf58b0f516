/** A connection between the program and a peer of the checker's, and the words for it. */
import type { Answer } from '../../../check/kit/ask.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import type { Values } from '../../../exercise/op.ts'
import type { VersionMessage } from '../../../exercise/version-message.ts'
import type exercise from '../exercise.ts'

export type Direction = 'inbound' | 'outbound'
export const DIRECTIONS: readonly Direction[] = ['inbound', 'outbound']

export type Found = Values<typeof exercise.ops.connect.result>
export type Reason = Values<typeof exercise.events.closed.data>['reason']

/** What the program was told to say of itself. */
export type Own = Omit<Values<typeof exercise.ops.listen.args>, 'host' | 'port'>

/** A connection between the program and a peer of the checker's. */
export interface Meeting {
  direction: Direction
  /** The checker's end. */
  peer: Peer
  /** What the program calls it. */
  connection: string
  /** Of `connect`, when it has one. */
  answer?: Promise<Answer<Found>>
  /** The version that the program sent, when it did. */
  theirs?: VersionMessage
}

export const opOf = ({ direction }: Pick<Meeting, 'direction'>): string =>
  direction === 'inbound' ? 'listen' : 'connect'

/** The beginning of a sentence about the checker's side. */
export const BY: Readonly<Record<Direction, string>> = {
  inbound: 'A peer that connected to your program',
  outbound: 'A peer that your program connected to',
}
