/** The handshake of exercise 2.4 as a step on the way: fails where the program does not get through it. */
import type { CheckContext } from '../../check/kit/check.ts'
import { STOPPED } from '../../check/kit/expect.ts'
import { count } from '../../check/kit/finding.ts'
import type { Peer } from '../../check/peers/peer.ts'
import { decodeVersion, type VersionMessage } from '../../exercise/version-message.ts'
import { envelope, readMessage } from './envelope.ts'
import { someVersion, versionPayload } from './version.ts'

export interface Handshake {
  magic: Uint8Array
  /** inbound: the checker has connected to the program. */
  direction: 'inbound' | 'outbound'
  /** That the failure is about. */
  op: string
  /** What the checker says of itself; someVersion when left out. */
  said?: VersionMessage
  /** inbound: runs when the program has sent its verack, and before the checker sends its own. */
  between?: (() => Promise<void>) | undefined
}

/** The checker's side, up to its end. Returns what the program said of itself. */
export async function shakeHands(
  t: CheckContext,
  peer: Peer,
  { magic, direction, op, said = someVersion(t), between }: Handshake,
): Promise<VersionMessage> {
  const version = envelope({ magic, command: 'version', payload: versionPayload(said) })
  const verack = envelope({ magic, command: 'verack' })
  if (direction === 'inbound') await peer.write(version)
  const theirs = await expectHandshakeMessage(t, peer, 'version', op)
  if (direction === 'outbound') await peer.write(Buffer.concat([version, verack]))
  await expectHandshakeMessage(t, peer, 'verack', op)
  await between?.()
  if (direction === 'inbound') await peer.write(verack)
  try {
    return decodeVersion(theirs)
  } catch (error) {
    return t.fail({
      op,
      expected: 'a version payload.',
      got: `${count(theirs.length, 'byte')} that are none: ${(error as Error).message}`,
      hint: EARLIER,
    })
  }
}

const EARLIER =
  'does 2-protocol/4-handshake.ts still pass its checks? This exercise imports runConnection from it.'

/** Reads the next message of the program's, which must be this one. Returns its payload. */
export async function expectHandshakeMessage(
  t: CheckContext,
  peer: Peer,
  command: 'version' | 'verack',
  op: string,
): Promise<Buffer> {
  const read = await readMessage(peer)
  if (read.command === command) return read.payload
  return t.fail({
    op,
    expected: `the message ${command} from your program: the handshake of exercise 2.4.`,
    got:
      read.command === undefined
        ? `${count(read.bytes.length, 'byte')}${STOPPED[read.stop]}.`
        : `the message ${read.command}.`,
    hint: EARLIER,
    lost: read.command === undefined,
  })
}
