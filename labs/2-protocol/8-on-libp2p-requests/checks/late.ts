/** Peers that send nothing, half a message and nothing more, or one byte now and then, or that read nothing. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { number } from '../../../check/kit/finding.ts'
import { withPeer, type Libp2pStream } from '../../../check/peers/libp2p.ts'
import { encodeRequest, encodeResponse } from '../../../exercise/request-messages.ts'
import { expectError, expectLetGo, LET_GO, expectReset, expectResponse } from './expect.ts'
import { framed, NOT_FOUND, OK } from './messages.ts'
import {
  ask,
  getOf,
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
const TRICKLE_MS = 40
/** So many bytes, one after another, take seven times as long as the program has to wait. */
const TRICKLED = 52
/** So many more while the program shows that it runs, and nobody can say that it was only slow. */
const ROUNDS = 10

const NO_TIMEOUT =
  'do you start a timer for timeoutMs when the stream is open, and reset the stream when it goes off?'
const RESTARTED =
  'is it one timer for the whole message? One that begins anew with each chunk never goes off while a byte comes now and then.'
const SENDING =
  'does the timer run while you send the request, too? close() waits until the peer has room for all of it, so start to read before that.'

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

/** `address`: of the node that the program gives a short time-out. */
export async function tooLate(t: CheckContext, address: string): Promise<void> {
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

/** A peer whose answer is never whole in time. */
interface Late {
  /** As in "The checker started …". */
  knowing: string
  request: Request
  hint: string
  /** What it does with the stream. Whether the program lets go of it, where that shows already. */
  use: (stream: Libp2pStream) => Promise<boolean>
}

function latePeers(t: CheckContext): Late[] {
  const response = framed(encodeResponse({ status: OK, value: t.random.bytes(100) }))
  return [
    {
      knowing: 'a libp2p node that sends half a response, and nothing more',
      request: getOf(someKey(t)),
      hint: NO_TIMEOUT,
      use: async stream => {
        stream.write(response.subarray(0, 50))
        return true
      },
    },
    {
      knowing: `a libp2p node that sends its response one byte at a time, a byte every ${TRICKLE_MS} ms`,
      request: getOf(someKey(t)),
      hint: RESTARTED,
      use: stream => trickle(t, stream, response),
    },
    {
      knowing: 'a libp2p node that reads nothing, and sends nothing',
      // Too long for all of it to be on its way.
      request: putOf(someKey(t), longValue(t)),
      hint: SENDING,
      use: async stream => {
        stream.pause()
        return true
      },
    },
  ]
}

/** Each peer has a node of its own: a program may close the whole connection when a call fails. */
export async function tooLateAnswers(t: CheckContext): Promise<void> {
  const expected = `an error after ${TIMEOUT_MS} ms, and a reset of the stream.`
  const calls: { asking: Asking; stream: Libp2pStream; sent: Promise<boolean>; hint: string }[] = []
  const begin = async (node: Node, { knowing, request, hint, use }: Late) => {
    const asking = ask(t, node, request, { limits: SHORT, knowing })
    const stream = await streamOf(t, node, asking)
    calls.push({ asking, stream, sent: use(stream), hint })
  }
  const [half, trickling, unread] = latePeers(t) as [Late, Late, Late]
  await withNode(t, { called: 'half' }, async a =>
    withNode(t, { called: 'trickle' }, async b =>
      withNode(t, { called: 'unread' }, async c => {
        await begin(a, half)
        await begin(b, trickling)
        await begin(c, unread)
        for (const { asking, stream, sent, hint } of calls) {
          const over = await sent
          t.doing(asking.did)
          if (!over) stillOpen(t, 'request', expected)
          await expectError(t, asking, { expected, hint })
          await expectLetGo(t, stream, { expected, hint: LET_GO })
        }
      }),
    ),
  )
}
