// Exercise 1.3: Room. Write listen with the help of what you built in exercise 1.2, then check.
import net from 'node:net'
import { encodeFrame, frameDecoder } from '../../2-frames/typescript/starter.ts'

/** Accept connections; pass each frame from one of them on to all others, not back to the sender. */
export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  throw new Error('listen is not written yet')
}
