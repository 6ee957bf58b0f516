/** Peers that send nothing, half a message and nothing more, or one byte now and then, or that read nothing. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { CheckFailure, number } from '../../../check/kit/finding.ts'
import { withPeer, type Libp2pStream } from '../../../check/peers/libp2p.ts'
import { encodeRequest, encodeResponse } from '../../../exercise/request-messages.ts'
import { expectError, expectLetGo, LET_GO, expectReset, expectResponse } from './expect.ts'
import { framed, NOT_FOUND, OK } from './messages.ts'
import {
  ask,
  getOf,
  listen,
  open,
  putOf,
  someKey,
  streamOf,
  withNode,
  WIDE,
  type Asking,
  type Node,
  type Request,
} from './nodes.ts'
import { longValue } from './plain.ts'

/** What the program is given; it may be later than that, and is not judged by how much. */
export const TIMEOUT_MS = 300
export const SHORT = { ...WIDE, timeoutMs: TIMEOUT_MS }
/** Where the machine was too busy to prove anything, the time is doubled, up to here. */
const LONGEST_MS = 9_600
/** So many bytes, one after another, take seven times as long as the program has to wait. */
const TRICKLED = 52
const BYTES_IN_TIME = 7.5
const trickleMs = (timeoutMs: number) => timeoutMs / BYTES_IN_TIME
/** So many more, with a sign of life of the program behind each, and nobody can say that it was only slow. */
const ROUNDS = 10

const NO_TIMEOUT =
  'do you start a timer for timeoutMs when the stream is open, and reset the stream when it goes off?'
const RESTARTED =
  'is it one timer for the whole message? One that begins anew with each chunk never goes off while a byte comes now and then.'
const SENDING =
  'does the timer run while you send the request, too? close() waits until the peer has room for all of it, so start to read before that.'

/** What became of a stream on which one byte came after another. */
interface Trickled {
  /** The program has let go of it while bytes came. */
  over: boolean
  /** They never came so far apart that a timer which begins anew with each of them could have gone off. */
  steady: boolean
}

/** Sends the bytes one by one, as long as the program does not let go of the stream. */
async function trickle(
  t: CheckContext,
  stream: Libp2pStream,
  bytes: Buffer,
  timeoutMs: number,
): Promise<Trickled> {
  let over = false
  let steady = true
  void stream.closed.then(() => (over = true))
  for (let i = 0, before = performance.now(); i < TRICKLED + ROUNDS && !over; i++) {
    stream.write(bytes.subarray(i, i + 1))
    const now = performance.now()
    if (now - before > timeoutMs / 2) steady = false
    before = now
    // Also a program that was busy for so long may have let go of it for that reason.
    await t.program.signOfLife()
    await pause(trickleMs(timeoutMs))
  }
  return { over, steady }
}

/** Runs an attempt that resolves to whether it proves something, with twice the time if it does not. */
async function untilProven(t: CheckContext, attempt: (timeoutMs: number) => Promise<boolean>): Promise<void> {
  for (let timeoutMs = TIMEOUT_MS; timeoutMs <= LONGEST_MS; timeoutMs *= 2)
    if (await attempt(timeoutMs)) return
  t.inconclusive(
    `this machine is so busy that ${LONGEST_MS / 2_000} s passed between two bytes that were sent one after the other.`,
  )
}

/** `address`: of the node that the program gives a short time-out. */
export const tooLate = (t: CheckContext, address: string): Promise<void> =>
  untilProven(t, async timeoutMs =>
    tooLateIn(t, timeoutMs === TIMEOUT_MS ? address : await listen(t, { ...WIDE, timeoutMs }), timeoutMs),
  )

async function tooLateIn(t: CheckContext, address: string, timeoutMs: number): Promise<boolean> {
  return withPeer(t, { called: 'silent node' }, async peer => {
    const connection = await peer.dial(address)
    const message = framed(encodeRequest(putOf(someKey(t), t.random.bytes(100))))
    const silent = await open({ connection })
    const half = await open({ connection })
    const slow = await open({ connection })
    half.write(message.subarray(0, 50))
    const trickling = trickle(t, slow, message, timeoutMs)
    // A program that crashes is told of by whatever waits for it first.
    trickling.catch(() => {})
    const expected = `that your program resets the stream after ${timeoutMs} ms.`
    const listening = `Your program listens with timeoutMs ${timeoutMs}. The checker opened a stream`
    t.doing(`${listening}, and sent nothing.`)
    await expectReset(t, silent, { expected, hint: NO_TIMEOUT, connection })
    t.doing(`${listening}, sent half a message, and nothing more.`)
    await expectReset(t, half, { expected, hint: NO_TIMEOUT, connection })
    const { over, steady } = await trickling
    t.doing(`${listening}, and sent a message one byte at a time, a byte every ${trickleMs(timeoutMs)} ms.`)
    if (!over) stillOpen(t, 'listen', expected, timeoutMs)
    if (!steady) return false
    await expectReset(t, slow, { expected, hint: RESTARTED, connection })
    t.doing(`${listening}. It was too slow, and your program reset the stream. Then it sent a whole request.`)
    const opened = performance.now()
    const next = await open({ connection })
    next.write(framed(encodeRequest(getOf(someKey(t)))))
    try {
      await expectResponse(t, next, { status: NOT_FOUND })
      return true
    } catch (error) {
      // A program that a busy machine kept from reading is right to reset it.
      if (error instanceof CheckFailure && performance.now() - opened > timeoutMs / 2) {
        if (timeoutMs * 2 <= LONGEST_MS) return false
      }
      throw error
    }
  })
}

const stillOpen = (t: CheckContext, op: string, expected: string, timeoutMs: number): never =>
  t.fail({
    op,
    expected,
    got: `the stream is still open, after more than ${number(TRICKLED * trickleMs(timeoutMs))} ms.`,
    hint: RESTARTED,
  })

/** A peer whose answer is never whole in time. */
interface Late {
  /** As in "The checker started …". */
  knowing: string
  request: Request
  hint: string
  /** What it does with the stream. Whether the program lets go of it, where that shows already. */
  use: (stream: Libp2pStream) => Promise<Trickled>
}

const STEADY = { over: true, steady: true }

function latePeers(t: CheckContext, timeoutMs: number): Late[] {
  const response = framed(encodeResponse({ status: OK, value: t.random.bytes(100) }))
  return [
    {
      knowing: 'a libp2p node that sends half a response, and nothing more',
      request: getOf(someKey(t)),
      hint: NO_TIMEOUT,
      use: async stream => {
        stream.write(response.subarray(0, 50))
        return STEADY
      },
    },
    {
      knowing: `a libp2p node that sends its response one byte at a time, a byte every ${trickleMs(timeoutMs)} ms`,
      request: getOf(someKey(t)),
      hint: RESTARTED,
      use: stream => trickle(t, stream, response, timeoutMs),
    },
    {
      knowing: 'a libp2p node that reads nothing, and sends nothing',
      // Too long for all of it to be on its way.
      request: putOf(someKey(t), longValue(t)),
      hint: SENDING,
      use: async stream => {
        stream.pause()
        return STEADY
      },
    },
  ]
}

/** Each peer has a node of its own: a program may close the whole connection when a call fails. */
export const tooLateAnswers = (t: CheckContext): Promise<void> =>
  untilProven(t, timeoutMs => tooLateAnswersIn(t, timeoutMs))

async function tooLateAnswersIn(t: CheckContext, timeoutMs: number): Promise<boolean> {
  const expected = `an error after ${timeoutMs} ms, and a reset of the stream.`
  const calls: { asking: Asking; stream: Libp2pStream; sent: Promise<Trickled>; hint: string }[] = []
  const begin = async (node: Node, { knowing, request, hint, use }: Late) => {
    const asking = ask(t, node, request, { limits: { ...WIDE, timeoutMs }, knowing })
    const stream = await streamOf(t, node, asking)
    const sent = use(stream)
    sent.catch(() => {})
    calls.push({ asking, stream, sent, hint })
  }
  const [half, trickling, unread] = latePeers(t, timeoutMs) as [Late, Late, Late]
  return withNode(t, { called: 'half' }, async a =>
    withNode(t, { called: 'trickle' }, async b =>
      withNode(t, { called: 'unread' }, async c => {
        await begin(a, half)
        await begin(b, trickling)
        await begin(c, unread)
        for (const { asking, stream, sent, hint } of calls) {
          const { over, steady } = await sent
          t.doing(asking.did)
          if (!over) stillOpen(t, 'request', expected, timeoutMs)
          if (!steady) return false
          await expectError(t, asking, { expected, hint })
          await expectLetGo(t, stream, { expected, hint: LET_GO })
        }
        return true
      }),
    ),
  )
}
