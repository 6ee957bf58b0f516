/** IP packets: IPv4 or IPv6 with TCP or UDP in it, with checksums. Only the headers: the payload goes behind them as it is. */
import { isIPv6 } from 'node:net'
import type { End } from './capture.ts'

export const TCP = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16 } as const

/** The most payload of one packet, in bytes: a packet has 65,535 at most, and this is what Linux announces on loopback. */
export const MAX_SEGMENT = 65_495
/** What both sides say in their SYN: the largest segment, and that their window counts in units of 128 bytes. */
const OPTIONS = Buffer.from([2, 4, MAX_SEGMENT >> 8, MAX_SEGMENT & 0xff, 1, 3, 3, 7])
const WINDOW = 0xffff

export interface Segment {
  from: End
  to: End
  flags: number
  /** Both modulo 2^32; `ack` counts only with the flag. */
  seq: number
  ack: number
  payload: Uint8Array
  /** Of the payload as it was sent. Where it is longer than `payload`, the checksum cannot be known, and is 0. */
  length: number
}

/** The packet as far as it was kept. It was `missing` bytes longer. */
export interface Packet {
  bytes: Buffer
  missing: number
}

export function tcpPacket({ from, to, flags, seq, ack, payload, length }: Segment): Packet {
  const options = (flags & TCP.SYN) === 0 ? Buffer.alloc(0) : OPTIONS
  const head = Buffer.alloc(20 + options.length)
  head.writeUInt16BE(from.port, 0)
  head.writeUInt16BE(to.port, 2)
  head.writeUInt32BE(seq >>> 0, 4)
  head.writeUInt32BE((flags & TCP.ACK) === 0 ? 0 : ack >>> 0, 8)
  head[12] = (head.length / 4) << 4
  head[13] = flags
  head.writeUInt16BE(WINDOW, 14)
  options.copy(head, 20)
  return packet(from, to, 6, head, 16, payload, length)
}

/** `length` is that of the datagram as it was sent, `payload` what was kept of it. */
export function udpPacket(from: End, to: End, payload: Uint8Array, length: number): Packet {
  const head = Buffer.alloc(8)
  head.writeUInt16BE(from.port, 0)
  head.writeUInt16BE(to.port, 2)
  head.writeUInt16BE(8 + length, 4)
  return packet(from, to, 17, head, 6, payload, length)
}

function packet(
  from: End,
  to: End,
  protocol: 6 | 17,
  head: Buffer,
  checksumAt: number,
  payload: Uint8Array,
  length: number,
): Packet {
  const [source, target] = [addressBytes(from.host), addressBytes(to.host)]
  if (payload.length === length) {
    // RFC 9293, 3.1, and RFC 8200, 8.1: addresses, protocol and length count, too.
    let sum = sumOf(source) + sumOf(target) + protocol + head.length + length
    sum += sumOf(head) + sumOf(payload)
    const checksum = folded(sum)
    head.writeUInt16BE(protocol === 17 && checksum === 0 ? 0xffff : checksum, checksumAt)
  }
  const ip =
    source.length === 4
      ? ipv4(source, target, protocol, head.length + length)
      : ipv6(source, target, protocol, head.length + length)
  return { bytes: Buffer.concat([ip, head, payload]), missing: length - payload.length }
}

function ipv4(source: Buffer, target: Buffer, protocol: number, length: number): Buffer {
  const head = Buffer.alloc(20)
  head[0] = 0x45
  head.writeUInt16BE(20 + length, 2)
  head[6] = 0x40 // Don't fragment.
  head[8] = 64
  head[9] = protocol
  source.copy(head, 12)
  target.copy(head, 16)
  head.writeUInt16BE(folded(sumOf(head)), 10)
  return head
}

function ipv6(source: Buffer, target: Buffer, protocol: number, length: number): Buffer {
  const head = Buffer.alloc(40)
  head[0] = 0x60
  head.writeUInt16BE(length, 4)
  head[6] = protocol
  head[7] = 64
  source.copy(head, 8)
  target.copy(head, 24)
  return head
}

/** Of big-endian words of 16 bits; an odd last byte is the upper half of one. Up to 64 KiB, so it stays far below 2^53. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0
  const even = bytes.length & ~1
  for (let i = 0; i < even; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!
  return bytes.length === even ? sum : sum + (bytes[even]! << 8)
}

/** The one's complement of a one's complement sum. */
function folded(sum: number): number {
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000)
  return 0xffff - sum
}

function addressBytes(host: string): Buffer {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1]
  if (!isIPv6(host) || mapped !== undefined) return Buffer.from((mapped ?? host).split('.').map(Number))
  const [front = '', back] = host.replace(/%.*$/, '').split('::')
  const words = (text: string) => (text === '' ? [] : text.split(':').map(word => Number.parseInt(word, 16)))
  const [before, after] = [words(front), words(back ?? '')]
  const zeros = back === undefined ? [] : new Array<number>(8 - before.length - after.length).fill(0)
  return Buffer.from([...before, ...zeros, ...after].flatMap(word => [word >> 8, word & 0xff]))
}
