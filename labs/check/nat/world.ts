/** The internet behind the NATs: packets between hosts, none of them lost. It has no sockets, and its clock goes only where somebody sets it. */
import { hostOf, type Nat, type Packet } from './nat.ts'

/** Every packet that is on its way outside, and whether it gets in where it goes to. */
export type Witness = (packet: Packet, arrived: boolean) => void

/** One end inside: HOST:PORT that only its NAT knows. */
export interface Inside {
  address: string
  send(bytes: Uint8Array, to: string): void
}

export interface World {
  /** In milliseconds. A NAT forgets by it. */
  now: number
  /** A host with an address of its own, called so in messages: it gets all that is sent to one of its ports. */
  host(host: string, name: string, receive: (packet: Packet) => void): void
  /** What `host` is called that has no other name: an address outside of a NAT. */
  name(host: string, name: string): void
  /** Whether there is such a host, or a NAT with this address. */
  knows(host: string): boolean
  /** What the host of this address (HOST:PORT) is called: its address, where it has no name. */
  nameOf(address: string): string
  /** From a host: `from` may be any port of it. */
  send(packet: Packet): void
  /** What arrives for `address`, which is inside, goes to `receive`. */
  inside(nat: Nat, address: string, receive: (bytes: Uint8Array, from: string) => void): Inside
  watch(witness: Witness): void
}

export function createWorld(): World {
  /** By host: what to do with a packet that gets in; undefined for one that does not. */
  const hosts = new Map<string, (packet: Packet) => (() => void) | undefined>()
  const names = new Map<string, string>()
  const insides = new Map<Nat, Map<string, (bytes: Uint8Array, from: string) => void>>()
  const witnesses: Witness[] = []
  const onTheWay: Packet[] = []
  let busy = false

  const send = (packet: Packet): void => {
    onTheWay.push(packet)
    if (busy) return
    // One after another, in order: what is sent while a packet arrives comes behind it.
    busy = true
    try {
      for (let next = onTheWay.shift(); next; next = onTheWay.shift()) {
        const receive = hosts.get(hostOf(next.to))?.(next)
        for (const witness of witnesses) witness(next, receive !== undefined)
        receive?.()
      }
    } finally {
      busy = false
    }
  }

  const world: World = {
    now: 0,
    send,
    watch: witness => void witnesses.push(witness),
    knows: host => hosts.has(host),
    name: (host, name) => void names.set(host, name),
    nameOf: address => names.get(hostOf(address)) ?? address,
    host(host, name, receive) {
      names.set(host, name)
      hosts.set(host, packet => () => receive(packet))
    },
    inside(nat, address, receive) {
      const there = insides.get(nat) ?? new Map<string, (bytes: Uint8Array, from: string) => void>()
      insides.set(nat, there.set(address, receive))
      hosts.set(nat.host, packet => {
        const arrived = nat.inbound(packet, world.now)
        const target = arrived && there.get(arrived.to)
        return target && (() => target(arrived.bytes, arrived.from))
      })
      return {
        address,
        send(bytes, to) {
          const packet = nat.outbound({ from: address, to, bytes }, world.now)
          if (packet) send(packet)
        },
      }
    },
  }
  return world
}
