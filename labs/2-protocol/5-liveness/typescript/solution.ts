import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { emit, parseAddress } from 'p2plab'
import { encodeMessage, type Message } from '../../2-envelope/typescript/solution.ts'
import { runConnection, type Reason } from '../../4-handshake/typescript/solution.ts'

export interface Rules {
  magic: Buffer
  pingTimeoutMs: number
  halfLifeMs: number
  banScore: number
  banMs: number
  banBy: 'address' | 'address and port'
}

/** Points of a misbehavior, and whether they last. A mempool costs as much as in btcd, server.go: OnMemPool. */
const MISBEHAVIORS = {
  malformed: { points: 25, lasts: true },
  mempool: { points: 33, lasts: false },
  pong: { points: 10, lasts: false },
  timeout: { points: 20, lasts: false },
}
type Misbehavior = keyof typeof MISBEHAVIORS

const NONCE = 8
/** Pings of a connection that may wait at once, and late ones that it remembers. */
const MOST_PINGS = 16

/** When each ban ends, in milliseconds of performance.now(), by key. */
const bans = new Map<string, number>()
/** By the address and port of the peer: all connections that are not closed yet. */
const connections = new Map<string, Connection>()

/** What a ban is about. */
function keyOf(host: string, port: number, { banBy }: Rules): string {
  return banBy === 'address' ? host : `${host}:${port}`
}

/** Forgets a ban that is over. */
function isBanned(key: string): boolean {
  const until = bans.get(key)
  if (until === undefined) return false
  if (performance.now() < until) return true
  bans.delete(key)
  return false
}

function ban(key: string, { banMs }: Rules): void {
  bans.set(key, performance.now() + banMs)
  for (const connection of connections.values()) if (connection.key === key) connection.closeForBan()
}

/** btcd's rule, connmgr/dynamicbanscore.go: one part lasts, the other one halves with each half-life. */
class Score {
  readonly #halfLifeMs: number
  #lasting = 0
  #decaying = 0
  /** When the decaying part had that value. */
  #at = performance.now()

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs
  }

  /** Returns the score with these points. */
  add(misbehavior: Misbehavior): number {
    const { points, lasts } = MISBEHAVIORS[misbehavior]
    const now = performance.now()
    this.#decaying *= 2 ** (-(now - this.#at) / this.#halfLifeMs)
    this.#at = now
    if (lasts) this.#lasting += points
    else this.#decaying += points
    return this.#lasting + this.#decaying
  }
}

/** A ping that waits for its pong. */
interface Ping {
  sent: number
  timer: NodeJS.Timeout
  resolve(ms: number | null): void
  reject(why: Error): void
}

class Connection {
  readonly name: string
  readonly key: string
  isReady = false
  readonly #socket: net.Socket
  readonly #rules: Rules
  readonly #score: Score
  readonly #waiting = new Map<bigint, Ping>()
  /** Nonces of pings that timed out. */
  #late: bigint[] = []
  #isBanned = false

  constructor(socket: net.Socket, rules: Rules) {
    // Read now: a closed socket does not know it any more.
    const { remoteAddress, remotePort } = socket
    this.name = `${remoteAddress}:${remotePort}`
    this.key = keyOf(remoteAddress!, remotePort!, rules)
    this.#socket = socket
    this.#rules = rules
    this.#score = new Score(rules.halfLifeMs)
  }

  /** Resolves to the round-trip time in milliseconds, or to null when no pong comes in time. */
  ping(): Promise<number | null> {
    if (this.#waiting.size >= MOST_PINGS) throw new Error(`${MOST_PINGS} pings wait for their pong already`)
    const payload = randomBytes(NONCE)
    const nonce = payload.readBigUInt64LE()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#timedOut(nonce), this.#rules.pingTimeoutMs)
      this.#waiting.set(nonce, { sent: performance.now(), timer, resolve, reject })
      this.#send('ping', payload)
    })
  }

  receive({ command, payload }: Message): void {
    // Messages that came together with the one that led to the ban.
    if (this.#isBanned) return
    if (command === 'mempool') this.#misbehaved('mempool')
    else if (command === 'ping' || command === 'pong') {
      if (payload.length < NONCE) this.#misbehaved('malformed')
      else if (command === 'ping') this.#send('pong', payload.subarray(0, NONCE))
      else this.#receivePong(payload.readBigUInt64LE())
    }
  }

  closeForBan(): void {
    this.#isBanned = true
    this.#socket.destroy()
  }

  closed(reason: Reason): void {
    for (const { timer, reject } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(new Error(`the connection to ${this.name} is over`))
    }
    emit('closed', { connection: this.name, reason: this.#isBanned ? 'banned' : reason })
  }

  #receivePong(nonce: bigint): void {
    const ping = this.#waiting.get(nonce)
    if (ping) {
      this.#waiting.delete(nonce)
      clearTimeout(ping.timer)
      ping.resolve(Math.round(performance.now() - ping.sent))
    } else if (this.#late.includes(nonce)) {
      // It has cost its points already. A second pong with this nonce is one too many.
      this.#late = this.#late.filter(late => late !== nonce)
    } else this.#misbehaved('pong')
  }

  #timedOut(nonce: bigint): void {
    this.#waiting.get(nonce)!.resolve(null)
    this.#waiting.delete(nonce)
    this.#late = [...this.#late, nonce].slice(-MOST_PINGS)
    this.#misbehaved('timeout')
  }

  #misbehaved(reason: Misbehavior): void {
    const score = this.#score.add(reason)
    emit('misbehavior', { connection: this.name, reason, score: Math.round(score) })
    if (score > this.#rules.banScore) ban(this.key, this.#rules)
  }

  #send(command: string, payload: Uint8Array): void {
    const { magic } = this.#rules
    const hasRoom = this.#socket.write(encodeMessage(magic, command, payload))
    if (hasRoom || this.#socket.isPaused()) return
    // A peer that takes no answers gets to ask no more: what it does not take would fill our memory.
    this.#socket.pause()
    this.#socket.once('drain', () => this.#socket.resume())
  }
}

/** Resolves when the handshake is complete; rejects when the connection is over before that. */
function run(socket: net.Socket, direction: 'inbound' | 'outbound', rules: Rules): Promise<void> {
  const connection = new Connection(socket, rules)
  const { name } = connection
  connections.set(name, connection)
  const own = {
    magic: rules.magic,
    services: 9n,
    userAgent: '/p2plab:2.5/',
    height: 0,
    timeoutMs: 60_000,
  }
  return new Promise((resolve, reject) => {
    runConnection(socket, direction, own, {
      onPeer() {
        connection.isReady = true
        emit('peer', { connection: name, direction })
        resolve()
      },
      onMessage: message => connection.receive(message),
      onClosed(reason) {
        connections.delete(name)
        connection.closed(reason)
        reject(new Error(`the connection to ${name} was closed (${reason})`))
      },
    })
  })
}

export async function listen({
  host,
  port,
  ...rules
}: Rules & { host: string; port: number }): Promise<{ port: number }> {
  const server = net.createServer(socket => {
    if (isBanned(keyOf(socket.remoteAddress!, socket.remotePort!, rules))) socket.destroy()
    else run(socket, 'inbound', rules).catch(() => {})
  })
  server.listen(port, host)
  await once(server, 'listening')
  return { port: (server.address() as net.AddressInfo).port }
}

export async function connect({ peer, ...rules }: Rules & { peer: string }): Promise<void> {
  const { host, port } = parseAddress(peer)
  if (isBanned(keyOf(host, port, rules))) throw new Error(`${peer} is banned`)
  const socket = net.connect(port, host)
  await once(socket, 'connect')
  await run(socket, 'outbound', rules)
}

export async function ping({ connection }: { connection: string }): Promise<{ ms: number | null }> {
  const found = connections.get(connection)
  if (!found?.isReady) throw new Error(`there is no connection to ${connection}`)
  return { ms: await found.ping() }
}
