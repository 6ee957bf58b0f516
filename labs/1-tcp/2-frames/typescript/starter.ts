// Exercise 1.2: Frames. Write encodeFrame and frameDecoder, then listen with the help of both, then check.
// Exercise 1.3 imports encodeFrame and frameDecoder from this file: keep their names.
import net from 'node:net'

/** One frame: the length of the body as u32, big-endian, then the body. */
export function encodeFrame(body: Uint8Array): Buffer {
  throw new Error('encodeFrame is not written yet')
}

/**
 * Return a function that takes the next chunk of a stream and returns the bodies of all frames that are complete
 * now: none, one or many. What is left of the chunk is the start of the next frame: keep it for the next call.
 */
export function frameDecoder(): (chunk: Uint8Array) => Buffer[] {
  throw new Error('frameDecoder is not written yet')
}

/** Accept connections; answer each frame with a frame that has its bytes in reverse order. */
export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  throw new Error('listen is not written yet')
}
