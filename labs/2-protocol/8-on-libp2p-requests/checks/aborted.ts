/** Streams that are reset, that end, or whose connection goes, in the middle of a message. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { withPeer } from '../../../check/peers/libp2p.ts'
import { encodeRequest, encodeResponse } from '../../../exercise/request-messages.ts'
import { explainEnd } from '../../../1-tcp/shared/explain-end.ts'
import { untilRead } from '../../shared/closing.ts'
import { expectError, expectRequest, expectReset, expectResponse, expectResult } from './expect.ts'
import { framed, NOT_FOUND, OK, V2 } from './messages.ts'
import { ask, getOf, meet, open, putOf, someKey, streamOf, withNode, WIDE, type Meeting } from './nodes.ts'
import { longValue, send } from './plain.ts'

const CAUGHT =
  'does every promise of a stream (close, a loop that reads) have a catch? A stream that is reset must not end your program, or the connection.'
const PART =
  'is a message that is not whole never served? Only its length says that it is whole, not the end of the stream.'

/** A program may also find out by its time-out that a stream has ended. */
const LIMITS = { ...WIDE, timeoutMs: 1_000 }

export async function aborted(t: CheckContext): Promise<void> {
  await meet(
    t,
    async meeting => {
      explainEnd(t, CAUGHT)
      await partsOfRequests(t, meeting)
      await unreadResponse(t, meeting)
    },
    LIMITS,
  )
  await partsOfResponses(t)
}

async function partsOfRequests(t: CheckContext, meeting: Meeting): Promise<void> {
  const key = someKey(t)
  const message = framed(encodeRequest(putOf(key, t.random.bytes(30))))
  // In the last of them, nothing but the last byte of the value is missing.
  for (const cut of [0, t.random.int(1, message.length - 2), message.length - 1]) {
    const part = message.subarray(0, cut)
    const reset = await open(meeting)
    const ended = await open(meeting)
    for (const stream of [reset, ended]) stream.write(part)
    await untilRead(t)
    reset.reset()
    ended.end()
    t.doing(
      `The checker opened two streams, sent ${cut === 0 ? 'nothing' : `${cut} of the ${message.length} bytes of a put`} on them, reset one, and ended its side of the other, ${ended.name}.`,
    )
    await expectReset(t, ended, {
      expected: `that your program resets the stream, within ${number(LIMITS.timeoutMs)} ms: the message will never be whole.`,
      hint: PART,
      connection: meeting.connection,
    })
  }
  await withPeer(t, { called: 'leaving node' }, async peer => {
    const connection = await peer.dial(meeting.address)
    const stream = await open({ connection })
    stream.write(message.subarray(0, 10))
    await untilRead(t)
  })
  await untilRead(t)
  t.doing(
    'The checker sent parts of puts, which it reset, which it ended, and whose connection it closed. Then it sent a get of that key on another stream.',
  )
  await expectResponse(t, await send(meeting, getOf(key)), { status: NOT_FOUND }, problem =>
    problem === 'fields' ? PART : CAUGHT,
  )
}

/** The response waits in the program, because the checker does not read it, when the stream is reset. */
async function unreadResponse(t: CheckContext, meeting: Meeting): Promise<void> {
  const key = someKey(t)
  const value = longValue(t)
  await expectResponse(t, await send(meeting, putOf(key, value)), { status: OK, revision: 1 })
  const stream = await open(meeting)
  stream.pause()
  stream.write(framed(encodeRequest(getOf(key))))
  await untilRead(t)
  stream.reset()
  t.doing('The checker sent a get of a long value, and reset the stream in the middle of the response.')
  await untilRead(t)
  t.doing(
    'The checker sent a get of a long value, and reset the stream in the middle of the response. Then it sent the get again.',
  )
  const again = await send(meeting, getOf(key))
  await expectResponse(t, again, { status: OK, value, revision: 1 }, problem =>
    problem === 'fields' ? undefined : CAUGHT,
  )
}

async function partsOfResponses(t: CheckContext): Promise<void> {
  await withNode(t, {}, async node => {
    const value = t.random.bytes(40)
    const response = framed(encodeResponse({ status: OK, value }))
    const asked = async () => {
      const request = getOf(someKey(t))
      const asking = ask(t, node, request)
      const stream = await streamOf(t, node, asking)
      await expectRequest(t, stream, request)
      return { asking, stream }
    }
    const expected = 'an error: the response never became whole.'
    for (const cut of [0, t.random.int(1, response.length - 2), response.length - 1]) {
      for (const how of ['reset', 'end'] as const) {
        const { asking, stream } = await asked()
        stream.write(response.subarray(0, cut))
        await untilRead(t)
        stream[how]()
        t.doing(
          `${asking.did} The peer answered with ${cut} of the ${response.length} bytes of its response, and ${how === 'reset' ? 'reset' : 'ended'} the stream.`,
        )
        await expectError(t, asking, {
          expected,
          hint: 'do you notice that the stream is over? A loop over the stream throws on a reset, and ends at the end, whether the message is whole or not.',
        })
      }
    }
    const { asking, stream } = await asked()
    stream.write(response)
    stream.end()
    t.doing(`${asking.did} Calls before it had failed. The peer answered, and ended the stream.`)
    await expectResult(t, asking, { protocol: V2, status: OK, value, revision: 0 }, CAUGHT)
  })
}
