/** A peer that the checker plays behind a NAT of its own: it does all that the text says, unless it is told not to, and is more patient. */
import { decodeStun, encodeStun, type StunMessage } from '../../../exercise/stun.ts'
import type { Random } from '../../../check/kit/random.ts'
import { hostOf, type Nat } from '../../../check/nat/nat.ts'
import type { Inside, World } from '../../../check/nat/world.ts'
import { parse, type Rendezvous } from './rendezvous.ts'

export interface PlayedPeer {
  name: string
  nat: Nat
  /** The address that it announces. */
  address: string
  session: string | undefined
  /** Requests of the program's that got in, with where from. */
  requests: { from: string; transactionId: string }[]
  indications: { from: string }[]
  /** Where its own requests were answered: addresses that it sent them to. */
  answered: Set<string>
  /** An answer that did not have the address that the request came from: both. */
  wrong: { seen: string; from: string } | undefined
  /** Bytes of data in hex, with lower-case digits, and whether they came through the rendezvous. */
  data: { bytes: string; relayed: boolean }[]
  /** Whether it asks by itself once it is introduced. */
  asks: boolean
  /** When it answers a request. `late`: when the next one comes, so the last one has no answer. */
  answers: 'at once' | 'late' | 'never'
  /** Asks the rendezvous for an introduction. */
  connect(peer: string): void
  /** Answers the last request that got in, if it has not or did not. */
  answerLast(): void
  /** One request to each address where the program may be. */
  punch(): void
  /** To where its requests were answered, or else by the rendezvous. */
  send(bytes: Uint8Array): void
  /** Called for each datagram of the program's. */
  onDatagram: () => void
}

export function playPeer(
  world: World,
  nat: Nat,
  {
    name,
    observer,
    rendezvous,
    random,
  }: { name: string; observer: string; rendezvous: Rendezvous; random: Random },
): PlayedPeer {
  const candidates = new Set<string>()
  const sent = new Map<string, string>()
  /** What its NAT has made of the source of its requests, by transaction ID. */
  const outside = new Map<string, string>()
  world.watch(({ from, bytes }) => {
    const stun = hostOf(from) === nat.host ? decodeStun(bytes) : null
    if (stun?.class === 'request') outside.set(stun.transactionId.toString('hex'), from)
  })
  let address = ''
  let held: (() => void) | undefined
  world.name(nat.host, name)
  const node: Inside = world.inside(nat, '10.0.0.1:5000', (bytes, from) => {
    const stun = decodeStun(bytes)
    if (stun) received(stun, from)
    else told(bytes, from)
    if (address !== '') peer.onDatagram()
  })
  const request = (to: string, username?: string) => {
    const transactionId = random.bytes(12)
    sent.set(transactionId.toString('hex'), to)
    node.send(
      encodeStun({ class: 'request', transactionId, ...(username !== undefined && { username }) }),
      to,
    )
  }
  const received = (stun: StunMessage, from: string): void => {
    const transactionId = stun.transactionId.toString('hex')
    if (stun.class === 'indication') peer.indications.push({ from })
    if (stun.class === 'success') {
      const to = sent.get(transactionId)
      if (to === observer) address = stun.xorMappedAddress ?? ''
      else if (to !== undefined) {
        peer.answered.add(to)
        const from = outside.get(transactionId)!
        if (stun.xorMappedAddress !== from) peer.wrong ??= { seen: stun.xorMappedAddress ?? 'none', from }
      }
    }
    if (stun.class !== 'request' || stun.username !== peer.session || peer.session === undefined) return
    peer.requests.push({ from, transactionId })
    const answer = () =>
      node.send(
        encodeStun({ class: 'success', transactionId: stun.transactionId, xorMappedAddress: from }),
        from,
      )
    if (peer.answers === 'at once') answer()
    if (peer.answers === 'late') held?.()
    held = answer
    if (!peer.asks || candidates.has(from) || peer.answered.size > 0) return
    candidates.add(from)
    request(from, peer.session)
  }
  const told = (bytes: Uint8Array, from: string): void => {
    const message = parse(bytes)
    if (message?.type === 'data' && message.session === peer.session)
      peer.data.push({ bytes: String(message.bytes).toLowerCase(), relayed: from === rendezvous.address })
    if (message?.type !== 'introduce' || from !== rendezvous.address || peer.session !== undefined) return
    peer.session = String(message.session)
    candidates.add(String(message.address))
    if (peer.asks) peer.punch()
  }
  const peer: PlayedPeer = {
    name,
    nat,
    address: '',
    session: undefined,
    requests: [],
    indications: [],
    answered: new Set(),
    wrong: undefined,
    data: [],
    asks: true,
    answers: 'at once',
    onDatagram() {},
    connect: peer => node.send(Buffer.from(JSON.stringify({ type: 'connect', peer })), rendezvous.address),
    answerLast: () => held?.(),
    punch() {
      for (const candidate of [...candidates]) request(candidate, peer.session)
    },
    send(bytes) {
      const data = { type: 'data', session: peer.session, bytes: Buffer.from(bytes).toString('hex') }
      const [to = rendezvous.address] = peer.answered
      node.send(Buffer.from(JSON.stringify(data)), to)
    },
  }
  request(observer)
  peer.address = address
  node.send(Buffer.from(JSON.stringify({ type: 'register', name, address })), rendezvous.address)
  return peer
}
