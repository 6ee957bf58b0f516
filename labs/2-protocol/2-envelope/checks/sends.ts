/** What the program sends, and what it must not say it has sent. */
import { createHash } from 'node:crypto'
import type { CheckContext } from '../../../check/kit/check.ts'
import { judgeBytes } from '../../../check/kit/expect.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import { checksum, COMMAND, envelope, HEADER } from '../../shared/envelope.ts'
import exercise from '../exercise.ts'
import type { Message } from './house.ts'

/** Asks the program to send the message, and compares what comes. */
export async function expectSent(
  t: CheckContext,
  magic: Buffer,
  message: Message,
  bytes: Buffer,
): Promise<void> {
  const { command, payload } = message
  const server = await t.sockets.serve(beginsWith(bytes))
  t.doing(
    `The checker started a server of its own and called send with the command "${command}" and ${payload.length} bytes of payload.`,
  )
  const replied = t.call(exercise.ops.send, { peer: server.address, magic, command, payload })
  const peer = await Promise.race([server.accept(), replied.then(() => server.accept(2000))])
  const { bytes: actual, stop } = await peer.readToEnd()
  judgeBytes(t, actual, stop, {
    what: `these ${bytes.length} bytes`,
    bytes,
    thenEnd: true,
    op: exercise.ops.send.name,
    hint: () => sendingMistake(bytes, actual, payload),
  })
  // The peer has not ended its side yet.
  await expectReturned(t, replied)
  await peer.end()
}

const RETURN_MS = 1_500

async function expectReturned(t: CheckContext, replied: Promise<unknown>): Promise<void> {
  if (await happens(replied, { ms: RETURN_MS, signOfLife: () => t.program.signOfLife() })) return
  t.doing('Your program sent the message and ended the connection (FIN). The checker kept its side open.')
  t.fail({
    op: exercise.ops.send.name,
    expected: 'that send returns, once the message is sent.',
    got: 'no reply, long after that.',
    hint: 'does send wait for the peer to end the connection, too? A peer may keep its side open as long as it likes.',
  })
}

function sendingMistake(expected: Buffer, actual: Buffer, payload: Buffer): string {
  const part = (bytes: Buffer, from: number, to: number) => bytes.subarray(from, to)
  const differs = (from: number, to: number) => !part(expected, from, to).equals(part(actual, from, to))
  if (actual.length < HEADER) return 'the header has 24 bytes: magic 4, command 12, length 4, checksum 4.'
  if (differs(0, 4)) return 'the magic comes first, as it was given: its bytes are not turned round.'
  if (differs(4, 16))
    return 'the command takes twelve bytes, whatever its own length: the rest of them is NUL.'
  if (differs(16, 20))
    return 'the length is a u32, little-endian (exercise 1.2 was big-endian), and counts the payload only.'
  if (differs(20, 24)) {
    const once = checksumOnce(payload)
    return part(actual, 20, 24).equals(once)
      ? 'is the checksum SHA-256 of SHA-256 of the payload? You hash once.'
      : 'the checksum is the first four bytes of SHA-256(SHA-256(payload)), of the payload alone and in this order.'
  }
  return 'the payload follows the header, and then the connection ends: one message, once.'
}

const checksumOnce = (payload: Buffer) => createHash('sha256').update(payload).digest().subarray(0, 4)

export async function writes(t: CheckContext): Promise<void> {
  const magic = t.random.bytes(4)
  const messages: Message[] = [
    { command: 'p2plab-hello', payload: t.random.bytes(t.random.int(300, 1000)) },
    { command: 'x', payload: Buffer.alloc(0) },
    { command: ' p2p lab ', payload: t.random.bytes(3) },
    // Longer than one write of a socket takes.
    {
      command: t.random.pick(['block', 'tx', 'headers']),
      payload: t.random.bytes(t.random.int(150_000, 250_000)),
    },
  ]
  for (const message of messages) await expectSent(t, magic, message, envelope({ magic, ...message }))
  for (const [command, is] of NO_COMMANDS) await expectUnsent(t, magic, command, is)
  await expectNobody(t, magic)
}

const NO_COMMANDS = [
  ['p2plab-hello2', 'has 13 characters'],
  ['', 'is empty'],
  ['pi\x7fng', 'has a DEL (7f) in it'],
  ['pi\0ng', 'has a NUL in it'],
  ['ping\n', 'has a line feed at its end'],
  ['pi\u00e9ng', 'has a character in it that is not ASCII'],
] as const

async function expectUnsent(t: CheckContext, magic: Buffer, command: string, is: string): Promise<void> {
  t.doing(`The checker called send with the command ${JSON.stringify(command)}, which ${is}.`)
  const server = await t.sockets.serve(beginsWith(magic))
  const { result } = await t.ask(exercise.ops.send, {
    peer: server.address,
    magic,
    command,
    payload: checksum(magic),
  })
  if (result === undefined) return
  t.fail({
    op: exercise.ops.send.name,
    expected: 'an error: a command has 1 to 12 printable ASCII characters (20 to 7e).',
    got: 'that it was sent.',
    hint:
      command.length > COMMAND
        ? 'do you look whether the command fits its twelve bytes? Cut off, it would be another command.'
        : 'do you look at each character of the command before you send it? Nodes drop a message whose command is malformed.',
  })
}

/** What cannot be sent is not said to be sent. */
async function expectNobody(t: CheckContext, magic: Buffer): Promise<void> {
  const server = await t.sockets.serve(beginsWith(magic))
  await server.stopListening()
  t.doing(`The checker called send with a peer that does not listen (${server.address}).`)
  const { result } = await t.ask(exercise.ops.send, {
    peer: server.address,
    magic,
    command: 'verack',
    payload: Buffer.alloc(0),
  })
  if (result === undefined) return
  t.fail({
    op: exercise.ops.send.name,
    expected: 'an error, because the connection is refused.',
    got: 'that it was sent.',
    hint: `does send return before the message is sent? Await the connection${inNode(' (its "connect" event)')} and the writing, and let the errors out.`,
  })
}
