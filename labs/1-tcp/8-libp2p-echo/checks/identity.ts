/** Checks of `send`: whom the program's node talks to. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { NODE_MS, withPeer, type Libp2pPeer, type Libp2pStream } from '../../../check/peers/libp2p.ts'
import { firstDifference } from '../../../check/transcript/hexdump.ts'
import exercise from '../exercise.ts'
import { expectStream } from './expect.ts'
import { isRefused, PROTOCOL, sendOp } from './nodes.ts'

/** How long a call may take to dial while the program shows that it runs. */
const DIAL_MS = 5_000

/** A node of the checker, and the next stream that comes to it: only the last call of `next` is answered. */
interface Node {
  peer: Libp2pPeer
  next: () => Promise<Libp2pStream>
}

/** A call of `send` whose stream has come to the checker's node. */
interface Sent {
  stream: Libp2pStream
  reply: Promise<{ bytes: Buffer }>
}

export async function identity(t: CheckContext): Promise<void> {
  await withPeer(t, { listen: true, called: 'node A' }, a =>
    withPeer(t, { listen: true, called: 'node B' }, async b => {
      const [toA, toB] = [await a.accept(PROTOCOL), await b.accept(PROTOCOL)]
      await eachItsOwn(t, { peer: a, next: toA }, { peer: b, next: toB })
      await bothToOne(t, { peer: a, next: toA })
      await refusesImpostor(t, { peer: a, next: toA })
    }),
  )
}

/** Two calls at the same time, for two nodes: each node gets its own stream, and each call its own answer. */
async function eachItsOwn(t: CheckContext, a: Node, b: Node): Promise<void> {
  const nodes = 'The checker started two libp2p nodes of its own, A and B.'
  t.doing(`${nodes} It asked your program to send bytes to A.`)
  const first = await sendTo(t, 'A', a, b, DIALS)
  t.doing(
    `${nodes} Your program sent bytes to A, which has not answered yet. Then the checker asked it to send others to B.`,
  )
  const second = await sendTo(
    t,
    'B',
    b,
    a,
    'does a call wait for another one to finish? Each has a stream of its own.',
  )
  t.doing(`${nodes} Your program sent bytes to both. Then B answered.`)
  const answer = t.random.bytes(t.random.int(20, 60))
  second.stream.write(answer)
  second.stream.end()
  judgeReply(t, 'B', (await second.reply).bytes, answer)
  t.doing(`${nodes} Your program sent bytes to both. B answered, then A ended its stream without an answer.`)
  first.stream.end()
  judgeReply(t, 'A', (await first.reply).bytes, Buffer.alloc(0))
}

const DIALS = 'do you call node.dialProtocol(multiaddr(peer), protocol)? It connects and opens the stream.'

async function sendTo(t: CheckContext, name: string, node: Node, other: Node, hint: string): Promise<Sent> {
  const bytes = t.random.bytes(t.random.int(20, 60))
  const reply = sendOp(t, node.peer.address, bytes)
  let stream: Libp2pStream | undefined
  let misled = false
  let replied = false
  const known = Promise.race([
    node.next().then(come => void (stream = come)),
    other.next().then(() => void (misled = true)),
    reply.then(
      () => void (replied = true),
      () => void (replied = true),
    ),
  ])
  await happens(known, { ms: DIAL_MS, signOfLife: t.program.signOfLife })
  if (stream) {
    await expectStream(t, stream, {
      what: `the ${count(bytes.length, 'byte')} of this call on ${stream.name}`,
      bytes,
      thenEnd: true,
      op: 'send',
      hint: () => 'does each call send its own bytes on a stream of its own?',
    })
    return { stream, reply }
  }
  // An error of the call says more than that no stream came.
  if (replied) await reply
  return t.fail({
    op: 'send',
    expected: `that your node opens a stream to node ${name}, ${node.peer.id}.`,
    got: misled
      ? 'a stream to the other node.'
      : replied
        ? 'send returned without opening a stream.'
        : 'no stream.',
    hint: misled
      ? 'do you dial the peer of each call? A connection leads to one peer. You cannot use it for another.'
      : replied
        ? DIALS
        : hint,
  })
}

/** Two calls at once for the same node: the one that is done first must not take anything from the other. */
async function bothToOne(t: CheckContext, { peer, next }: Node): Promise<void> {
  const bytes = t.random.bytes(t.random.int(20, 60))
  const asked = `The checker asked your program twice at the same time to send ${bytes.length} bytes to node A.`
  t.doing(asked)
  const calls = [1, 2].map(() => t.ask(exercise.ops.send, { peer: peer.address, bytes }, { ms: NODE_MS }))
  const failed = Promise.race(calls)
  const answers = [12, 34].map(length => t.random.bytes(length))
  const streams: Libp2pStream[] = []
  while (streams.length < 2) {
    const stream = await Promise.race([next(), failed.then(() => undefined)])
    if (!stream) {
      const { error } = await failed
      return failBoth(
        t,
        'that your node opens a stream for each call.',
        error ?? 'a result without an answer',
      )
    }
    streams.push(stream)
  }
  const first = Promise.race(calls.map(async (call, i) => ({ i, ...(await call) })))
  for (const [i, stream] of streams.entries()) {
    t.doing(
      `${asked} It answered on ${i === 0 ? 'the first stream' : 'the second one when the first call had returned'}.`,
    )
    await expectStream(t, stream, {
      what: `the ${bytes.length} bytes of a call on ${stream.name}`,
      bytes,
      thenEnd: true,
      op: 'send',
      hint: () => SHARED,
    })
    stream.write(answers[i]!)
    stream.end()
    const { result, error } = i === 0 ? await first : await calls[1 - (await first).i]!
    if (error !== undefined) failBoth(t, `the ${answers[i]!.length} bytes of the answer.`, error)
    judgeReply(t, 'A', result!.bytes, answers[i]!)
    // What a program does when a call is done takes a few turns.
    for (let turn = 0; turn < 10; turn++) await t.program.signOfLife()
  }
}

const SHARED =
  'do you close a connection, or hang up, while another call still uses it? Calls to the same peer can share one: libp2p reuses a connection that is open.'

const failBoth = (t: CheckContext, expected: string, error: string): never =>
  t.fail({ op: 'send', expected, got: `an error: ${error}.`, hint: SHARED })

function judgeReply(t: CheckContext, name: string, actual: Buffer, answer: Buffer): void {
  if (firstDifference(answer, actual) === undefined) return
  t.fail({
    op: 'send',
    expected: `that the call for ${name} returns the ${count(answer.length, 'byte')} that ${name} answered.`,
    got: `${count(actual.length, 'byte')}${answer.length === 0 ? '' : ', but not the expected ones'}.`,
    hint:
      actual.length > answer.length
        ? 'does each call collect its own messages? A variable outside of the function is shared by all calls.'
        : 'do you return exactly the bytes that came back, up to the end of the stream?',
    bytes: { expected: answer, actual },
  })
}

async function refusesImpostor(t: CheckContext, { peer, next }: Node): Promise<void> {
  let impostor = ''
  await withPeer(t, { called: 'impostor' }, async ({ id }) => void (impostor = id))
  const address = peer.address.replace(peer.id, impostor)
  t.doing(
    `The checker asked your program to send bytes to ${address}. The node at this address has another identity, ${peer.id}.`,
  )
  const refused = isRefused(sendOp(t, address, t.random.bytes(t.random.int(20, 60))))
  // A program that is fooled waits for an answer: its stream is the proof.
  const fooled = await Promise.race([next(), refused.then(() => undefined)])
  if (!fooled && (await refused)) return
  t.fail({
    op: 'send',
    expected: 'an error: this is not the peer that the address names.',
    got: fooled
      ? 'your node opened a stream to the wrong peer.'
      : 'send returned, as if it had delivered the bytes.',
    hint: 'do you dial the multiaddr as it is? Without its /p2p/… part, libp2p cannot compare the identity.',
  })
}
