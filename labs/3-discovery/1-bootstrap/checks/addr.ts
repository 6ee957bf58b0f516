/**
 * Bitcoin's addr message, the checker's side. A count (CompactSize), and for each address
 *
 *     4  time, seconds since 1970      16  IP: ten times 00, ff ff, the four bytes of IPv4; all else is IPv6
 *     8  services, a bit each           2  port, big-endian, as nothing else is
 */
import type { Random } from '../../../check/kit/random.ts'
import { encodeInteger } from '../../../2-protocol/shared/integers.ts'

export const ENTRY = 30
/** Bitcoin Core, src/net_processing.cpp: MAX_ADDR_TO_SEND. */
export const MAX_ADDR = 1000
const IPV4 = Buffer.from('00000000000000000000ffff', 'hex')

export interface Entry {
  /** Seconds since 1970. */
  time: number
  services: bigint
  /** Such as "127.3.2.1"; 32 hex digits where it is no IPv4 address. */
  host: string
  port: number
}

export const addressOf = ({ host, port }: Pick<Entry, 'host' | 'port'>): string => `${host}:${port}`

export const now = (): number => Math.floor(Date.now() / 1000)

function encodeEntry({ time, services, host, port }: Entry): Buffer {
  const bytes = Buffer.alloc(ENTRY)
  bytes.writeUInt32LE(time, 0)
  bytes.writeBigUInt64LE(services, 4)
  bytes.set(ipOf(host), 12)
  bytes.writeUInt16BE(port, 28)
  return bytes
}

const ipOf = (host: string): Buffer =>
  host.includes('.')
    ? Buffer.concat([IPV4, Buffer.from(host.split('.').map(Number))])
    : Buffer.from(host, 'hex')

/** `count`: what the payload says instead of how many there are. */
export const encodeAddr = (entries: readonly Entry[], count = BigInt(entries.length)): Buffer =>
  Buffer.concat([encodeInteger('compactsize', count), ...entries.map(encodeEntry)])

/** Undefined when it is none: a count in fewer bytes than it needs, or another length than the count says. */
export function decodeAddr(payload: Buffer): Entry[] | undefined {
  const wide = payload[0] === 0xfd
  if (payload.length < (wide ? 3 : 1) || payload[0]! > 0xfd) return undefined
  const count = wide ? payload.readUInt16LE(1) : payload[0]!
  const entries = payload.subarray(wide ? 3 : 1)
  if (entries.length !== count * ENTRY) return undefined
  return Array.from({ length: count }, (_, i) => decodeEntry(entries.subarray(i * ENTRY, (i + 1) * ENTRY)))
}

function decodeEntry(bytes: Buffer): Entry {
  const ip = bytes.subarray(12, 28)
  return {
    time: bytes.readUInt32LE(0),
    services: bytes.readBigUInt64LE(4),
    host: ip.subarray(0, IPV4.length).equals(IPV4) ? ip.subarray(IPV4.length).join('.') : ip.toString('hex'),
    port: bytes.readUInt16BE(28),
  }
}

/** With services, some of them beyond 2^53, and a time one to nine days ago. */
export const entryAt = (random: Random, address: Pick<Entry, 'host' | 'port'>): Entry => ({
  time: now() - random.int(86_400, 9 * 86_400),
  services: random.pick([1n, 9n, 1033n, 2n ** 60n + 9n]),
  ...address,
})

/** Addresses that nobody is asked to dial, all different: both bytes of each port differ. */
export function invented(random: Random, count: number): Entry[] {
  const entries = new Map<string, Entry>()
  while (entries.size < count) {
    const entry = entryAt(random, {
      host: `127.${random.int(200, 254)}.${random.int(0, 255)}.${random.int(1, 254)}`,
      port: random.int(4, 250) * 256 + random.pick([1, 2, 251, 253]),
    })
    entries.set(addressOf(entry), entry)
  }
  return [...entries.values()]
}
