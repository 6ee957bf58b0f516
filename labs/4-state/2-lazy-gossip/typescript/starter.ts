// Exercise 4.2: Lazy gossip. Write start, encodeInventory and decodeInventory, then publish and receive, and check in between.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { emit, parseAddress } from 'p2plab'
import { decode, encode } from '../../../2-protocol/1-integers-on-the-wire/typescript/solution.ts'
import { encodeMessage, type Message } from '../../../2-protocol/2-envelope/typescript/solution.ts'
import { runConnection } from '../../../2-protocol/4-handshake/typescript/solution.ts'

export interface Options {
  magic: Buffer
  announceMs: number
  requestMs: number
  retryMs: number
  maxAnnounced: number
}

/** Bitcoin Core, src/net.h: DEFAULT_PEER_CONNECT_TIMEOUT */
const HANDSHAKE_MS = 60_000

/** The payload of inv, getdata and notfound, where all entries are transactions. Ids are hex, so that they can be keys of a Map. */
export function encodeInventory(ids: readonly string[]): Buffer {
  throw new Error('encodeInventory is not written yet')
}

/** The ids of the transactions in such a payload. Throw an Error if there are too many entries, or if bytes are missing. */
export function decodeInventory(payload: Buffer): string[] {
  throw new Error('decodeInventory is not written yet')
}

/** A peer whose handshake is complete. Add what you need to know about it. */
interface Peer {
  send(command: string, payload: Buffer): void
  close(): void
}

/** What start was given. */
let options: Options
const peers = new Set<Peer>()
/** By id: the data that you have. */
const have = new Map<string, Buffer>()

/** The handshake is complete. */
function join(peer: Peer): void {
  peers.add(peer)
}

/** A message that came after the handshake. Close the connection if it is misbehavior. */
function receive(peer: Peer, { command, payload }: Message): void {
  // Not written yet.
}

/** The connection is over. It may never have come to a handshake. */
function leave(peer: Peer): void {
  peers.delete(peer)
}

/** Keep the data, emit `delivered`, and announce it. Return its id. */
export async function publish({ payload }: { payload: Buffer }): Promise<{ id: Buffer }> {
  throw new Error('publish is not written yet')
}

/** Runs a connection that was just made: shakes hands, and calls join, receive and leave. Resolves when it is over. This is done. */
function run(socket: net.Socket, direction: 'inbound' | 'outbound'): Promise<void> {
  const peer: Peer = {
    send: (command, payload) => void socket.write(encodeMessage(options.magic, command, payload)),
    close: () => void socket.destroy(),
  }
  // As Bitcoin Core does. Otherwise, a small message waits until the one before was acknowledged.
  socket.setNoDelay(true)
  const { magic } = options
  const own = { magic, timeoutMs: HANDSHAKE_MS, services: 1n, userAgent: '/p2plab:4.2/', height: 0 }
  return new Promise(resolve =>
    runConnection(socket, direction, own, {
      onPeer: () => join(peer),
      onMessage(message) {
        if (socket.destroyed) return
        try {
          receive(peer, message)
        } catch (error) {
          // It ends the program, so that you see it. runConnection would take it for a bad message of the peer's.
          queueMicrotask(() => {
            throw error
          })
        }
      },
      onClosed() {
        leave(peer)
        resolve()
      },
    }),
  )
}

/** Never ends: a peer that is gone may come back. This is done. */
async function keepDialing(address: { host: string; port: number }): Promise<void> {
  for (;;) {
    const socket = net.connect(address)
    try {
      await once(socket, 'connect')
      await run(socket, 'outbound')
    } catch {
      // Refused: nobody is there.
    }
    await sleep(options.retryMs)
  }
}

/**
 * Listen, and call `run` with each connection that comes. Call `keepDialing` with each address, taken apart by `parseAddress`, and do not wait for it. Return the port
 * that you really listen on.
 */
export async function start({
  host,
  port,
  peers: addresses,
  ...rest
}: Options & { host: string; port: number; peers: string[] }): Promise<{ port: number }> {
  options = rest
  throw new Error('start is not written yet')
}
