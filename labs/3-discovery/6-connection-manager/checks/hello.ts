/** Hellos as the checker writes and reads them. */
import type { Random } from '../../../check/kit/random.ts'
import type { BeginsOurs } from '../../../check/peers/accepted.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { encode, HEADER, readFrame, type FrameRead } from '../../../1-tcp/shared/frames.ts'

/** A hello is much shorter, in bytes. */
export const MOST = 4096

/** `more`: keys that nobody knows. */
export const hello = (id: string, more: object = {}): Buffer => frame({ type: 'hello', id, ...more })

export const frame = (value: unknown): Buffer => encode(Buffer.from(JSON.stringify(value)))

/** An id that the exercise allows. */
export const someId = (random: Random): string => random.bytes(8).toString('hex')

/** The id in the body of a hello; undefined if it is none. */
export function idIn(body: Buffer): string | undefined {
  try {
    const value = JSON.parse(body.toString()) as { type?: unknown; id?: unknown } | null
    return value?.type === 'hello' && typeof value.id === 'string' ? value.id : undefined
  } catch {
    return undefined
  }
}

/** A connection is the program's when it begins with a hello that has its id. */
export const begins =
  (id: string): BeginsOurs =>
  first => {
    if (first.length < HEADER) return undefined
    const length = first.readUInt32BE()
    if (length > MOST) return false
    if (first.length < HEADER + length) return undefined
    return idIn(first.subarray(HEADER, HEADER + length)) === id
  }

export const readHello = (peer: Peer, silenceMs?: number): Promise<FrameRead> =>
  readFrame(peer, MOST, silenceMs)

/** What came instead of a hello, for a message, with no full stop. */
export function instead(read: FrameRead): string {
  if (read.body) return `a frame with the body ${JSON.stringify(read.body.toString().slice(0, 60))}`
  if (read.stop === 'end' || read.stop === 'reset') return 'the end of the connection'
  return read.partial.length === 0 ? 'nothing' : `only ${read.partial.length} bytes of a frame`
}
