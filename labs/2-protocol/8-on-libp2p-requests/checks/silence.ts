/** Peers that send half a message and nothing more, and peers that are only slow. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { number } from '../../../check/kit/finding.ts'
import { withPeer, type Libp2pStream } from '../../../check/peers/libp2p.ts'
import { encodeRequest, encodeResponse } from '../../../exercise/request-messages.ts'
import {
  expectError,
  expectLetGo,
  LET_GO,
  expectRequest,
  expectReset,
  expectResponse,
  expectResult,
} from './expect.ts'
import { framed, NOT_FOUND, OK, V2 } from './messages.ts'
import {
  ask,
  getOf,
  listen,
  meet,
  open,
  putOf,
  someKey,
  streamOf,
  withNode,
  WIDE,
  type Meeting,
} from './nodes.ts'

/** What the program is given; it may be later than that, and is not judged by how much. */
const TIMEOUT_MS = 300
const SHORT = { ...WIDE, timeoutMs: TIMEOUT_MS }
/** How long the slow peers, which are in time, say nothing in the middle of a message. */
const SLOW_MS = 700
const TRICKLE_MS = 40
/** So many bytes, one after another, take seven times as long as the program has to wait. */
const TRICKLED = 52
/** So many more while the program shows that it runs, and nobody can say that it was only slow. */
const ROUNDS = 10

const NO_TIMEOUT =
  'do you start a timer for timeoutMs when the stream is open, and reset the stream when it goes off?'
const RESTARTED =
  'is it one timer for the whole message? One that begins anew with each chunk never goes off while a byte comes now and then.'
const GAVE_UP = `is the time that you wait the argument timeoutMs? It was ${WIDE.timeoutMs / 1000} s here, although another node of your program was given ${TIMEOUT_MS} ms.`

/** Sends the bytes one by one. Whether the program lets go of the stream while they come. */
async function trickle(t: CheckContext, stream: Libp2pStream, bytes: Buffer): Promise<boolean> {
  let over = false
  void stream.closed.then(() => (over = true))
  for (let i = 0; i < TRICKLED + ROUNDS && !over; i++) {
    stream.write(bytes.subarray(i, i + 1))
    if (i >= TRICKLED) await t.program.signOfLife()
    await pause(TRICKLE_MS)
  }
  return over
}

export async function silence(t: CheckContext): Promise<void> {
  const key = someKey(t)
  await meet(t, async meeting => {
    // Now, so that a program that keeps its limits for all of its nodes has the short time for the slow one, too.
    const short = await listen(t, SHORT)
    const slow = await slowPut(t, meeting, key)
    await withNode(t, { called: 'slow node' }, async node => {
      const request = getOf(key)
      const asking = ask(t, node, request, { knowing: 'a slow libp2p node' })
      const stream = await streamOf(t, node, asking)
      await expectRequest(t, stream, request)
      const response = framed(encodeResponse({ status: NOT_FOUND, revision: 1 }))
      stream.write(response.subarray(0, 2))
      await tooLate(t, short)
      await tooLateAnswers(t)
      await pause(Math.max(0, slow.since + SLOW_MS - performance.now()))
      stream.write(response.subarray(2))
      t.doing(
        `${asking.did} The peer sent two bytes of its response, said nothing for at least ${SLOW_MS} ms, then sent the rest.`,
      )
      const result = { protocol: V2, status: NOT_FOUND, value: Buffer.alloc(0), revision: 1 }
      await expectResult(t, asking, result, GAVE_UP)
    })
    slow.finish()
    t.doing(
      `The checker sent half of a put, said nothing for at least ${SLOW_MS} ms, then sent the rest. timeoutMs was ${number(WIDE.timeoutMs)}.`,
    )
    await expectResponse(t, slow.stream, { status: OK, revision: 1 }, problem =>
      problem === 'reset' ? GAVE_UP : undefined,
    )
  })
}

/** Half of a put, and what sends the other half. */
async function slowPut(t: CheckContext, meeting: Meeting, key: string) {
  const stream = await open(meeting)
  const message = framed(encodeRequest(putOf(key, t.random.bytes(20))))
  const half = Math.floor(message.length / 2)
  stream.write(message.subarray(0, half))
  const finish = () => {
    stream.write(message.subarray(half))
    stream.end()
  }
  return { stream, since: performance.now(), finish }
}

/** `address`: of the node that the program gives a short time-out. */
async function tooLate(t: CheckContext, address: string): Promise<void> {
  await withPeer(t, { called: 'silent node' }, async peer => {
    const connection = await peer.dial(address)
    const message = framed(encodeRequest(putOf(someKey(t), t.random.bytes(100))))
    const silent = await open({ connection })
    const half = await open({ connection })
    const slow = await open({ connection })
    half.write(message.subarray(0, 50))
    const trickling = trickle(t, slow, message)
    const expected = `that your program resets the stream after ${TIMEOUT_MS} ms.`
    const listening = `Your program listens with timeoutMs ${TIMEOUT_MS}. The checker opened a stream`
    t.doing(`${listening}, and sent nothing.`)
    await expectReset(t, silent, { expected, hint: NO_TIMEOUT, connection })
    t.doing(`${listening}, sent half a message, and nothing more.`)
    await expectReset(t, half, { expected, hint: NO_TIMEOUT, connection })
    const over = await trickling
    t.doing(`${listening}, and sent a message one byte at a time, a byte every ${TRICKLE_MS} ms.`)
    if (!over) stillOpen(t, 'listen', expected)
    await expectReset(t, slow, { expected, hint: RESTARTED, connection })
    t.doing(`${listening}. It was too slow, and your program reset the stream. Then it sent a whole request.`)
    const next = await open({ connection })
    next.write(framed(encodeRequest(getOf(someKey(t)))))
    await expectResponse(t, next, { status: NOT_FOUND })
  })
}

const stillOpen = (t: CheckContext, op: string, expected: string): never =>
  t.fail({
    op,
    expected,
    got: `the stream is still open, after more than ${number(TRICKLED * TRICKLE_MS)} ms.`,
    hint: RESTARTED,
  })

async function tooLateAnswers(t: CheckContext): Promise<void> {
  await withNode(t, { called: 'half' }, half =>
    withNode(t, { called: 'trickle' }, async trickling => {
      const response = framed(encodeResponse({ status: OK, value: t.random.bytes(100) }))
      const expected = `an error after ${TIMEOUT_MS} ms, and a reset of the stream.`
      const calls = []
      for (const [node, knowing] of [
        [half, 'a libp2p node that sends half a response, and nothing more'],
        [
          trickling,
          `a libp2p node that sends its response one byte at a time, a byte every ${TRICKLE_MS} ms`,
        ],
      ] as const) {
        const request = getOf(someKey(t))
        const asking = ask(t, node, request, { limits: SHORT, knowing })
        const stream = await streamOf(t, node, asking)
        if (node === half) stream.write(response.subarray(0, 50))
        const sent = node === half ? Promise.resolve(true) : trickle(t, stream, response)
        calls.push({ asking, stream, sent, hint: node === half ? NO_TIMEOUT : RESTARTED })
      }
      for (const { asking, stream, sent, hint } of calls) {
        const over = await sent
        t.doing(asking.did)
        if (!over) stillOpen(t, 'request', expected)
        await expectError(t, asking, { expected, hint })
        await expectLetGo(t, stream, { expected, hint: LET_GO })
      }
    }),
  )
}
