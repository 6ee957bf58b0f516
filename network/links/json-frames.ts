/**
 * The wire format between nodes that a learner writes on top of exercise 1.2: a big-endian u32 length, then so many bytes of UTF-8 JSON, an
 * object.
 *
 *     00 00 00 0d  {"from":"n1"}        first on each connection: who opened it
 *     00 00 00 0f  {"type":"ping"}      then messages; `type` says which kind
 */
import { BadUnit, type Unit, type WireFormat } from './unit.ts'

/** The longest body, in bytes: that of exercise 1.4. */
export const MAX_FRAME_BYTES = 1024 * 1024
/** Bytes of the length in front of a body. */
export const HEADER = 4

export const jsonFrames: WireFormat = {
  begins(first, from) {
    if (first.length < HEADER) return first.length > 0 && first[0] !== 0 ? false : undefined
    const length = first.readUInt32BE(0)
    if (length > MAX_FRAME_BYTES) return false
    if (first.length < HEADER + length) return undefined
    try {
      return unit(first.subarray(0, HEADER + length)).label === 'from' && hello(first, length) === from
    } catch {
      return false
    }
  },
  decoder() {
    let rest: Buffer = Buffer.alloc(0)
    return {
      push(chunk) {
        rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
        const units: Unit[] = []
        while (rest.length >= HEADER) {
          const length = rest.readUInt32BE(0)
          if (length > MAX_FRAME_BYTES)
            throw new BadUnit(`a frame of ${length} bytes, where ${MAX_FRAME_BYTES} is the most`)
          if (rest.length < HEADER + length) break
          units.push(unit(rest.subarray(0, HEADER + length)))
          rest = rest.subarray(HEADER + length)
        }
        // What is left may be a part of a large chunk: it must not keep all of it.
        if (rest.length > 0 && units.length > 0) rest = Buffer.from(rest)
        return units
      },
    }
  },
}

const hello = (first: Buffer, length: number): unknown =>
  (JSON.parse(first.toString('utf8', HEADER, HEADER + length)) as { from?: unknown }).from

function unit(bytes: Buffer): Unit {
  const body = bytes.toString('utf8', HEADER)
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new BadUnit(`a frame whose body is not JSON: ${body.slice(0, 100)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadUnit(`a frame whose body is not a JSON object: ${body.slice(0, 100)}`)
  const { type } = value as { type?: unknown }
  return {
    bytes,
    value,
    label: typeof type === 'string' ? type : Object.keys(value)[0] === 'from' ? 'from' : '?',
  }
}

/** A message as a frame. */
export function encodeJsonFrame(value: object): Buffer {
  const body = Buffer.from(JSON.stringify(value))
  const frame = Buffer.alloc(HEADER + body.length)
  frame.writeUInt32BE(body.length, 0)
  body.copy(frame, HEADER)
  return frame
}
