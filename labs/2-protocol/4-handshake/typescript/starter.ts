// Exercise 2.4: Handshake. Write runConnection, then listen and connect with its help, then check.
// Later exercises import runConnection from this file: keep its name and its types.
import net from 'node:net'
import { decodeVersion, emit, encodeVersion, parseAddress } from 'p2plab'
import { encodeMessage, messageDecoder, type Message } from '../../2-envelope/typescript/solution.ts'

/** What your node says of itself, and how long a handshake may take. */
export interface Own {
  magic: Buffer
  services: bigint
  userAgent: string
  height: number
  timeoutMs: number
}

/** What you know of a peer after the handshake. */
export interface Peer {
  /** The newest version that both of you speak. */
  version: number
  userAgent: string
  height: number
}

export type Reason = 'ended' | 'malformed' | 'old' | 'self' | 'timeout'

export interface Handlers {
  /** Call it when the handshake is complete. */
  onPeer(peer: Peer): void
  /** Call it for each message after the handshake. */
  onMessage(message: Message): void
  /** Call it once, when the connection is over. */
  onClosed(reason: Reason): void
}

/** Run the handshake on a connection that was just made: send, receive, and call the handlers. Return at once. */
export function runConnection(
  socket: net.Socket,
  direction: 'inbound' | 'outbound',
  own: Own,
  { onPeer, onMessage, onClosed }: Handlers,
): void {
  throw new Error('runConnection is not written yet')
}

/** Handlers that tell the checker about a connection. Nothing is done with messages yet. */
function tell(socket: net.Socket, direction: 'inbound' | 'outbound'): Handlers {
  // Read now: a closed socket does not know it any more.
  const connection = `${socket.remoteAddress}:${socket.remotePort}`
  return {
    onPeer: peer => emit('peer', { connection, direction, ...peer }),
    onMessage() {},
    onClosed: reason => emit('closed', { connection, reason }),
  }
}

/** Accept connections, and run each of them as inbound. */
export async function listen({
  host,
  port,
  ...own
}: Own & { host: string; port: number }): Promise<{ port: number }> {
  throw new Error('listen is not written yet')
}

/** Connect to `peer` (use parseAddress), and return what it said of itself. Throw an Error if it does not come to that. */
export async function connect({ peer, ...own }: Own & { peer: string }): Promise<Peer> {
  throw new Error('connect is not written yet')
}
