// Exercise 1.6: Backpressure. Write listen with the help of what you built in exercise 1.2, then stop, then check.
// Useful: what socket.write returns, the event 'drain', server.close, socket.end and socket.destroy.
import net from 'node:net'
import { encodeFrame, frameDecoder } from '../../2-frames/typescript/starter.ts'

/** Bytes of a block. */
const BLOCK = 65_536

/** Block n: its number as a u32, big-endian, over and over. This one is written already. */
export function block(n: number): Buffer {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(n)
  return Buffer.alloc(BLOCK, number)
}

/** Accept connections; answer each request (first, count) with that many blocks, one frame each, as the client reads. */
export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  throw new Error('listen is not written yet')
}

/** Take nobody new, finish the answers that have begun, and cut what is left after `graceMs` milliseconds. */
export async function stop({ graceMs }: { graceMs: number }): Promise<void> {
  throw new Error('stop is not written yet')
}
