/** A connection between the program and a peer of the checker's whose handshake is complete. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import type { Peer, Stop } from '../../../check/peers/peer.ts'
import type { VersionMessage } from '../../../exercise/version-message.ts'
import { readMessage } from '../../../2-protocol/shared/envelope.ts'
import { shakeHands } from '../../../2-protocol/shared/shake-hands.ts'

export interface Message {
  command: string
  payload: Buffer
}

export interface Contact {
  /** The checker's end. */
  peer: Peer
  /** As the program calls the connection. */
  connection: string
  /** inbound: the checker has connected to the program. */
  direction: 'inbound' | 'outbound'
  /** What the program said of itself. */
  theirs: VersionMessage
  /** What the program has sent since, in order. */
  received: readonly Message[]
  /** Why nothing more comes; undefined while the connection is open. */
  stopped(): Stop | undefined
}

export interface Conversation {
  magic: Uint8Array
  direction: Contact['direction']
  /** As the program calls the connection. */
  name: string
  /** Called for each message, in order. */
  onMessage?: (message: Message, contact: Contact) => Promise<void>
}

/** Shakes hands, and from then on reads what comes. */
export async function converse(
  t: CheckContext,
  peer: Peer,
  { magic, direction, name, onMessage }: Conversation,
): Promise<Contact> {
  const theirs = await shakeHands(t, peer, { magic, direction, op: 'start' })
  const received: Message[] = []
  let stop: Stop | undefined
  const contact: Contact = { peer, connection: name, direction, theirs, received, stopped: () => stop }
  const read = async () => {
    for (;;) {
      const message = await readMessage(peer, NEVER_MS)
      if (message.command === undefined) return void (stop = message.stop)
      received.push(message)
      await onMessage?.(message, contact)
    }
  }
  read().catch((error: unknown) => t.broken(error as Error))
  return contact
}
