/**
 * What the messages of the labs need of protobuf, https://protobuf.dev/programming-guides/encoding/: a message is a list of fields, and each
 * is its number and type, then its value.
 */

/** By field number. Fields of the other types are skipped: no message here has one. Of several with the same number and type, the last one is kept. */
export interface ProtobufFields {
  numbers: ReadonlyMap<number, bigint>
  bytes: ReadonlyMap<number, Buffer>
}

const NUMBER = 0
const EIGHT_BYTES = 1
const BYTES = 2
const FOUR_BYTES = 5
/** A number has at most 64 bits, seven a byte. */
const MAX_VARINT = 10

/** `what` begins a message, as in "the payload". Throws an Error with a sentence where the bytes are not protobuf. */
export function readFields(bytes: Uint8Array, what: string): ProtobufFields {
  const fields = { numbers: new Map<number, bigint>(), bytes: new Map<number, Buffer>() }
  const broken = (why: string) => new Error(`${what} is not protobuf: ${why}`)
  let at = 0
  const number = (): bigint => {
    let value = 0n
    for (let i = 0; at < bytes.length && i < MAX_VARINT; i++) {
      const byte = bytes[at++]!
      value |= BigInt(byte & 0x7f) << BigInt(7 * i)
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw broken('a number has no end')
  }
  const take = (length: bigint): Buffer => {
    if (length > bytes.length - at) throw broken('a field has no end')
    const start = at
    at += Number(length)
    return Buffer.from(bytes.subarray(start, at))
  }
  while (at < bytes.length) {
    const tag = number()
    const type = Number(tag & 7n)
    const field = Number(tag >> 3n)
    if (field === 0) throw broken('there is no field 0')
    if (type === NUMBER) fields.numbers.set(field, number())
    else if (type === BYTES) fields.bytes.set(field, take(number()))
    else if (type === EIGHT_BYTES) take(8n)
    else if (type === FOUR_BYTES) take(4n)
    else throw broken(`there is no field type ${type}`)
  }
  return fields
}

/** A field of bytes: number and type, length, bytes. */
export const bytesField = (field: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([varint(field * 8 + BYTES), varint(bytes.length), bytes])

/** A field of a whole number from 0 to 2^53 - 1. */
export const numberField = (field: number, value: number): Buffer =>
  Buffer.concat([varint(field * 8 + NUMBER), varint(value)])

function varint(value: number): Buffer {
  const groups: number[] = []
  for (; value >= 128; value = Math.floor(value / 128)) groups.push((value % 128) + 128)
  return Buffer.from([...groups, value])
}
