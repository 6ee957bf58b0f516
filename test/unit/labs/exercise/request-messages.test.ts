/** The messages of exercise 2.8. test/process/labs/real/requests.test.ts holds them against somebody else's protobuf. */
import assert from 'node:assert/strict'
import { readFields } from '../../../../labs/exercise/protobuf.ts'
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
} from '../../../../labs/exercise/request-messages.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

describe('protobuf', () => {
  it('reads the examples of https://protobuf.dev/programming-guides/encoding/', () => {
    assert.deepEqual(readFields(hex('08 96 01'), 'it').numbers, new Map([[1, 150n]]))
    assert.deepEqual(
      readFields(hex('12 07 74 65 73 74 69 6e 67'), 'it').bytes,
      new Map([[2, Buffer.from('testing')]]),
    )
    assert.deepEqual(
      readFields(hex('08 fe ff ff ff ff ff ff ff ff 01'), 'it').numbers,
      new Map([[1, 2n ** 64n - 2n]]),
    )
  })

  it('is refused where it is none, with the reason', () => {
    for (const [bytes, reason] of [
      ['08', /it is not protobuf: a number has no end/],
      ['08 ff ff ff ff ff ff ff ff ff ff 01', /a number has no end/],
      ['12 02 61', /a field has no end/],
      ['09 01 02', /a field has no end/],
      ['00 01', /there is no field 0/],
      ['0b', /there is no field type 3/],
    ] as const)
      assert.throws(() => readFields(hex(bytes), 'it'), reason)
  })
})

describe('the messages of 2.8', () => {
  const request = { type: 2, key: 'Schlüssel', value: Buffer.of(0, 255), revision: 2 ** 32 - 1 }
  const response = { status: 3, value: Buffer.of(1), revision: 300 }

  it('come back', () => {
    assert.deepEqual(decodeRequest(encodeRequest(request)), request)
    assert.deepEqual(decodeResponse(encodeResponse(response)), response)
    assert.equal(encodeRequest({ type: 1, key: 'name' }).toString('hex'), '080112046e616d65')
  })

  it('have no bytes when everything is 0 or empty', () => {
    assert.equal(encodeRequest({ type: 0, key: '', value: Buffer.alloc(0), revision: 0 }).length, 0)
    assert.equal(encodeResponse({}).length, 0)
    assert.deepEqual(decodeRequest(Buffer.alloc(0)), {
      type: 0,
      key: '',
      value: Buffer.alloc(0),
      revision: 0,
    })
    assert.deepEqual(decodeResponse(Buffer.alloc(0)), { status: 0, value: Buffer.alloc(0), revision: 0 })
  })

  it('skip what they do not know, also a known number of another type; of several, the last one counts', () => {
    const more = hex(
      '7a 03 010203  59 0102030405060708  65 01020304  70 ffffffffffffffffff01  10 05  0a 01 61',
    )
    assert.deepEqual(decodeRequest(Buffer.concat([more, encodeRequest(request), more])), request)
    assert.equal(decodeRequest(hex('08 01 08 02')).type, 2)
    assert.equal(decodeResponse(hex('08 81 80 80 80 10')).status, 1)
  })

  it('say what is wrong', () => {
    assert.throws(() => decodeRequest(hex('12 01 ff')), /the key of the request is not UTF-8/)
    assert.throws(() => decodeResponse(hex('12 05')), /the response is not protobuf/)
    assert.throws(() => encodeRequest({ type: -1 }), /-1 is not a whole number from 0 to 4,294,967,295/)
    assert.throws(() => encodeResponse({ status: 2 ** 32 }), RangeError)
  })
})
