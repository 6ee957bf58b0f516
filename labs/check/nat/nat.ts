/**
 * A NAT for UDP, in the words of RFC 4787: a function of packets and a clock, and of a seed where it draws ports. It has one address, and no socket
 * (gateway.ts has). It does not hairpin: what goes from inside to its own address is dropped (section 6).
 */
import type { Random } from '../kit/random.ts'

export const BEHAVIORS = ['Endpoint-Independent', 'Address-Dependent', 'Address and Port-Dependent'] as const
/** Of mapping (section 4.1) and of filtering (section 5). */
export type Behavior = (typeof BEHAVIORS)[number]

/** Which outside port a mapping gets (section 4.2.1). None is ever shared by two: there is no port overloading. */
export const PORT_ASSIGNMENTS = ['preserved', 'sequential', 'random'] as const

export interface NatOptions {
  mapping: Behavior
  filtering: Behavior
  /** Left out: random. `preserved` takes the port from inside where it is free, and the next free one where it is not. */
  ports?: (typeof PORT_ASSIGNMENTS)[number]
  /** The first port of `sequential`. */
  firstPort?: number
  /** A mapping, and what its filter lets in, is over when nothing went out through it for so long (sections 4.3 and 5). Left out: never. */
  timeoutMs?: number
  /** What comes in keeps a mapping alive, too (section 4.3: a NAT may do so). */
  inboundRefresh?: boolean
  /** Rewrites the 4 bytes of an address wherever they stand in a payload, as some middleboxes do (RFC 8489, section 14.2). */
  rewritesPayloads?: boolean
}

/** `from` and `to` are HOST:PORT. */
export interface Packet {
  from: string
  to: string
  bytes: Uint8Array
}

export interface Nat {
  readonly options: Readonly<NatOptions>
  /** Its address outside, without a port. */
  readonly host: string
  /** What leaves for a packet from inside at this time; undefined when it is dropped. Times are milliseconds that never go back. */
  outbound(packet: Packet, now: number): Packet | undefined
  /** What arrives inside for a packet to one of its ports. */
  inbound(packet: Packet, now: number): Packet | undefined
}

interface Mapping {
  inside: string
  port: number
  key: string
  usedAt: number
  /** The filtering rule of this mapping: when something went out through it to a destination, by what of its address filtering looks at. */
  sent: Map<string, number>
}

/** RFC 6056: the dynamic range would be 49152 to 65535; NATs use more. */
const [LEAST_PORT, MOST_PORT] = [1024, 65_535]

/** `host` is its address outside, four numbers. */
export function createNat(host: string, options: NatOptions, random: Random): Nat {
  const { timeoutMs = Infinity } = options
  const byKey = new Map<string, Mapping>()
  const byPort = new Map<number, Mapping>()
  let last = (options.firstPort ?? LEAST_PORT) - 1

  const isAlive = (since: number | undefined, now: number): boolean =>
    since !== undefined && now - since < timeoutMs

  const forget = (now: number): void => {
    if (timeoutMs === Infinity) return
    for (const mapping of byKey.values()) {
      if (isAlive(mapping.usedAt, now)) continue
      byKey.delete(mapping.key)
      byPort.delete(mapping.port)
    }
  }

  const nextFree = (from: number): number => {
    let port = from
    while (byPort.has(port)) port = port === MOST_PORT ? LEAST_PORT : port + 1
    return port
  }

  const assign = (inside: string): number => {
    if (options.ports === 'preserved') return nextFree(portOf(inside))
    if (options.ports === 'sequential') return (last = nextFree(last === MOST_PORT ? LEAST_PORT : last + 1))
    return nextFree(random.int(LEAST_PORT, MOST_PORT))
  }

  const rewritten = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
    options.rewritesPayloads ? replaced(bytes, hostBytes(from), hostBytes(to)) : bytes

  return {
    options,
    host,
    outbound({ from, to, bytes }, now) {
      forget(now)
      const key = `${from} ${scope(options.mapping, to)}`
      const isFull = byPort.size > MOST_PORT - LEAST_PORT
      if (hostOf(to) === host || (isFull && !byKey.has(key))) return undefined
      const mapping = byKey.get(key) ?? {
        inside: from,
        port: assign(from),
        key,
        usedAt: now,
        sent: new Map<string, number>(),
      }
      mapping.usedAt = now
      byKey.set(key, mapping)
      byPort.set(mapping.port, mapping)
      mapping.sent.set(scope(options.filtering, to), now)
      return { from: `${host}:${mapping.port}`, to, bytes: rewritten(bytes, hostOf(from), host) }
    },
    inbound({ from, to, bytes }, now) {
      forget(now)
      const mapping = hostOf(to) === host ? byPort.get(portOf(to)) : undefined
      const source = scope(options.filtering, from)
      // Section 5: a rule belongs to a mapping, so behind a NAT with one mapping for each destination, none of them lets in another's answers.
      if (!mapping || !isAlive(mapping.sent.get(source), now)) return undefined
      if (options.inboundRefresh) {
        mapping.usedAt = now
        mapping.sent.set(source, now)
      }
      return { from, to: mapping.inside, bytes: rewritten(bytes, host, hostOf(mapping.inside)) }
    },
  }
}

/** What of the other side's address a behavior looks at. */
function scope(behavior: Behavior, address: string): string {
  if (behavior === 'Endpoint-Independent') return ''
  return behavior === 'Address-Dependent' ? hostOf(address) : address
}

export const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':'))
export const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1))

const hostBytes = (host: string): Buffer => Buffer.from(host.split('.').map(Number))

/** Of the same length. */
function replaced(bytes: Uint8Array, what: Buffer, by: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  for (let at = copy.indexOf(what); at >= 0; at = copy.indexOf(what, at + what.length)) by.copy(copy, at)
  return copy
}
