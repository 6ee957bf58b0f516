// Exercise 1.5: Pool. Write open and request, then check. Useful: encodeFrame and frameDecoder of exercise 1.2.
import net from 'node:net'
import { parseAddress } from 'p2plab'
import { encodeFrame, frameDecoder } from '../../2-frames/typescript/starter.ts'

/** Remember where the pool connects to, how many connections it may have, and how long one may be idle. */
export async function open({
  peer,
  maxConnections,
  idleMs,
}: {
  peer: string
  maxConnections: number
  idleMs: number
}): Promise<void> {
  throw new Error('open is not written yet')
}

/** Send the bytes with an id on one of the connections, and return the reply with the same id. */
export async function request({ bytes }: { bytes: Buffer }): Promise<{ bytes: Buffer }> {
  throw new Error('request is not written yet')
}
