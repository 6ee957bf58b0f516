// Another correct program: no class and nothing that waits in a loop, but tables, and timers that send and give up. Each try of an observer has an ID
// of its own, and a new place to ask at is tried with the next round.
import { randomBytes } from 'node:crypto'
import { decodeStun, emit, encodeStun, openBehindNat, type NatSocket } from 'p2plab'

interface Options {
  gateway: string
  name: string
  observers: string[]
  rendezvous: string
  tries: number
  tryMs: number
  keepAliveMs: number
}

type Path = 'punched' | 'relayed'

/** What a round of requests is for, and what stops it. */
interface Attempt {
  stop(): void
}

interface Peer {
  name: string
  session: string
  places: string[]
  way?: string | null
  attempt?: Attempt
  waiting: ((path: Path) => void)[]
}

let socket: NatSocket
let options: Options
const bySession: Record<string, Peer> = Object.create(null) as Record<string, Peer>
/** The one that was introduced last. */
const byName = new Map<string, Peer>()
/** The one that was decided last. */
const reachable = new Map<string, Peer>()
/** By transaction ID: who gets the address in the response. */
const requests = new Map<string, (seen: string | undefined) => void>()
/** By the type of the rendezvous's answer, and the peer that it is about. */
const expecting = new Map<string, () => void>()

/** Calls `round` every tryMs, `tries` times, and `over` one period after the last. */
function attempt(round: () => void, over: () => void): Attempt {
  let left = options.tries
  const next = () => {
    if (left-- === 0) {
      clearInterval(timer)
      return over()
    }
    round()
  }
  const timer = setInterval(next, options.tryMs)
  next()
  return { stop: () => clearInterval(timer) }
}

function request(to: string, username: string | undefined, got: (seen: string | undefined) => void): void {
  const transactionId = randomBytes(12)
  requests.set(transactionId.toString('hex'), got)
  socket.send(
    encodeStun({ class: 'request', transactionId, ...(username !== undefined && { username }) }),
    to,
  )
}

const json = (message: object, to = options.rendezvous) =>
  socket.send(Buffer.from(JSON.stringify(message)), to)

const observe = (observer: string): Promise<string | undefined> =>
  new Promise(resolve => {
    const going = attempt(
      () =>
        request(observer, undefined, seen => {
          going.stop()
          resolve(seen)
        }),
      () => resolve(undefined),
    )
  })

/** Asks the rendezvous until it answers one of these. */
const consult = (message: object, ...answers: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const going = attempt(
      () => json(message),
      () => reject(new Error('no answer of the rendezvous')),
    )
    for (const answer of answers) {
      expecting.set(answer, () => {
        going.stop()
        resolve(answer)
      })
    }
  })

/** The winner of an election, the first of several. */
function winner(votes: string[]): string {
  const counts = new Map<string, number>()
  for (const vote of votes) counts.set(vote, (counts.get(vote) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]![0]
}

export async function start(given: Options): Promise<{ address: string }> {
  options = given
  socket = await openBehindNat(options.gateway)
  socket.onDatagram(receive)
  const seen = (await Promise.all(options.observers.map(observe))).filter(one => one !== undefined)
  if (seen.length === 0) throw new Error('no observer has answered')
  const host = winner(seen.map(address => address.replace(/:\d+$/, '')))
  const address = winner(seen.filter(one => one.startsWith(`${host}:`)))
  const registration = { type: 'register', name: options.name, address }
  await consult(registration, 'registered')
  setInterval(() => json(registration), options.keepAliveMs)
  return { address }
}

export async function connect({ peer }: { peer: string }): Promise<{ path: Path }> {
  const answer = await consult({ type: 'connect', peer }, `introduce ${peer}`, `unknown ${peer}`)
  if (answer.startsWith('unknown')) throw new Error(`nobody knows ${peer}`)
  const found = byName.get(peer)!
  return new Promise(resolve => {
    if (found.way !== undefined) resolve({ path: found.way === null ? 'relayed' : 'punched' })
    else found.waiting.push(path => resolve({ path }))
  })
}

export function send({ peer, bytes }: { peer: string; bytes: Buffer }): void {
  const found = reachable.get(peer)
  if (!found) throw new Error(`there is no path to ${peer}`)
  json(
    { type: 'data', session: found.session, bytes: bytes.toString('hex') },
    found.way ?? options.rendezvous,
  )
}

function decide(peer: Peer, way: string | null): void {
  if (peer.way !== undefined) return
  peer.way = way
  reachable.set(peer.name, peer)
  peer.attempt?.stop()
  const path = way === null ? 'relayed' : 'punched'
  emit('connected', { peer: peer.name, path })
  for (const tell of peer.waiting) tell(path)
  if (way === null) return
  const indication = () =>
    socket.send(
      encodeStun({ class: 'indication', transactionId: randomBytes(12), username: peer.session }),
      way,
    )
  setInterval(indication, options.keepAliveMs)
}

function introduce(name: string, session: string, address: string): void {
  const peer: Peer = { name, session, places: [address], waiting: [] }
  bySession[session] = peer
  byName.set(name, peer)
  peer.attempt = attempt(
    () => {
      for (const place of peer.places) request(place, session, () => decide(peer, place))
    },
    () => decide(peer, null),
  )
}

function receive(bytes: Buffer, from: string): void {
  const stun = decodeStun(bytes)
  if (stun?.class === 'success') {
    const id = stun.transactionId.toString('hex')
    requests.get(id)?.(stun.xorMappedAddress)
    requests.delete(id)
  }
  if (stun?.class === 'request' && stun.username !== undefined) {
    const peer = bySession[stun.username]
    if (!peer) return
    socket.send(
      encodeStun({ class: 'success', transactionId: stun.transactionId, xorMappedAddress: from }),
      from,
    )
    if (!peer.places.includes(from)) peer.places.push(from)
  }
  if (!stun) heard(bytes.toString(), from)
}

function heard(text: string, from: string): void {
  let message: Record<string, unknown> | null
  try {
    message = JSON.parse(text) as Record<string, unknown> | null
  } catch {
    return
  }
  const { type, peer, session, address, bytes } = message ?? {}
  if (type === 'data' && typeof session === 'string' && typeof bytes === 'string') {
    const sender = bySession[session]
    const decoded = Buffer.from(bytes, 'hex')
    // It leaves out what is not hex.
    if (sender && decoded.length * 2 === bytes.length) emit('message', { peer: sender.name, bytes: decoded })
  }
  if (from !== options.rendezvous) return
  if (type === 'introduce' && String(session) in bySession) return
  if (type === 'introduce') introduce(String(peer), String(session), String(address))
  const answer = type === 'registered' ? 'registered' : `${String(type)} ${String(peer)}`
  expecting.get(answer)?.()
  expecting.delete(answer)
}
