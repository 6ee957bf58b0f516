/** What a client returns: all of the answer of its own peer, however long the peer pauses, also when it has nothing to send itself. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import exercise from '../exercise.ts'
import { changed } from './misconceptions.ts'

const { ops } = exercise

const KIB = 1024

/** Of the answer before the pause: more than Node reads at once (64 KiB), so that it cannot be one piece however it is timed. */
const BEFORE = 100 * KIB
/** Long for a program that takes silence for the end, short for whoever waits for the check. */
const PAUSE_MS = 500

export async function clientReceives(t: CheckContext): Promise<void> {
  const bytes = t.random.bytes(t.random.int(20, 60))
  const answer = t.random.bytes(t.random.int(130, 200) * KIB)
  const server = await t.sockets.serve(beginsWith(bytes))
  t.doing(
    `The checker started a server of its own and asked your program to send ${number(bytes.length)} bytes to it.`,
  )
  const early = t.call(ops.send, { peer: server.address, bytes }, { ms: 15_000 })
  const peer = await Promise.race([server.accept(), early.then(() => server.accept(1000))])
  const { stop } = await Promise.race([peer.readToEnd(), early.then(() => peer.readToEnd(1000))])
  if (stop === 'silence') {
    t.fail({
      op: 'send',
      expected: 'that your program closes its sending side (FIN) after the bytes.',
      got: 'no end: the server is still waiting for more bytes.',
      hint: `half-close the connection${inNode(' with socket.end()')}: that sends a FIN after the bytes that you wrote, and the other direction stays open.`,
    })
  }
  t.doing(
    `The checker started a slow server of its own and asked your program to send ${number(bytes.length)} bytes to it. The server read to the end, then answered with ${number(answer.length)} bytes in pieces, with a pause of ${PAUSE_MS} ms after ${number(BEFORE)} bytes.`,
  )
  for (const piece of t.random.cut(answer.subarray(0, BEFORE), 4)) {
    await peer.write(piece)
    await pause(t.random.int(5, 15))
  }
  await pause(PAUSE_MS)
  for (const piece of t.random.cut(answer.subarray(BEFORE), 2)) await peer.write(piece)
  await peer.end()
  compareAnswer(t, (await early).bytes, answer)
  await twoAtOnce(t)
  await nothingToSend(t)
}

function compareAnswer(t: CheckContext, bytes: Buffer, answer: Buffer): void {
  if (bytes.equals(answer)) return
  const short = bytes.length < answer.length && !changed(answer, bytes)
  t.fail({
    op: 'send',
    expected: `that send returns all ${number(answer.length)} bytes of the answer.`,
    got: `${count(bytes.length, 'byte')}.`,
    // Nothing at all: it did not even wait for the first piece.
    hint: short ? (bytes.length === BEFORE || bytes.length === 0 ? PAUSE : FIRST) : JOIN,
    bytes: { expected: answer, actual: bytes },
  })
}

const PAUSE =
  'do you take a pause for the end? A peer can be quiet for as long as it likes: only its FIN says that nothing more comes.'
const FIRST = `do you return after the first ${inNode('"data" event', 'piece')}? A stream arrives in pieces: collect them until ${inNode('"end"', 'the end')}.`
const JOIN = `do you join the pieces as bytes${inNode(' (Buffer.concat)')}, never as strings?`

/** What one call of send got must not turn up in another. */
async function twoAtOnce(t: CheckContext): Promise<void> {
  const bytes = t.random.bytes(8)
  const server = await t.sockets.serve(beginsWith(bytes))
  t.doing(
    'The checker asked your program for two calls of send at the same time, and answered each with other bytes.',
  )
  const calls = [0, 1].map(() => t.call(ops.send, { peer: server.address, bytes }))
  const all = Promise.all(calls)
  const answers: Buffer[] = []
  for (const _ of calls) {
    const peer = await Promise.race([server.accept(), all.then(() => server.accept(1000))])
    // Which call is on which connection nobody can tell; that each answer is there once is enough.
    answers.push(t.random.bytes(t.random.int(20, 60)))
    void peer.write(answers.at(-1)!)
    void peer.end()
  }
  const got = (await all).map(({ bytes }) => bytes)
  if (answers.every(answer => got.some(bytes => bytes.equals(answer)))) return
  t.fail({
    op: 'send',
    expected: `that one call returns the ${count(answers[0]!.length, 'byte')} of its answer, and the other the ${count(answers[1]!.length, 'byte')} of its own.`,
    got: `${count(got[0]!.length, 'byte')} from one, and ${count(got[1]!.length, 'byte')} from the other.`,
    hint: 'does each call of send have a socket and a list of pieces of its own? Variables outside of the function are shared by all calls.',
  })
}

/** A FIN is all that a peer gets then, and it may answer that, too. */
async function nothingToSend(t: CheckContext): Promise<void> {
  const bytes = Buffer.alloc(0)
  const answer = t.random.bytes(t.random.int(20, 60))
  const server = await t.sockets.serve(beginsWith(bytes))
  const replied = t.call(ops.send, { peer: server.address, bytes })
  t.doing(
    `The checker asked your program to send no bytes at all to a server that answers each client with ${answer.length} bytes as soon as it has ended its side.`,
  )
  // Whoever ends without a byte is answered: a stranger looks the same, and must not take the place of the program.
  const reply = (peer: Peer): void => {
    void peer.write(answer)
    void peer.end()
    void server.acceptOurs().then(reply)
  }
  void server.acceptOurs().then(reply)
  const got = (await replied).bytes
  if (got.equals(answer)) return
  t.fail({
    op: 'send',
    expected: `that send connects, ends its side at once, and returns the ${answer.length} bytes that come back.`,
    got: `${count(got.length, 'byte')}.`,
    hint: 'do you return early when there are no bytes to send? The peer still has something to say.',
    ...(got.length > 0 && { bytes: { expected: answer, actual: got } }),
  })
}
