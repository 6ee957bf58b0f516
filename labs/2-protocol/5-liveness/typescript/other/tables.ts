// Another correct program: no classes but tables, nonces as hex text, a score that is computed from what happened, bans that a timer ends, and
// a peer that does not read its pongs is cut off.
import { randomBytes } from 'node:crypto'
import net from 'node:net'
import { emit, parseAddress } from 'p2plab'
import { encodeMessage } from '../../../2-envelope/typescript/solution.ts'
import { runConnection } from '../../../4-handshake/typescript/solution.ts'

interface Rules {
  magic: Buffer
  pingTimeoutMs: number
  halfLifeMs: number
  banScore: number
  banMs: number
  banBy: 'address' | 'address and port'
}

type Outcome = (ms: number | null | Error) => void

interface Peer {
  name: string
  key: string
  rules: Rules
  socket: net.Socket
  ready: boolean
  banned: boolean
  /** By nonce. */
  pings: Map<string, { sent: number; done: Outcome }>
  late: Set<string>
  lasting: number
  decaying: { points: number; at: number }[]
}

/** More than a patient peer ever leaves unread. */
const MOST_UNREAD = 1_000_000

const peers = new Set<Peer>()
const banned = new Set<string>()

const key = (name: string, { banBy }: Rules) => (banBy === 'address' ? name.replace(/:\d+$/, '') : name)

function scoreOf({ lasting, decaying, rules }: Peer): number {
  const now = Date.now()
  return decaying.reduce(
    (sum, { points, at }) => sum + points / 2 ** ((now - at) / rules.halfLifeMs),
    lasting,
  )
}

function punish(peer: Peer, reason: string, points: number, lasts = false): void {
  if (lasts) peer.lasting += points
  else peer.decaying.push({ points, at: Date.now() })
  const score = scoreOf(peer)
  emit('misbehavior', { connection: peer.name, reason, score: Math.round(score) })
  if (score <= peer.rules.banScore) return
  banned.add(peer.key)
  setTimeout(() => banned.delete(peer.key), peer.rules.banMs)
  for (const one of peers) {
    if (one.key !== peer.key) continue
    one.banned = true
    one.socket.destroy()
  }
}

function send({ socket, rules }: Peer, command: string, payload: Uint8Array): void {
  socket.write(encodeMessage(rules.magic, command, payload))
  if (socket.writableLength > MOST_UNREAD) socket.destroy()
}

function handle(peer: Peer, command: string, payload: Buffer): void {
  if (peer.banned || peer.socket.destroyed) return
  switch (command) {
    case 'mempool':
      return punish(peer, 'mempool', 33)
    case 'ping':
    case 'pong': {
      if (payload.length < 8) return punish(peer, 'malformed', 25, true)
      const nonce = payload.toString('hex', 0, 8)
      if (command === 'ping') return send(peer, 'pong', Buffer.from(nonce, 'hex'))
      const ping = peer.pings.get(nonce)
      if (ping) return ping.done(Date.now() - ping.sent)
      if (!peer.late.delete(nonce)) punish(peer, 'pong', 10)
    }
  }
}

function begin(socket: net.Socket, direction: 'inbound' | 'outbound', rules: Rules): Promise<void> {
  const name = `${socket.remoteAddress}:${socket.remotePort}`
  const peer: Peer = {
    name,
    key: key(name, rules),
    rules,
    socket,
    ready: false,
    banned: false,
    pings: new Map(),
    late: new Set(),
    lasting: 0,
    decaying: [],
  }
  peers.add(peer)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  runConnection(
    socket,
    direction,
    { magic: rules.magic, services: 0n, userAgent: '/tables:1.0/', height: 7, timeoutMs: 30_000 },
    {
      onPeer() {
        peer.ready = true
        emit('peer', { connection: name, direction })
        resolve()
      },
      onMessage: ({ command, payload }) => handle(peer, command, payload),
      onClosed(reason) {
        peers.delete(peer)
        for (const { done } of peer.pings.values()) done(new Error('the connection is over'))
        emit('closed', { connection: name, reason: peer.banned ? 'banned' : reason })
        reject(new Error(`the connection is over: ${reason}`))
      },
    },
  )
  return promise
}

export function listen({ host, port, ...rules }: Rules & { host: string; port: number }) {
  const server = net.createServer(socket => {
    const name = `${socket.remoteAddress}:${socket.remotePort}`
    if (banned.has(key(name, rules))) return void socket.on('error', () => {}).destroy()
    begin(socket, 'inbound', rules).catch(() => {})
  })
  return new Promise<{ port: number }>((resolve, reject) => {
    server.on('error', reject)
    server.listen({ host, port }, () => resolve({ port: (server.address() as net.AddressInfo).port }))
  })
}

export function connect({ peer, ...rules }: Rules & { peer: string }): Promise<void> {
  if (banned.has(key(peer, rules))) return Promise.reject(new Error('no connections to banned peers'))
  return new Promise((resolve, reject) => {
    const socket = net.connect(parseAddress(peer))
    socket.once('error', reject)
    socket.once('connect', () => begin(socket, 'outbound', rules).then(resolve, reject))
  })
}

export function ping({ connection }: { connection: string }): Promise<{ ms: number | null }> {
  const peer = [...peers].find(({ name, ready }) => ready && name === connection)
  if (!peer) return Promise.reject(new Error(`no connection to ${connection}`))
  if (peer.pings.size === 16) return Promise.reject(new Error('too many pings are under way'))
  const nonce = randomBytes(8).toString('hex')
  return new Promise((resolve, reject) => {
    const done: Outcome = outcome => {
      clearTimeout(timer)
      peer.pings.delete(nonce)
      if (outcome instanceof Error) reject(outcome)
      else resolve({ ms: outcome })
    }
    const timer = setTimeout(() => {
      peer.late.add(nonce)
      done(null)
      punish(peer, 'timeout', 20)
    }, peer.rules.pingTimeoutMs)
    peer.pings.set(nonce, { sent: Date.now(), done })
    send(peer, 'ping', Buffer.from(nonce, 'hex'))
  })
}
