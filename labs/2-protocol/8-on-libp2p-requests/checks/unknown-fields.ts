/** Messages with fields that nobody here knows, as a newer version may send them. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { bytesField, numberField } from '../../../exercise/protobuf.ts'
import { encodeRequest, encodeResponse } from '../../../exercise/request-messages.ts'
import { expectRequest, expectResponse, expectResult } from './expect.ts'
import { framed, GET, NOT_FOUND, OK, PUT, V1, V2 } from './messages.ts'
import { ask, getOf, meet, open, someKey, streamOf, withNode } from './nodes.ts'

const HINT =
  'do you decode with decodeRequest and decodeResponse, which skip the fields that they do not know? The fields can come in any order, and a newer version can have more of them.'

/** One of each type, as protobuf writes them: https://protobuf.dev/programming-guides/encoding/ */
const unknown = (t: CheckContext): Buffer[] => [
  numberField(t.random.int(5, 15), t.random.int(0, 2 ** 40)),
  // A negative number has ten bytes.
  Buffer.concat([Buffer.of(0x70), Buffer.alloc(9, 0xff), Buffer.of(0x01)]),
  // Eight bytes, and four.
  Buffer.concat([Buffer.of(0x59), t.random.bytes(8)]),
  Buffer.concat([Buffer.of(0x65), t.random.bytes(4)]),
  bytesField(t.random.int(16, 2 ** 29 - 1), t.random.bytes(t.random.int(0, 40))),
  bytesField(t.random.int(5, 10), encodeRequest({ type: PUT, key: 'x' })),
]

export async function unknownFields(t: CheckContext): Promise<void> {
  const key = someKey(t)
  const value = t.random.bytes(t.random.int(10, 30))
  await meet(t, async meeting => {
    const send = async (protocol: string, fields: readonly Buffer[]) => {
      const stream = await open(meeting, protocol)
      stream.write(framed(Buffer.concat(t.random.shuffle([...fields, ...unknown(t)]))))
      stream.end()
      return stream
    }
    const fieldsOf = (type: number) => [numberField(1, type), bytesField(2, Buffer.from(key))]
    t.doing('The checker sent a get with six fields of a newer version, in any order.')
    await expectResponse(t, await send(V2, fieldsOf(GET)), { status: NOT_FOUND }, HINT)
    t.doing('The checker sent a put with six fields of a newer version, in any order.')
    const put = await send(V2, [...fieldsOf(PUT), bytesField(3, value)])
    await expectResponse(t, put, { status: OK, revision: 1 }, HINT)
    t.doing('The checker sent a get with six fields of a newer version on a stream of 1.0.0, in any order.')
    await expectResponse(t, await send(V1, fieldsOf(GET)), { status: OK, value }, HINT)
  })
  await withNode(t, {}, async node => {
    const revision = t.random.int(1, 1000)
    const fields = [bytesField(2, value), numberField(3, revision), ...unknown(t)]
    for (const [protocolFields, status, expected, current] of [
      [fields, OK, value, revision],
      [[encodeResponse({ status: NOT_FOUND }), ...unknown(t)], NOT_FOUND, Buffer.alloc(0), 0],
    ] as const) {
      const request = getOf(someKey(t))
      const asking = ask(t, node, request)
      const stream = await streamOf(t, node, asking)
      await expectRequest(t, stream, request)
      stream.write(framed(Buffer.concat(t.random.shuffle(protocolFields))))
      stream.end()
      t.doing(
        `${asking.did} The peer answered with six fields of a newer version beside those that you know.`,
      )
      await expectResult(t, asking, { protocol: V2, status, value: expected, revision: current }, HINT)
    }
  })
}
