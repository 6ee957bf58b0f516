/**
 * The blocks of a packet capture in the format pcapng, which Wireshark opens: one section, one interface, enhanced packet blocks
 * (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html). Numbers are little-endian, times are microseconds.
 */

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

export interface PacketBlock {
  /** Milliseconds since the Unix epoch. */
  at: number
  bytes: Uint8Array
  /** So much longer was it on the wire. */
  missing: number
  inbound: boolean
  comment?: string | undefined
}

export function packetBlock({ at, bytes, missing, inbound, comment }: PacketBlock): Buffer {
  const head = Buffer.alloc(20)
  const time = BigInt(Math.round(at * 1000))
  head.writeUInt32LE(Number(time >> 32n), 4)
  head.writeUInt32LE(Number(time & 0xffff_ffffn), 8)
  head.writeUInt32LE(bytes.length, 12)
  head.writeUInt32LE(bytes.length + missing, 16)
  return block(
    PACKET,
    head,
    padded(bytes),
    ...(comment === undefined ? [] : [option(COMMENT, comment)]),
    option(OPTIONS.flags, Buffer.from([inbound ? 1 : 2, 0, 0, 0])),
  )
}

/** How many packets there are in blocks that were made here. */
export function countPackets(blocks: Buffer): number {
  let packets = 0
  for (let at = 0; at < blocks.length; at += blocks.readUInt32LE(at + 4)) {
    if (blocks.readUInt32LE(at) === PACKET) packets++
  }
  return packets
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
