/** Checks of `send`: the program's node dials a libp2p node of the checker. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { firstDifference } from '../../../check/transcript/hexdump.ts'
import { withPeer, type Libp2pStream } from '../../../check/peers/libp2p.ts'
import { expectStream } from './expect.ts'
import { isRefused, PROTOCOL, sendOp } from './nodes.ts'

const KIB = 1024
/** How long the checker's node says nothing in the middle of its answer. */
const SLOW_MS = 700

/** Calls `send` for the checker's node. The stream that the program opens, and the reply that is still to come. */
async function called(
  t: CheckContext,
  bytes: Buffer,
  asked: string,
  use: (call: Call) => Promise<void>,
  name?: string,
): Promise<void> {
  const node = { listen: true, ...(name !== undefined && { called: name }) }
  await withPeer(t, node, async peer => {
    const next = await peer.accept(PROTOCOL)
    t.doing(asked)
    const reply = sendOp(t, peer.address, bytes)
    const stream = await Promise.race([next(), reply.then(() => undefined)])
    if (stream) return use({ stream, reply })
    t.fail({
      op: 'send',
      expected: `that your node dials ${peer.address} and opens a stream with ${PROTOCOL}.`,
      got: 'send returned without opening a stream.',
      hint: 'do you call node.dialProtocol(multiaddr(peer), protocol)? It connects and opens the stream.',
    })
  })
}

interface Call {
  stream: Libp2pStream
  reply: Promise<{ bytes: Buffer }>
}

export async function client(t: CheckContext): Promise<void> {
  const bytes = t.random.bytes(t.random.int(150, 400) * KIB)
  // More than the window that a stream begins with (256 KiB), so that it cannot arrive as one message.
  const answer = t.random.bytes(t.random.int(300, 400) * KIB)
  const pieces = t.random.cut(answer, 6)
  const asked = `The checker started a slow libp2p node of its own and asked your program to send ${number(bytes.length)} bytes to it.`
  await called(t, bytes, asked, async ({ stream, reply }) => {
    await expectStream(t, stream, {
      what: `these ${number(bytes.length)} bytes from your program`,
      bytes,
      thenEnd: true,
      op: 'send',
      hint: (actual, stop) => {
        if (stop === 'silence' && actual.length === bytes.length) {
          return 'do you half-close after the bytes? stream.close() ends your side and leaves the other side open.'
        }
        if (stop === 'reset') {
          return 'do you abort the stream, close the connection or stop the node too early? stream.close() sends the remaining bytes, then ends your side.'
        }
        return 'do you send all bytes unchanged before the end?'
      },
    })
    const read = `${asked} That node read to the end`
    t.doing(`${read}, and began to answer with ${number(answer.length)} bytes in ${pieces.length} pieces.`)
    for (const [i, piece] of pieces.entries()) {
      stream.write(piece)
      await pause(i === 0 ? SLOW_MS : t.random.int(5, 15))
    }
    stream.end()
    t.doing(
      `${read}, answered with ${number(answer.length)} bytes in ${pieces.length} pieces, and closed its side.`,
    )
    judgeAnswer(t, (await reply).bytes, answer)
  })
  await brokenAnswer(t)
}

/** The stream is reset in the middle of the answer: what came is no answer. */
async function brokenAnswer(t: CheckContext): Promise<void> {
  const bytes = t.random.bytes(t.random.int(20, 60))
  const part = t.random.bytes(t.random.int(20, 60))
  const asked = `The checker started a libp2p node of its own and asked your program to send ${bytes.length} bytes to it.`
  const use = async ({ stream, reply }: Call) => {
    await expectStream(t, stream, {
      what: `these ${bytes.length} bytes from your program`,
      bytes,
      op: 'send',
      hint: () => 'do you send all bytes unchanged?',
    })
    const refused = isRefused(reply)
    t.doing(`${asked} That node answered with ${part.length} bytes.`)
    stream.write(part)
    for (let turn = 0; turn < 2; turn++) await t.program.signOfLife()
    t.doing(`${asked} That node answered with ${part.length} bytes, and reset the stream.`)
    stream.reset()
    if (await refused) return
    t.fail({
      op: 'send',
      expected: 'an error: the stream was reset before its end, so nobody knows whether the answer is whole.',
      got: `a result of ${count((await reply).bytes.length, 'byte')}.`,
      hint: 'do you treat every kind of ending as the end? An answer is whole only after "remoteCloseWrite". A reset gives "close" with an error, and makes "for await" throw.',
    })
  }
  // Another identity: a program with one node for all calls may still know the node before by its own.
  await called(t, bytes, asked, use, 'node 2')
}

function judgeAnswer(t: CheckContext, actual: Buffer, answer: Buffer): void {
  const at = firstDifference(answer, actual)
  if (at === undefined) return
  t.fail({
    op: 'send',
    expected: `that send returns all ${number(answer.length)} bytes of the answer.`,
    got: `${count(actual.length, 'byte')}.`,
    hint:
      actual.length === 0
        ? 'do you return before the answer has arrived? connection.close() and node.stop() end every stream: wait for the end of the answer first.'
        : at === actual.length
          ? 'do you return after the first message, or after some time? Collect the messages until the stream ends, however long it takes.'
          : 'do you join the messages as bytes (Buffer.concat), in order?',
    bytes: { expected: answer, actual },
  })
}
