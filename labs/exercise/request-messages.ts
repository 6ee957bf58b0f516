/**
 * The messages of exercise 2.8, in protobuf:
 *
 *     message Request {            message Response {
 *       uint32 type = 1;             uint32 status = 1;
 *       string key = 2;              bytes value = 2;
 *       bytes value = 3;             uint32 revision = 3;
 *       uint32 revision = 4;       }
 *     }
 *
 * A field that is 0 or empty is not written: a Response with nothing in it has no bytes.
 */
import { bytesField, numberField, readFields } from './protobuf.ts'

export interface RequestMessage {
  type: number
  key: string
  value: Uint8Array
  revision: number
}

export interface ResponseMessage {
  status: number
  value: Uint8Array
  revision: number
}

export const encodeRequest = ({ type, key, value, revision }: Partial<RequestMessage>): Buffer =>
  Buffer.concat([
    uint32(1, type),
    bytesOf(2, key === undefined ? undefined : Buffer.from(key)),
    bytesOf(3, value),
    uint32(4, revision),
  ])

/** Throws an Error with a sentence where the bytes are not a Request. Skips fields that it does not know. */
export function decodeRequest(message: Uint8Array): RequestMessage {
  const { numbers, bytes } = readFields(message, 'the request')
  return {
    type: number(numbers.get(1)),
    key: text(bytes.get(2)),
    value: bytes.get(3) ?? NOTHING,
    revision: number(numbers.get(4)),
  }
}

export const encodeResponse = ({ status, value, revision }: Partial<ResponseMessage>): Buffer =>
  Buffer.concat([uint32(1, status), bytesOf(2, value), uint32(3, revision)])

/** Throws an Error with a sentence where the bytes are not a Response. Skips fields that it does not know. */
export function decodeResponse(message: Uint8Array): ResponseMessage {
  const { numbers, bytes } = readFields(message, 'the response')
  return {
    status: number(numbers.get(1)),
    value: bytes.get(2) ?? NOTHING,
    revision: number(numbers.get(3)),
  }
}

const NOTHING = Buffer.alloc(0)

function uint32(field: number, value = 0): Buffer {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32)
    throw new RangeError(`${value} is not a whole number from 0 to 4,294,967,295.`)
  return value === 0 ? NOTHING : numberField(field, value)
}

const bytesOf = (field: number, value: Uint8Array = NOTHING): Buffer =>
  value.length === 0 ? NOTHING : bytesField(field, value)

/** A uint32 of more bits is cut, as protobuf asks for. */
const number = (value = 0n): number => Number(BigInt.asUintN(32, value))

function text(bytes: Buffer = NOTHING): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Error('the key of the request is not UTF-8')
  }
}
