// Exercise 2.2: Envelope. Write encodeMessage and messageDecoder, then listen and send with their help, then check.
// Later exercises import encodeMessage and messageDecoder from this file: keep their names.
import net from 'node:net'
import { emit, parseAddress } from 'p2plab'

export interface Message {
  command: string
  payload: Buffer
}

/** Return the 24 bytes of the header, then the payload. Throw an Error if the command is not 1 to 12 printable ASCII characters. */
export function encodeMessage(magic: Uint8Array, command: string, payload: Uint8Array): Buffer {
  throw new Error('encodeMessage is not written yet')
}

/**
 * Return a function that takes the next chunk of a stream and gives the good messages that are complete now: none, one or
 * many. It drops bad messages, and throws an Error where the connection has to end. A generator (function*) can give what
 * is good before it throws.
 */
export function messageDecoder(magic: Uint8Array): (chunk: Uint8Array) => Iterable<Message> {
  throw new Error('messageDecoder is not written yet')
}

/** Tells the checker about a good message. A control line has room for 1 MiB, so a long payload is left out. */
function tell(socket: net.Socket, { command, payload }: Message): void {
  const connection = `${socket.remoteAddress}:${socket.remotePort}`
  const { length } = payload
  emit('message', length > 100_000 ? { connection, command, length } : { connection, command, length, payload })
}

/** Accept connections; tell about each good message, and close the connection where the text says so. */
export async function listen({
  host,
  port,
  magic,
}: {
  host: string
  port: number
  magic: Buffer
}): Promise<{ port: number }> {
  throw new Error('listen is not written yet')
}

/** Connect to `peer` (use parseAddress), send one message, and end the connection. */
export async function send({
  peer,
  magic,
  command,
  payload,
}: {
  peer: string
  magic: Buffer
  command: string
  payload: Buffer
}): Promise<void> {
  throw new Error('send is not written yet')
}
