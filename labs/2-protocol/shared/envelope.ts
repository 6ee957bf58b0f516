/**
 * Bitcoin's message envelope, the checker's side:
 *
 *     4  magic, which network this is          src/protocol.h, MessageStartChars
 *    12  command, ASCII, padded with NUL
 *     4  length of the payload, little-endian
 *     4  the first bytes of SHA-256(SHA-256(payload))
 */
import { createHash } from 'node:crypto'
import type { Peer, Stop } from '../../check/peers/peer.ts'

/** Bytes in front of each payload. */
export const HEADER = 24
export const COMMAND = 12
/** Bitcoin Core, src/net.h: MAX_PROTOCOL_MESSAGE_LENGTH. */
export const MAX_PAYLOAD = 4_000_000

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

export const checksum = (payload: Uint8Array): Buffer => sha256(sha256(payload)).subarray(0, 4)

export interface EnvelopeParts {
  magic: Uint8Array
  /** ASCII; or all twelve bytes as they are. */
  command: string | Uint8Array
  payload?: Uint8Array
  /** What the header says instead of the payload's own length and checksum. */
  length?: number
  sum?: Uint8Array
}

/** The header alone. */
export function header({
  magic,
  command,
  payload = Buffer.alloc(0),
  length = payload.length,
  sum = checksum(payload),
}: EnvelopeParts): Buffer {
  const bytes = Buffer.alloc(HEADER)
  bytes.set(magic)
  bytes.set(typeof command === 'string' ? Buffer.from(command, 'ascii') : command, 4)
  bytes.writeUInt32LE(length, 16)
  bytes.set(sum, 20)
  return bytes
}

export const envelope = (parts: EnvelopeParts): Buffer =>
  Buffer.concat([header(parts), parts.payload ?? Buffer.alloc(0)])

/** A whole message; or what stopped the reading, with the bytes that came of it. */
export type MessageRead =
  { command: string; payload: Buffer; bytes: Buffer } | { command?: never; stop: Stop; bytes: Buffer }

/** The next message, whatever its magic and checksum. A length over MAX_PAYLOAD is not waited for. */
export async function readMessage(peer: Peer, silenceMs?: number): Promise<MessageRead> {
  const head = await peer.read(HEADER, silenceMs)
  if (head.stop !== 'enough') return { stop: head.stop, bytes: head.bytes }
  const length = head.bytes.readUInt32LE(16)
  if (length > MAX_PAYLOAD) return { stop: 'enough', bytes: head.bytes }
  const body = await peer.read(length, silenceMs)
  const bytes = Buffer.concat([head.bytes, body.bytes])
  if (body.stop !== 'enough') return { stop: body.stop, bytes }
  return { command: commandOf(head.bytes), payload: body.bytes, bytes }
}

/** Up to the first NUL. */
const commandOf = (head: Buffer): string => {
  const field = head.subarray(4, 4 + COMMAND)
  const end = field.indexOf(0)
  return field.subarray(0, end < 0 ? COMMAND : end).toString('latin1')
}
