/** The rendezvous that the checker plays: it knows who is where, introduces, and passes data on. */
import type { Random } from '../../../check/kit/random.ts'
import { hostOf, portOf } from '../../../check/nat/nat.ts'
import type { World } from '../../../check/nat/world.ts'

/** A JSON datagram of the exercise. */
export interface Message {
  type?: unknown
  name?: unknown
  address?: unknown
  peer?: unknown
  session?: unknown
  bytes?: unknown
}

export interface Registration {
  name: string
  /** As it was announced. */
  address: string
  /** Where the datagram came from: what its NAT made of it. */
  from: string
}

/** An introduction of two. */
export interface Introduction {
  session: string
  members: [Registration, Registration]
}

export interface Rendezvous {
  address: string
  /** Another port of its host, which is somebody else's. */
  neighbor: string
  /** All that came, in order. */
  messages: { from: string; message: Message; at: number }[]
  /** By name, the latest. */
  registered: Map<string, Registration>
  introductions: Introduction[]
  /** It leaves so many of the next messages of this type unanswered. */
  ignore(type: 'register' | 'connect', times: number): void
  /** Called when a message came, before it is answered. */
  onMessage: (message: Message, from: string) => void
  /** Sends any datagram from its address. */
  send(message: object, to: string): void
}

/** Each introduction is said so many times: the network may double a datagram. */
const TIMES = 2

/** Plays the rendezvous at `address`, HOST:PORT. */
export function playRendezvous(world: World, address: string, random: Random): Rendezvous {
  const ignored = { register: 0, connect: 0 }
  const rendezvous: Rendezvous = {
    address,
    neighbor: `${hostOf(address)}:${portOf(address) + 1}`,
    messages: [],
    registered: new Map(),
    introductions: [],
    ignore: (type, times) => void (ignored[type] += times),
    onMessage() {},
    send: (message, to) => world.send({ from: address, to, bytes: Buffer.from(JSON.stringify(message)) }),
  }
  const introduce = ({ session, members }: Introduction): void => {
    const [a, b] = members
    for (let i = 0; i < TIMES; i++)
      for (const [to, other] of [
        [b, a],
        [a, b],
      ] as const)
        rendezvous.send({ type: 'introduce', peer: other.name, address: other.address, session }, to.from)
  }
  const answer = (message: Message, from: string): void => {
    const { type, name, peer, session } = message
    if (type === 'register') {
      rendezvous.registered.set(String(name), {
        name: String(name),
        address: String(message.address),
        from,
      })
      return rendezvous.send({ type: 'registered' }, from)
    }
    if (type === 'connect') {
      const asking = [...rendezvous.registered.values()].find(one => one.from === from)
      const other = rendezvous.registered.get(String(peer))
      if (!asking || !other) return rendezvous.send({ type: 'unknown', peer }, from)
      const known = rendezvous.introductions.find(
        ({ members }) => members[0].name === asking.name && members[1].name === other.name,
      )
      const introduction = known ?? {
        session: random.bytes(8).toString('hex'),
        members: [asking, other],
      }
      if (!known) rendezvous.introductions.push(introduction)
      return introduce(introduction)
    }
    if (type !== 'data') return
    const found = rendezvous.introductions.find(one => one.session === session)
    const to = found?.members.find(member => member.from !== from)
    if (to && found!.members.some(member => member.from === from)) rendezvous.send(message, to.from)
  }
  world.host(hostOf(address), 'the rendezvous', ({ from, to, bytes }) => {
    const message = parse(bytes)
    if (to !== address || !message) return
    rendezvous.messages.push({ from, message, at: performance.now() })
    rendezvous.onMessage(message, from)
    const { type } = message
    if ((type === 'register' || type === 'connect') && ignored[type] > 0) return void ignored[type]--
    answer(message, from)
  })
  return rendezvous
}

/** Undefined for what is no JSON object. */
export function parse(bytes: Uint8Array): Message | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString())
    return typeof value === 'object' && value !== null ? (value as Message) : undefined
  } catch {
    return undefined
  }
}
