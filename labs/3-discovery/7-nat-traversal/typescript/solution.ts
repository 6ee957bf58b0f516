import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeStun, emit, encodeStun, openBehindNat, type NatSocket, type StunMessage } from 'p2plab'

export interface Options {
  gateway: string
  name: string
  observers: string[]
  rendezvous: string
  tries: number
  tryMs: number
  keepAliveMs: number
}

type Path = 'punched' | 'relayed'

/** A datagram of the rendezvous, or data. */
interface Message {
  type?: unknown
  peer?: unknown
  address?: unknown
  session?: unknown
  bytes?: unknown
}

/** An introduction, and what comes of it. */
interface Session {
  id: string
  peer: string
  /** Where the peer may be: the address that it announced, and those that its requests came from. */
  candidates: Set<string>
  /** Of the requests that were sent: to which candidate, by the transaction ID in hex. */
  sent: Map<string, string>
  /** The candidate that has answered. */
  address?: string
  path?: Path
  /** The path, once it is decided. */
  decided?: Promise<Path>
}

class Node {
  readonly #socket: NatSocket
  readonly #options: Options
  /** What is waited for, by a key of its own. */
  readonly #awaited = new Map<string, (answer: unknown) => void>()
  readonly #sessions = new Map<string, Session>()

  constructor(socket: NatSocket, options: Options) {
    this.#socket = socket
    this.#options = options
    socket.onDatagram((bytes, from) => this.#receive(bytes, from))
  }

  /** Learn the own address, register with it, and keep the mappings alive from then on. */
  async start(): Promise<string> {
    const { observers, name, keepAliveMs } = this.#options
    const answers = await Promise.all(observers.map(observer => this.#observe(observer)))
    const address = vote(answers.filter(answer => answer !== undefined))
    const register = () => this.#tell({ type: 'register', name, address })
    if (!(await this.#ask('registered', register))) throw new Error('the rendezvous does not answer')
    setInterval(() => {
      register()
      for (const { path, address, id } of this.#sessions.values())
        if (path === 'punched') this.#stun({ class: 'indication', username: id }, address!)
    }, keepAliveMs)
    return address
  }

  /** What one observer reports; undefined when it does not answer. */
  async #observe(observer: string): Promise<string | undefined> {
    const transactionId = randomBytes(12)
    const response = await this.#ask<StunMessage>(transactionId.toString('hex'), () =>
      this.#stun({ class: 'request', transactionId }, observer),
    )
    // Some middleboxes rewrite every address that they recognize, and MAPPED-ADDRESS is one.
    return response?.xorMappedAddress
  }

  /** Ask for an introduction. Resolves to the path to the peer, once it is decided. */
  async connect(peer: string): Promise<Path> {
    const asking = () => this.#tell({ type: 'connect', peer })
    const answer = await this.#ask<Session | 'unknown'>(`introduction to ${peer}`, asking)
    if (!answer) throw new Error('the rendezvous does not answer')
    if (answer === 'unknown') throw new Error(`the rendezvous does not know ${peer}`)
    return answer.decided!
  }

  send(peer: string, bytes: Uint8Array): void {
    const session = [...this.#sessions.values()].findLast(one => one.peer === peer && one.path)
    if (!session) throw new Error(`not connected to ${peer}`)
    const data = { type: 'data', session: session.id, bytes: Buffer.from(bytes).toString('hex') }
    // Without an address of its own, it goes to the rendezvous, which relays it.
    this.#tell(data, session.path === 'punched' ? session.address : undefined)
  }

  /** The rendezvous introduces a peer. */
  #introduced(id: string, peer: string, address: string): void {
    // This is a copy, which may come late: it does not answer a connect of now.
    if (this.#sessions.has(id)) return
    const session: Session = { id, peer, candidates: new Set([address]), sent: new Map() }
    this.#sessions.set(id, session)
    session.decided = this.#decide(session)
    this.#answer(`introduction to ${peer}`, session)
  }

  /** Asks until a candidate answers, or there are no tries left. Each request opens our own NAT, even when the peer's NAT drops it. */
  async #decide(session: Session): Promise<Path> {
    await this.#ask(`response of ${session.id}`, () => {
      for (const candidate of session.candidates) this.#punch(session, candidate)
    })
    session.path = session.address === undefined ? 'relayed' : 'punched'
    emit('connected', { peer: session.peer, path: session.path })
    return session.path
  }

  /** Each request has a transaction ID of its own, so that the response says which candidate works. */
  #punch({ id, sent }: Session, candidate: string): void {
    const transactionId = randomBytes(12)
    sent.set(transactionId.toString('hex'), candidate)
    this.#stun({ class: 'request', transactionId, username: id }, candidate)
  }

  /** Somebody punches. */
  #requested({ transactionId, username }: StunMessage, from: string): void {
    const session = this.#sessions.get(username ?? '')
    // A stranger, or a peer that the rendezvous has not introduced yet: it tries again.
    if (!session) return
    this.#stun({ class: 'success', transactionId, xorMappedAddress: from }, from)
    // The peer's NAT may use another address for us than for the observers.
    if (session.path || session.candidates.has(from)) return
    session.candidates.add(from)
    this.#punch(session, from)
  }

  /** An observer or a peer has answered a request. */
  #responded(response: StunMessage): void {
    const id = response.transactionId.toString('hex')
    this.#answer(id, response)
    for (const session of this.#sessions.values()) {
      const candidate = session.sent.get(id)
      if (candidate === undefined || session.path) continue
      session.address ??= candidate
      this.#answer(`response of ${session.id}`, true)
    }
  }

  #receive(bytes: Buffer, from: string): void {
    const stun = decodeStun(bytes)
    if (stun?.class === 'request') this.#requested(stun, from)
    else if (stun?.class === 'success') this.#responded(stun)
    else if (!stun) this.#told(parse(bytes), from)
  }

  #told(message: Message, from: string): void {
    const { type, peer, address, session, bytes } = message
    if (type === 'data') {
      const known = this.#sessions.get(String(session))
      if (known && isHex(bytes)) emit('message', { peer: known.peer, bytes: Buffer.from(bytes, 'hex') })
    }
    // Once the NAT is open, anybody can send: only the rendezvous may introduce.
    if (from !== this.#options.rendezvous) return
    if (type === 'registered') this.#answer('registered', message)
    if (type === 'introduce') this.#introduced(String(session), String(peer), String(address))
    if (type === 'unknown') this.#answer(`introduction to ${peer}`, 'unknown')
  }

  /** Calls `send` up to `tries` times, and waits `tryMs` each time. Resolves to the answer, or to undefined when none comes. */
  async #ask<T = unknown>(key: string, send: () => void): Promise<T | undefined> {
    const { tries, tryMs } = this.#options
    const answer = new Promise<T>(resolve => this.#awaited.set(key, resolve as (answer: unknown) => void))
    for (let i = 0; i < tries; i++) {
      send()
      const first = await Promise.race([answer, sleep(tryMs, undefined)])
      if (first !== undefined) return first
    }
    return undefined
  }

  /** The answer that `ask` waits for under this key, if it does. */
  #answer(key: string, answer: unknown): void {
    this.#awaited.get(key)?.(answer)
    this.#awaited.delete(key)
  }

  #tell(message: object, address = this.#options.rendezvous): void {
    this.#socket.send(Buffer.from(JSON.stringify(message)), address)
  }

  #stun(message: Omit<StunMessage, 'transactionId'> & { transactionId?: Buffer }, address: string): void {
    this.#socket.send(encodeStun({ transactionId: randomBytes(12), ...message }), address)
  }
}

/** The host that most report, and of the addresses with that host the one that most report: a single liar changes nothing. */
function vote(addresses: string[]): string {
  if (addresses.length === 0) throw new Error('no observer answers')
  const host = mostFrequent(addresses.map(hostOf))
  return mostFrequent(addresses.filter(address => hostOf(address) === host))
}

const hostOf = (address: string): string => address.split(':')[0]!

function mostFrequent(items: string[]): string {
  const times = (item: string) => items.filter(other => other === item).length
  return items.reduce((best, item) => (times(item) > times(best) ? item : best))
}

/** Buffer.from stops at the first character that is not hex, and does not say so. */
const isHex = (bytes: unknown): bytes is string =>
  typeof bytes === 'string' && /^([0-9a-f]{2})*$/i.test(bytes)

/** What anyone may have sent, and need be no JSON. */
function parse(bytes: Buffer): Message {
  try {
    return Object(JSON.parse(bytes.toString())) as Message
  } catch {
    return {}
  }
}

let node: Node | undefined

export async function start(options: Options): Promise<{ address: string }> {
  node = new Node(await openBehindNat(options.gateway), options)
  return { address: await node.start() }
}

export async function connect({ peer }: { peer: string }): Promise<{ path: Path }> {
  return { path: await started().connect(peer) }
}

export function send({ peer, bytes }: { peer: string; bytes: Buffer }): void {
  started().send(peer, bytes)
}

function started(): Node {
  if (!node) throw new Error('call start first')
  return node
}
