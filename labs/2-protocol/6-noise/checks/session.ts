/** A secured connection between the checker and the program: what is sent on it, and the echo. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { firstDifference } from '../../../check/transcript/hexdump.ts'
import { mistakeInTransport } from './misconceptions.ts'
import { NOTHING, type Cipher, type Side } from './noise.ts'
import { failNoFrame, framed, readFrame } from './wire.ts'

export interface Session {
  peer: Peer
  op: string
  send: Cipher
  receive: Cipher
  /** Of the handshake. */
  hash: Buffer
}

export const sessionOf = (peer: Peer, op: string, side: Side): Session => ({
  peer,
  op,
  ...side.split(),
  hash: side.hash,
})

/** A transport message behind its length. */
export const sealed = ({ send }: Session, plaintext: Uint8Array): Buffer =>
  framed(send.encrypt(NOTHING, plaintext))

const CLOSED =
  'does your program close the connection on a good message? Decrypt with the key of the other direction, associated data empty, and the next nonce.'

/** The plaintext of the next transport message. Fails where it does not fit. */
export async function readSealed(
  t: CheckContext,
  session: Session,
  what: string,
  hint = CLOSED,
): Promise<Buffer> {
  const frame = await readFrame(session.peer)
  const { op } = session
  if (!frame.message) return failNoFrame(t, frame, { what, op, hint, framed: session.receive.count > 0n })
  const { receive } = session
  try {
    return receive.decrypt(NOTHING, frame.message)
  } catch {
    const { hash } = session
    return t.fail({
      op,
      expected: `${what}: a transport message that fits its tag, with nonce ${number(Number(receive.count))}.`,
      got: `${number(frame.message.length)} bytes that cannot be decrypted.`,
      hint:
        mistakeInTransport(session, hash, frame.message) ??
        "is it encrypted with your direction's key of Split, empty associated data, and a nonce that counts from 0?",
    })
  }
}

/** Fails unless these bytes come, in messages of any length. Returns the lengths of the plaintexts. */
export async function expectPlaintext(
  t: CheckContext,
  session: Session,
  bytes: Buffer,
  { what, hint }: { what: string; hint?: string },
): Promise<number[]> {
  const parts: Buffer[] = []
  for (let length = 0; length < bytes.length; length += parts.at(-1)!.length)
    parts.push(await readSealed(t, session, what, hint))
  const actual = Buffer.concat(parts)
  if (firstDifference(bytes, actual) !== undefined) {
    t.fail({
      op: session.op,
      expected: `${what}.`,
      got: `${number(actual.length)} bytes, but not these.`,
      hint: 'do you send the bytes once, in their order, each message encrypted by itself?',
      bytes: { expected: bytes, actual },
    })
  }
  return parts.map(part => part.length)
}

/** Sends a few bytes, or those given, as one message, and expects them back. */
export async function expectEcho(
  t: CheckContext,
  session: Session,
  { bytes = t.random.bytes(t.random.int(1, 200)), hint }: { bytes?: Buffer; hint?: string } = {},
): Promise<void> {
  await session.peer.write(sealed(session, bytes))
  await expectPlaintext(t, session, bytes, {
    what: `the echo of ${number(bytes.length)} bytes`,
    ...(hint !== undefined && { hint }),
  })
}
