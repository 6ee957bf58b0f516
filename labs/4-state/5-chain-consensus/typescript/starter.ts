// Exercise 4.5: Chain consensus. Write targetOf and inspect, then start and tip, then what receive needs, and mine. Check in between.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import {
  decodeGetHeaders,
  decodeHeader,
  decodeHeaders,
  emit,
  encodeGetHeaders,
  encodeHeader,
  encodeHeaders,
  parseAddress,
} from 'p2plab'
import { encodeMessage, type Message } from '../../../2-protocol/2-envelope/typescript/solution.ts'
import { runConnection } from '../../../2-protocol/4-handshake/typescript/solution.ts'

/** The target for which `bits` stands; null if it stands for none. */
export function targetOf(bits: number): bigint | null {
  throw new Error('targetOf is not written yet')
}

/** What a header says. `hash` is text, as people write it. */
export function inspect({ header }: { header: Buffer }): { hash: string; target: bigint | null; work: bigint } {
  const { bits } = decodeHeader(header)
  throw new Error('inspect is not written yet')
}

/** A block that you know. Add what else you need. */
interface Block {
  header: Buffer
  hash: Buffer
  parent: Block | undefined
  height: number
  /** The work of the chain from the first block to this one. */
  chainWork: bigint
}

/** All blocks that you know, by the hex of their hashes: a Buffer is no good as a key. */
const blocks = new Map<string, Block>()

interface Connection {
  /** Whether the peer has sent `sendheaders`. */
  wantsHeaders: boolean
  send(command: string, payload?: Buffer): void
}

/** Those whose handshake is complete. */
const connections = new Set<Connection>()

/** A handshake is complete. */
function greet(connection: Connection): void {
  // Not written yet.
}

/** A message that came after the handshake. If you throw an Error, the connection is closed. */
function receive(connection: Connection, { command, payload }: Message): void {
  // Not written yet.
}

/** Note the first block, and `open`. */
export async function start(options: Options): Promise<{ port: number }> {
  throw new Error('start is not written yet')
}

/** The last block of your best chain. */
export function tip(): { hash: string; height: number; work: bigint } {
  throw new Error('tip is not written yet')
}

/** Find a nonce for a block on your tip. */
export function mine({ merkleRoot, time, bits }: { merkleRoot: Buffer; time: number; bits: number }): {
  hash: string
  header: Buffer
} {
  throw new Error('mine is not written yet')
}

// What follows is done.

/** How long a handshake may take, and how long to wait before a peer is dialed again. In milliseconds. */
const HANDSHAKE_MS = 60_000
const AGAIN_MS = 100

/** Runs a connection that was just made: shakes hands, and calls greet and receive. Resolves when it is over. */
function run(socket: net.Socket, direction: 'inbound' | 'outbound', magic: Buffer): Promise<void> {
  const connection: Connection = {
    wantsHeaders: false,
    send: (command, payload = Buffer.alloc(0)) => void socket.write(encodeMessage(magic, command, payload)),
  }
  // As Bitcoin Core does. Otherwise, a small message waits until the one before was acknowledged.
  socket.setNoDelay(true)
  // A chain with witnesses: without them, btcd dials nobody, and without a greater height than its own, it does not ask.
  const own = { services: 9n, userAgent: '/p2plab:4.5/', height: tip().height, timeoutMs: HANDSHAKE_MS }
  return new Promise(resolve =>
    runConnection(
      socket,
      direction,
      { magic, ...own },
      {
        onPeer() {
          connections.add(connection)
          greet(connection)
        },
        onMessage(message) {
          if (socket.destroyed) return
          try {
            receive(connection, message)
          } catch (error) {
            // A mistake in this program ends it, so that you see it. Everything else is the peer's fault.
            if (error instanceof TypeError || error instanceof ReferenceError)
              queueMicrotask(() => {
                throw error
              })
            console.log(`closes a connection: ${(error as Error).message}`)
            socket.destroy()
          }
        },
        onClosed() {
          connections.delete(connection)
          resolve()
        },
      },
    ),
  )
}

/** Keeps a connection to a peer: dials it again whenever there is none. */
async function keepDialing(address: string, magic: Buffer): Promise<never> {
  for (;;) {
    try {
      const socket = net.connect(parseAddress(address))
      await once(socket, 'connect')
      await run(socket, 'outbound', magic)
    } catch {
      // Refused: nobody is there yet.
    }
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS))
  }
}

interface Options {
  host: string
  port: number
  magic: Buffer
  /** The header of the first block. */
  genesis: Buffer
  peers: string[]
}

/** Listens, and dials the peers. Returns the port that it really listens on. */
async function open({ host, port, magic, peers }: Options): Promise<{ port: number }> {
  const server = net.createServer(socket => void run(socket, 'inbound', magic))
  server.listen(port, host)
  await once(server, 'listening')
  for (const peer of peers) void keepDialing(peer, magic)
  return { port: (server.address() as net.AddressInfo).port }
}
