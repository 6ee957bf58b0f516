/**
 * The blocks of a packet capture in the format pcapng, which Wireshark opens: one section, one interface, enhanced packet blocks
 * (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html). Numbers are little-endian, times are microseconds.
 */
import type { Packet } from './ip.ts'

const SECTION = 0x0a0d0d0a
const INTERFACE = 1
const PACKET = 6
/** Packets begin with an IPv4 or IPv6 header. */
const LINKTYPE_RAW = 101
/** Longer comments are cut: an option counts its bytes in 16 bits. */
const MAX_OPTION = 0xffff

const COMMENT = 1
const OPTIONS = { userApplication: 4, name: 2, description: 3, timeResolution: 9, flags: 2 }

/** What every file begins with. Each comment is one about the whole. */
export const fileHeader = (comments: readonly string[]): Buffer =>
  Buffer.concat([
    block(
      SECTION,
      // The byte order magic, version 1.0, and a length of the section that is not said.
      Buffer.from([0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      ...comments.map(text => option(COMMENT, text)),
      option(OPTIONS.userApplication, 'P2P Lab'),
    ),
    block(
      INTERFACE,
      Buffer.from([LINKTYPE_RAW, 0, 0, 0, 0, 0, 0, 0]),
      option(OPTIONS.name, 'p2plab'),
      option(OPTIONS.description, 'Sockets of the P2P Lab checker'),
      option(OPTIONS.timeResolution, Buffer.from([6])),
    ),
  ])

export interface PacketBlock extends Packet {
  /** Milliseconds since the Unix epoch. */
  at: number
  inbound: boolean
  comment?: string | undefined
}

/** In parts, of which the payload is one: it is not copied. */
export function packetBlock({ at, head, payload, missing, inbound, comment }: PacketBlock): Uint8Array[] {
  const captured = head.length + payload.length
  const padding = (4 - (captured % 4)) % 4
  const said = comment === undefined ? undefined : option(COMMENT, comment)
  const tail = Buffer.allocUnsafe(padding + 16).fill(0)
  const length = 28 + captured + (said?.length ?? 0) + tail.length
  const begin = Buffer.allocUnsafe(28)
  const time = Math.round(at * 1000)
  begin.writeUInt32LE(PACKET, 0)
  begin.writeUInt32LE(length, 4)
  begin.writeUInt32LE(0, 8) // The only interface.
  begin.writeUInt32LE(Math.floor(time / 0x1_0000_0000), 12)
  begin.writeUInt32LE(time % 0x1_0000_0000, 16)
  begin.writeUInt32LE(captured, 20)
  begin.writeUInt32LE(captured + missing, 24)
  // After the padding: the flags, the end of the options, the length.
  const flags = tail.subarray(padding)
  flags.writeUInt16LE(OPTIONS.flags, 0)
  flags.writeUInt16LE(4, 2)
  flags[4] = inbound ? 1 : 2
  flags.writeUInt32LE(length, 12)
  if (said === undefined) return [begin, head, payload, tail]
  return [begin, head, payload, tail.subarray(0, padding), said, flags]
}

/** Type, length, body, end of the options, length. */
function block(type: number, ...body: Buffer[]): Buffer {
  const length = 16 + body.reduce((sum, part) => sum + part.length, 0)
  const head = Buffer.alloc(8)
  head.writeUInt32LE(type, 0)
  head.writeUInt32LE(length, 4)
  const tail = Buffer.alloc(8)
  tail.writeUInt32LE(length, 4)
  return Buffer.concat([head, ...body, tail])
}

function option(code: number, value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? utf8(value) : value
  const head = Buffer.alloc(4)
  head.writeUInt16LE(code, 0)
  head.writeUInt16LE(bytes.length, 2)
  return Buffer.concat([head, padded(bytes)])
}

/** At most MAX_OPTION bytes, without half a character at the end. */
function utf8(text: string): Buffer {
  const bytes = Buffer.from(text)
  let end = Math.min(bytes.length, MAX_OPTION)
  if (end < bytes.length) while ((bytes[end]! & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}

/** To a multiple of four bytes. */
const padded = (bytes: Uint8Array): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
