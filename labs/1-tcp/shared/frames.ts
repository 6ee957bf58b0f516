/**
 * Length-prefixed frames, the checker's side: a u32 in big-endian byte order, then that many bytes.
 */
import type { Peer, Stop } from '../../check/peers/peer.ts'

/** Bytes of the length in front of each frame. */
export const HEADER = 4

export function encode(body: Uint8Array): Buffer {
  const frame = Buffer.alloc(HEADER + body.length)
  frame.writeUInt32BE(body.length)
  frame.set(body, HEADER)
  return frame
}

export const reversed = (body: Buffer): Buffer => Buffer.from(body).reverse()

/** A body read whole; or what stopped the reading, with the bytes that came of the frame. */
export type FrameRead = { body: Buffer } | { body?: never; stop: Stop; partial: Buffer; length?: number }

/** The next frame. A length over `most` is not waited for: the reader has lost its place, or the writer has. */
export async function readFrame(peer: Peer, most: number, silenceMs?: number): Promise<FrameRead> {
  const header = await peer.read(HEADER, silenceMs)
  if (header.stop !== 'enough') return { stop: header.stop, partial: header.bytes }
  const length = header.bytes.readUInt32BE()
  if (length > most) return { stop: 'enough', partial: header.bytes, length }
  const body = await peer.read(length, silenceMs)
  if (body.stop === 'enough') return { body: body.bytes }
  return { stop: body.stop, partial: Buffer.concat([header.bytes, body.bytes]), length }
}
