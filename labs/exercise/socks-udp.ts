/**
 * The header that SOCKS5 puts in front of each UDP datagram (RFC 1928, section 7): between a program and its gateway it says where the
 * datagram goes to, or came from. IPv4 only.
 *
 *     00 00 | FRAG 00 | ATYP 01 | address, 4 bytes | port, big-endian | the datagram
 */
import { ipv4Bytes, ipv4Text } from './ipv4.ts'

const HEADER = 10
const IPV4 = 1

/** With the header in front. `address` is HOST:PORT; throws an Error with a sentence when it is not one of IPv4. */
export const wrapUdp = (address: string, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(0, 0, 0, IPV4), ipv4Bytes(address), bytes])

/**
 * Address and datagram; undefined for what has no such header, or is a fragment: whoever does not reassemble must drop what has another FRAG
 * than 0.
 */
export function unwrapUdp(datagram: Uint8Array): { address: string; bytes: Buffer } | undefined {
  const buffer = Buffer.from(datagram)
  if (buffer.length < HEADER || buffer.readUInt32BE(0) !== IPV4) return undefined
  return { address: ipv4Text(buffer.subarray(4, HEADER)), bytes: buffer.subarray(HEADER) }
}
