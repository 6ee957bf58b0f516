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

/** The packet as far as it was kept: its headers, and its payload, which is not copied. It was `missing` bytes longer. */
export interface Packet {
  head: Buffer
  payload: Uint8Array
  missing: number
}

const TCP_BYTES = 20
const UDP_BYTES = 8

export function tcpPacket({ from, to, flags, seq, ack, payload, length }: Segment): Packet {
  const options = (flags & TCP.SYN) === 0 ? 0 : OPTIONS.length
  const { head, at, missing } = ipHead(from, to, 6, TCP_BYTES + options, payload, length)
  head.writeUInt16BE(from.port, at)
  head.writeUInt16BE(to.port, at + 2)
  head.writeUInt32BE(seq >>> 0, at + 4)
  head.writeUInt32BE((flags & TCP.ACK) === 0 ? 0 : ack >>> 0, at + 8)
  head[at + 12] = ((TCP_BYTES + options) / 4) << 4
  head[at + 13] = flags
  head.writeUInt16BE(WINDOW, at + 14)
  if (options > 0) OPTIONS.copy(head, at + TCP_BYTES)
  if (missing === 0) head.writeUInt16BE(checksum(head, at, 6, payload), at + 16)
  return { head, payload, missing }
}

/** `length` is that of the datagram as it was sent, `payload` what was kept of it. */
export function udpPacket(from: End, to: End, payload: Uint8Array, length: number): Packet {
  const { head, at, missing } = ipHead(from, to, 17, UDP_BYTES, payload, length)
  head.writeUInt16BE(from.port, at)
  head.writeUInt16BE(to.port, at + 2)
  head.writeUInt16BE(UDP_BYTES + length, at + 4)
  // 0 would say that there is none.
  if (missing === 0) head.writeUInt16BE(checksum(head, at, 17, payload) || 0xffff, at + 6)
  return { head, payload, missing }
}

/** The IP header, with room for the `inner` bytes of the next one at `at`. */
function ipHead(from: End, to: End, protocol: 6 | 17, inner: number, payload: Uint8Array, length: number) {
  const [source, target] = [addressBytes(from.host), addressBytes(to.host)]
  const at = source.length === 4 ? 20 : 40
  // From Node's pool of memory, which is much faster than a buffer of its own for each packet.
  const head = Buffer.allocUnsafe(at + inner).fill(0)
  if (source.length === 4) {
    head[0] = 0x45
    head.writeUInt16BE(at + inner + length, 2)
    head[6] = 0x40 // Don't fragment.
    head[8] = 64
    head[9] = protocol
    source.copy(head, 12)
    target.copy(head, 16)
    head.writeUInt16BE(folded(sumOf(head, 0, at)), 10)
  } else {
    head[0] = 0x60
    head.writeUInt16BE(inner + length, 4)
    head[6] = protocol
    head[7] = 64
    source.copy(head, 8)
    target.copy(head, 24)
  }
  return { head, at, missing: length - payload.length }
}

/** RFC 9293, 3.1, and RFC 8200, 8.1: addresses, protocol and length count, too. */
function checksum(head: Buffer, at: number, protocol: 6 | 17, payload: Uint8Array): number {
  const addresses = sumOf(head, at === 20 ? 12 : 8, at)
  const inner = head.length - at + payload.length
  return folded(addresses + protocol + inner + sumOf(head, at) + sumOf(payload))
}

/**
 * Of big-endian words of 16 bits; an odd last byte is the upper half of one. Taken 32 bits at a time, which is the same once it is folded.
 * Up to 64 KiB, so it stays far below 2^53.
 */
function sumOf(bytes: Uint8Array, begin = 0, end = bytes.length): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let sum = 0
  let i = begin
  for (; i + 4 <= end; i += 4) sum += view.getUint32(i)
  for (; i + 2 <= end; i += 2) sum += view.getUint16(i)
  return i === end ? sum : sum + (view.getUint8(i) << 8)
}

/** The one's complement of a one's complement sum. */
function folded(sum: number): number {
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000)
  return 0xffff - sum
}

/** A check has a handful of hosts, and asks for each of their packets. */
const known = new Map<string, Buffer>()

function addressBytes(host: string): Buffer {
  let bytes = known.get(host)
  if (!bytes) known.set(host, (bytes = parseAddress(host)))
  return bytes
}

function parseAddress(host: string): Buffer {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1]
  if (!isIPv6(host) || mapped !== undefined) return Buffer.from((mapped ?? host).split('.').map(Number))
  const [front = '', back] = host.replace(/%.*$/, '').split('::')
  const words = (text: string) => (text === '' ? [] : text.split(':').map(word => Number.parseInt(word, 16)))
  const [before, after] = [words(front), words(back ?? '')]
  const zeros = back === undefined ? [] : new Array<number>(8 - before.length - after.length).fill(0)
  return Buffer.from([...before, ...zeros, ...after].flatMap(word => [word >> 8, word & 0xff]))
}
