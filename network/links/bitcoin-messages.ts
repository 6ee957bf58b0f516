/**
 * The wire format between nodes that a learner writes on top of exercises 2.2 and 2.4: Bitcoin's messages, on one connection for each pair of
 * neighbors. The side that dials begins, with its `version`.
 *
 *      4  magic, which network this is
 *     12  command, ASCII, padded with NUL
 *      4  length of the payload, little-endian
 *      4  the first bytes of SHA-256(SHA-256(payload))
 *         payload
 */
import { createHash } from 'node:crypto'
import { BadUnit, type Unit, type WireFormat } from './unit.ts'

/** Bitcoin Core, src/net.h: MAX_PROTOCOL_MESSAGE_LENGTH. */
const MAX_PAYLOAD = 4_000_000
const HEADER = 24
/** Of a payload, in text. Bytes. */
const MAX_SHOWN = 48
const COMMAND = /^[\x20-\x7e]+\0*$/

/** What a message says, as the value of a unit. In JSON, which messages show, a long payload is cut. */
export class BitcoinMessage {
  readonly command: string
  readonly payload: Buffer
  constructor(command: string, payload: Buffer) {
    this.command = command
    this.payload = payload
  }
  toJSON(): object {
    const { length } = this.payload
    if (length === 0) return { command: this.command }
    const hex = this.payload.toString('hex', 0, MAX_SHOWN)
    return { command: this.command, payload: length > MAX_SHOWN ? `${hex}… (${length} bytes)` : hex }
  }
}

/** Of the network with this magic, 4 bytes. Units have the command as their label, and a BitcoinMessage as their value. */
export function bitcoinMessages(magic: Uint8Array): WireFormat {
  const start = Buffer.concat([magic, Buffer.from('version\0\0\0\0\0')])
  return {
    begins(first) {
      const known = Math.min(first.length, start.length)
      if (!first.subarray(0, known).equals(start.subarray(0, known))) return false
      return known < start.length ? undefined : true
    },
    decoder() {
      /** Joined only when a message is complete: a long one comes in many chunks. */
      let chunks: Buffer[] = []
      let size = 0
      let needed = HEADER
      return {
        push(chunk) {
          chunks.push(chunk)
          size += chunk.length
          const units: Unit[] = []
          while (size >= needed) {
            const rest = Buffer.concat(chunks)
            needed = HEADER + lengthIn(rest, magic)
            if (rest.length >= needed) units.push(unit(rest.subarray(0, needed)))
            // A copy: what is left may be a small part of a large chunk.
            const left = rest.length >= needed ? Buffer.from(rest.subarray(needed)) : rest
            if (rest.length >= needed) needed = HEADER
            chunks = [left]
            size = left.length
          }
          return units
        },
      }
    },
  }
}

/** `command` has 12 ASCII characters at most. */
export function encodeBitcoinMessage(magic: Uint8Array, command: string, payload: Buffer): Buffer {
  const header = Buffer.alloc(HEADER)
  header.set(magic, 0)
  header.write(command, 4, 12, 'latin1')
  header.writeUInt32LE(payload.length, 16)
  header.set(sha256(sha256(payload)).subarray(0, 4), 20)
  return Buffer.concat([header, payload])
}

/** The length that a header gives. */
function lengthIn(bytes: Buffer, magic: Uint8Array): number {
  const own = bytes.subarray(0, 4)
  if (!own.equals(magic))
    throw new BadUnit(`the magic ${own.toString('hex')}, where ${Buffer.from(magic).toString('hex')} is due`)
  const length = bytes.readUInt32LE(16)
  if (length > MAX_PAYLOAD)
    throw new BadUnit(`a payload of ${length} bytes, where ${MAX_PAYLOAD} is the most`)
  return length
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

function unit(bytes: Buffer): Unit {
  const field = bytes.toString('latin1', 4, 16)
  if (!COMMAND.test(field))
    throw new BadUnit(`a command that is not ASCII followed by NULs: ${bytes.toString('hex', 4, 16)}`)
  const command = field.replaceAll('\0', '')
  const payload = bytes.subarray(HEADER)
  if (!bytes.subarray(20, HEADER).equals(sha256(sha256(payload)).subarray(0, 4)))
    throw new BadUnit(`the message ${command} with a checksum that is not that of its payload`)
  return { bytes, label: command, value: new BitcoinMessage(command, payload) }
}
