// Exercise 2.5: Liveness and misbehavior. Write listen, Connection, Score and the bans, and check in between. The rest is done.
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

type Misbehavior = 'malformed' | 'mempool' | 'pong' | 'timeout'

/** The score of one connection. */
class Score {
  constructor(halfLifeMs: number) {}

  /** Add the points of a misbehavior, after what was there before has decayed. Return the score, not rounded. */
  add(misbehavior: Misbehavior): number {
    throw new Error('Score is not written yet')
  }
}

/** By the address and port of the peer: all connections that are not closed yet. */
const connections = new Map<string, Connection>()

/** What a ban is about. */
function keyOf(host: string, port: number, { banBy }: Rules): string {
  return banBy === 'address' ? host : `${host}:${port}`
}

/** Whether a ban of this key is under way. */
function isBanned(key: string): boolean {
  // Not written yet.
  return false
}

/** Ban this key from now on, and close all connections that have it. */
function ban(key: string, { banMs }: Rules): void {
  throw new Error('ban is not written yet')
}

/** A connection to a peer. Add fields for its score, for the pings that wait, and for what else you need. */
class Connection {
  /** The peer's address and port. */
  readonly name: string
  readonly key: string
  /** Whether the handshake is complete. */
  isReady = false
  readonly #socket: net.Socket
  readonly #rules: Rules

  constructor(socket: net.Socket, rules: Rules) {
    // Read now: a closed socket does not know it any more.
    const { remoteAddress, remotePort } = socket
    this.name = `${remoteAddress}:${remotePort}`
    this.key = keyOf(remoteAddress!, remotePort!, rules)
    this.#socket = socket
    this.#rules = rules
  }

  /** Send a ping. Resolve to its round-trip time in whole milliseconds, or to null if no pong comes within pingTimeoutMs. */
  async ping(): Promise<number | null> {
    throw new Error('ping is not written yet')
  }

  /** A message that came after the handshake. Answer a ping, look what a pong answers, count what is wrong. */
  receive(message: Message): void {
    // Not written yet.
  }

  /** The connection is over: give up the pings that wait. */
  closed(reason: Reason): void {
    emit('closed', { connection: this.name, reason })
  }

  #send(command: string, payload: Uint8Array): void {
    this.#socket.write(encodeMessage(this.#rules.magic, command, payload))
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

/** Accept connections, and call `run` for each, as inbound; close those of peers that are banned. Return the port you really listen on. */
export async function listen({
  host,
  port,
  ...rules
}: Rules & { host: string; port: number }): Promise<{ port: number }> {
  throw new Error('listen is not written yet')
}

/** Connect to `peer`, and shake hands. Throws if it is banned. */
export async function connect({ peer, ...rules }: Rules & { peer: string }): Promise<void> {
  const { host, port } = parseAddress(peer)
  if (isBanned(keyOf(host, port, rules))) throw new Error(`${peer} is banned`)
  const socket = net.connect(port, host)
  await once(socket, 'connect')
  await run(socket, 'outbound', rules)
}

/** Ping the peer at the other end of a connection. */
export async function ping({ connection }: { connection: string }): Promise<{ ms: number | null }> {
  const found = connections.get(connection)
  if (!found?.isReady) throw new Error(`there is no connection to ${connection}`)
  return { ms: await found.ping() }
}
