// Exercise 1.4: Limits. Write a decoder with a limit, then listen with the help of it, then check.
// encodeFrame of exercise 1.2 is good as it is; frameDecoder trusts every length, so it is not.
import net from 'node:net'
import { encodeFrame } from '../../2-frames/typescript/starter.ts'

export interface Limits {
  /** The longest body of a frame, in bytes. */
  maxFrame: number
  /** Milliseconds from the connection to the first whole frame. */
  handshakeMs: number
  /** Milliseconds from one whole frame to the next. */
  idleMs: number
  /** How many connections may be open at once. */
  maxConnections: number
}

/**
 * Like frameDecoder of exercise 1.2, but it throws as soon as it has read a length over maxFrame: before it waits for
 * that body, or takes memory for it.
 */
export function limitedDecoder(maxFrame: number): (chunk: Uint8Array) => Buffer[] {
  throw new Error('limitedDecoder is not written yet')
}

/** Answer each frame with its bytes in reverse order; close at once what breaks a limit, and nothing else. */
export async function listen({
  host,
  port,
  maxFrame,
  handshakeMs,
  idleMs,
  maxConnections,
}: { host: string; port: number } & Limits): Promise<{ port: number }> {
  throw new Error('listen is not written yet')
}
