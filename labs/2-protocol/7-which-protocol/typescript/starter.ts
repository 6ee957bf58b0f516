// Exercise 2.7: Which protocol? Write encodeLine and decodeLine, then listen and dial with their help, then check.
import net from 'node:net'
import { parseAddress } from 'p2plab'
// Your varint of exercise 2.1: encode({ format: 'varint', value: 19n }), decode({ format: 'varint', bytes }).
import { decode, encode } from '../../1-integers-on-the-wire/typescript/starter.ts'

/** The first line that each side sends. */
const HEADER = '/multistream/1.0.0'
/** The answer to a protocol that you do not speak. */
const NOT_AVAILABLE = 'na'
/** The most bytes of a line, with its newline. */
const MAX_LINE = 1024

/** Return the length as a varint, then the text and a newline. */
function encodeLine(text: string): Buffer {
  throw new Error('encodeLine is not written yet')
}

/**
 * Return the line that the bytes begin with, without its newline, and how many bytes it takes; undefined while it is
 * incomplete. Throw an Error where no good line can follow.
 */
function decodeLine(bytes: Buffer): { text: string; length: number } | undefined {
  throw new Error('decodeLine is not written yet')
}

/** Accept connections. Agree with each peer on one of the protocols, then echo. Return the port you really listen on. */
export async function listen({
  host,
  port,
  protocols,
}: {
  host: string
  port: number
  protocols: string[]
}): Promise<{ port: number }> {
  throw new Error('listen is not written yet')
}

/**
 * Connect to `peer` (use parseAddress), and propose the protocols until the peer agrees on one. Then send `bytes`, read as
 * many bytes, and end the connection.
 */
export async function dial({
  peer,
  protocols,
  bytes,
}: {
  peer: string
  protocols: string[]
  bytes: Buffer
}): Promise<{ protocol: string; reply: Uint8Array }> {
  throw new Error('dial is not written yet')
}
