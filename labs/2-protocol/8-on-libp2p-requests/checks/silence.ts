/** Peers that are only slow, while others are too late. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { number } from '../../../check/kit/finding.ts'
import { encodeRequest, encodeResponse } from '../../../exercise/request-messages.ts'
import { expectRequest, expectResponse, expectResult } from './expect.ts'
import { SHORT, TIMEOUT_MS, tooLate, tooLateAnswers } from './late.ts'
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
import { longValue, send } from './plain.ts'

/** How long the slow peers, which are in time, say nothing in the middle of a message. */
const SLOW_MS = 700

const GAVE_UP = `is the time that you wait the argument timeoutMs? It was ${WIDE.timeoutMs / 1000} s here, although another node of your program was given ${TIMEOUT_MS} ms.`
const DROPS =
  'do you reset the stream while a part of the response waits to be sent? close() sends all of it, as soon as the other side has room. abort() drops what still waits.'

export async function silence(t: CheckContext): Promise<void> {
  const key = someKey(t)
  await meet(t, async meeting => {
    // Now, so that a program that keeps its limits for all of its nodes has the short time for the slow one, too.
    const short = await listen(t, SHORT)
    const reader = await slowReader(t, meeting)
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
    await reader.finish()
  })
}

/** A get of a long value whose response waits in the program, and what reads it. */
async function slowReader(t: CheckContext, meeting: Meeting) {
  const key = someKey(t)
  const value = longValue(t)
  t.doing('The checker sent a put of a long value.')
  await expectResponse(t, await send(meeting, putOf(key, value)), { status: OK, revision: 1 })
  const stream = await open(meeting)
  stream.pause()
  stream.write(framed(encodeRequest(getOf(key))))
  stream.end()
  const finish = async () => {
    stream.resume()
    t.doing(
      `The checker sent a get of a long value, read nothing for at least ${SLOW_MS} ms, then read the response.`,
    )
    await expectResponse(t, stream, { status: OK, value, revision: 1 }, problem =>
      ['frame', 'reset', 'end'].includes(problem) ? DROPS : undefined,
    )
  }
  return { finish }
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
