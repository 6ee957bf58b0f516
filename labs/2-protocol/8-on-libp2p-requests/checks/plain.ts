/** Requests without any trouble, from either side, and how their errors are told. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { encodeRequest, encodeResponse } from '../../../exercise/request-messages.ts'
import { expectError, expectLetGo, expectRequest, expectResponse, expectResult, LET_GO } from './expect.ts'
import { BAD_REQUEST, CONFLICT, framed, NOT_FOUND, OK, V2 } from './messages.ts'
import {
  ask,
  getOf,
  meet,
  open,
  putOf,
  someKey,
  streamOf,
  withNode,
  type Meeting,
  type Request,
} from './nodes.ts'

/** More than yamux lets a node send before the other side has read (256 KiB), so that a part has to wait. */
const LONG = () => ({ min: 300_000, max: 400_000 })

export const longValue = (t: CheckContext): Buffer => t.random.bytes(t.random.int(LONG().min, LONG().max))

/** Sends the request on a stream of its own, and closes the checker's side. */
export async function send(meeting: Meeting, request: Request, protocol = V2) {
  const stream = await open(meeting, protocol)
  stream.write(framed(encodeRequest(request)))
  stream.end()
  return stream
}

export async function dialed(t: CheckContext): Promise<void> {
  const key = someKey(t)
  const all = Buffer.from(t.random.shuffle(Array.from({ length: 256 }, (_, i) => i)))
  await meet(t, async meeting => {
    let revision = 0
    for (const [value, what] of [
      [all, 'a value of 256 bytes, every byte once'],
      [Buffer.alloc(0), 'an empty value'],
      [longValue(t), 'a long value'],
    ] as const) {
      t.doing(`The checker opened a stream with ${V2}, and sent a put of ${what}.`)
      const put = await send(meeting, putOf(key, value))
      await expectResponse(t, put, { status: OK, revision: ++revision })
      t.doing(`The checker put ${what}. Then it sent a get of the same key on a second stream.`)
      const get = await send(meeting, getOf(key))
      await expectResponse(t, get, { status: OK, value, revision })
    }
    t.doing('The checker sent 33 gets, one after another, each on a stream of its own.')
    for (let i = 0; i < 33; i++)
      await expectResponse(t, await send(meeting, getOf(someKey(t))), { status: NOT_FOUND })
  })
}

export async function asks(t: CheckContext): Promise<void> {
  await withNode(t, {}, async node => {
    for (const [request, value] of [
      [putOf(someKey(t), longValue(t)), Buffer.alloc(0)],
      [getOf(someKey(t)), longValue(t)],
    ] as const) {
      const asking = ask(t, node, request)
      const stream = await streamOf(t, node, asking)
      t.doing(`${asking.did} Your program opened a stream.`)
      await expectRequest(t, stream, request)
      const revision = t.random.int(1, 2 ** 32 - 1)
      const response = framed(encodeResponse({ status: OK, value, revision }))
      // The first call gets a response whose stream stays open.
      for (const piece of t.random.cut(response, 4)) stream.write(piece)
      if (value.length > 0) stream.end()
      t.doing(
        `${asking.did} The peer answered with ${number(response.length)} bytes, and ${value.length > 0 ? 'ended' : 'did not end'} the stream.`,
      )
      await expectResult(t, asking, { protocol: V2, status: OK, value, revision })
    }
  })
}

/** A field of bytes that is longer than the message, or a field of a type that there is not. */
const notProtobuf = (t: CheckContext): Buffer =>
  t.random.pick([Buffer.of(0x12, 0x7f, 0x61), Buffer.concat([Buffer.of(0x0f), t.random.bytes(3)])])

export async function errorAnswer(t: CheckContext): Promise<void> {
  const hint =
    'what goes wrong in the service is an answer like any other: a response with a status, then the end of the stream. A reset is for messages that never become whole. What your handler throws resets the stream: catch it.'
  const key = someKey(t)
  await meet(t, async meeting => {
    t.doing('The checker sent a get of a key that was never put.')
    await expectResponse(t, await send(meeting, getOf(key)), { status: NOT_FOUND }, hint)
    const type = t.random.int(3, 2 ** 32 - 1)
    for (const [what, message] of [
      [`a request of type ${type}`, encodeRequest({ type, key })],
      ['a message of no bytes, which is a request of type 0', Buffer.alloc(0)],
      ['a message that is not protobuf', notProtobuf(t)],
    ] as const) {
      t.doing(`The checker sent ${what}.`)
      const stream = await open(meeting)
      stream.write(framed(message))
      stream.end()
      await expectResponse(t, stream, { status: BAD_REQUEST }, hint)
    }
    t.doing('The checker sent requests that your program answered with an error. Then it sent a put.')
    const value = t.random.bytes(20)
    await expectResponse(t, await send(meeting, putOf(key, value)), { status: OK, revision: 1 })
  })
  await withNode(t, {}, async node => {
    const other = t.random.int(4, 2 ** 32 - 1)
    for (const status of t.random.shuffle([NOT_FOUND, CONFLICT, BAD_REQUEST, other])) {
      const request = {
        type: t.random.int(3, 2 ** 32 - 1),
        key: someKey(t),
        value: t.random.bytes(t.random.int(0, 20)),
        revision: t.random.int(0, 1),
      }
      const asking = ask(t, node, request)
      const stream = await streamOf(t, node, asking)
      await expectRequest(t, stream, request)
      const response = { status, value: t.random.bytes(t.random.int(1, 40)), revision: t.random.int(1, 1000) }
      stream.write(framed(encodeResponse(response)))
      stream.end()
      t.doing(
        `${asking.did} The peer answered with status ${status}, a value and a revision, and ended the stream.`,
      )
      await expectResult(t, asking, { protocol: V2, ...response })
    }
    const request = getOf(someKey(t))
    const asking = ask(t, node, request)
    const stream = await streamOf(t, node, asking)
    await expectRequest(t, stream, request)
    stream.write(framed(notProtobuf(t)))
    t.doing(`${asking.did} The peer answered with a message that is not protobuf.`)
    const expected = 'an error: there is no response.'
    await expectError(t, asking, {
      expected,
      hint: 'does request fail when decodeResponse throws? Nobody knows the status of such a message.',
    })
    await expectLetGo(t, stream, { expected, hint: LET_GO })
  })
}
