// Exercise 3.1: Bootstrap and peer exchange. Write encodeAddr and decodeAddr, then start and what it needs, and check in between.
import { once } from 'node:events'
import net from 'node:net'
import { emit, parseAddress } from 'p2plab'
import { decode, encode } from '../../../2-protocol/1-integers-on-the-wire/typescript/solution.ts'
import { encodeMessage, type Message } from '../../../2-protocol/2-envelope/typescript/solution.ts'
import { runConnection } from '../../../2-protocol/4-handshake/typescript/solution.ts'

export interface Options {
  magic: Buffer
  seeds: string[]
  maxPeers: number
  maxHeard: number
  timeoutMs: number
}

/** One address in an addr message. */
export interface Entry {
  /** When somebody last saw the node there, in seconds since 1970. */
  time: number
  services: bigint
  /** Such as '127.0.0.1'. */
  host: string
  port: number
}

/** What your node offers: a full node with witnesses. You can assume it of a seed, too. */
const SERVICES = 9n

/** The payload of an addr message. `encode` of exercise 2.1 writes the count. */
export function encodeAddr(entries: readonly Entry[]): Buffer {
  throw new Error('encodeAddr is not written yet')
}

/** The entries in the payload of an addr message. Throw an Error if there are too many, or if bytes are missing. */
export function decodeAddr(payload: Buffer): Entry[] {
  throw new Error('decodeAddr is not written yet')
}

/** What start was given. */
let options: Options
/** What others say of nodes, and nodes that have answered, by address: "127.0.0.1:4001". */
const heard = new Map<string, Entry>()
const answered = new Map<string, Entry>()

interface Connection {
  /** The address and port of the peer. */
  name: string
  direction: 'inbound' | 'outbound'
  send(command: string, payload?: Buffer): void
  close(): void
}

/** A handshake is complete. */
function greet(connection: Connection): void {
  // Not written yet.
}

/** A message that came after the handshake. Close the connection if it is misbehavior. */
function receive(connection: Connection, message: Message): void {
  // Not written yet.
}

/** A new connection to an address. Throws if there is none after timeoutMs. This is done. */
async function connect(address: string): Promise<net.Socket> {
  const socket = net.connect(parseAddress(address))
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(options.timeoutMs) })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** Runs a connection that was just made: shakes hands, and calls greet and receive. Resolves when it is over. This is done. */
function run(socket: net.Socket, direction: Connection['direction']): Promise<void> {
  const connection: Connection = {
    name: `${socket.remoteAddress}:${socket.remotePort}`,
    direction,
    send: (command, payload = Buffer.alloc(0)) =>
      void socket.write(encodeMessage(options.magic, command, payload)),
    close: () => void socket.destroy(),
  }
  // As Bitcoin Core does. Otherwise, a small message waits until the one before was acknowledged.
  socket.setNoDelay(true)
  const { magic, timeoutMs } = options
  const own = { magic, timeoutMs, services: SERVICES, userAgent: '/p2plab:3.1/', height: 0 }
  return new Promise(resolve =>
    runConnection(socket, direction, own, {
      onPeer() {
        emit('peer', { connection: connection.name, direction })
        greet(connection)
      },
      onMessage(message) {
        if (socket.destroyed) return
        try {
          receive(connection, message)
        } catch (error) {
          // It ends the program, so that you see it. runConnection would take it for a bad message of the peer's.
          queueMicrotask(() => {
            throw error
          })
        }
      },
      onClosed: () => resolve(),
    }),
  )
}

/** Listen, and `run` each connection that comes. Note the seeds, and dial. Return the port that you really listen on. */
export async function start({
  host,
  port,
  ...rest
}: Options & { host: string; port: number }): Promise<{ port: number }> {
  options = rest
  throw new Error('start is not written yet')
}

/** The addresses in the two tables. */
export function known(): { heard: string[]; answered: string[] } {
  return { heard: [...heard.keys()], answered: [...answered.keys()] }
}
