import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { decodeVersion, emit, encodeVersion, parseAddress } from 'p2plab'
import { encodeMessage, messageDecoder, type Message } from '../../2-envelope/typescript/solution.ts'

/** Bitcoin Core, src/node/protocol_version.h: PROTOCOL_VERSION and MIN_PEER_PROTO_VERSION */
const PROTOCOL_VERSION = 70016
const MIN_VERSION = 31800

/** What a node says of itself, and how long a handshake may take. */
export interface Own {
  magic: Buffer
  services: bigint
  userAgent: string
  height: number
  timeoutMs: number
}

export interface Peer {
  version: number
  userAgent: string
  height: number
}

export type Reason = 'ended' | 'malformed' | 'old' | 'self' | 'timeout'

export interface Handlers {
  /** The handshake is complete. */
  onPeer(peer: Peer): void
  /** A message after the handshake. */
  onMessage(message: Message): void
  /** The connection is over. */
  onClosed(reason: Reason): void
}

/** The nonces in the versions that we sent on connections that are still there. */
const nonces = new Set<bigint>()

/** Runs one connection from its first byte to its end, and tells the handlers. */
export function runConnection(
  socket: net.Socket,
  direction: 'inbound' | 'outbound',
  own: Own,
  { onPeer, onMessage, onClosed }: Handlers,
): void {
  const decode = messageDecoder(own.magic)
  const nonce = randomBytes(8).readBigUInt64LE()
  let waitsFor: 'version' | 'verack' | 'nothing' = 'version'
  let peer: Peer
  let reason: Reason = 'ended'

  const send = (command: string, payload: Uint8Array) =>
    socket.write(encodeMessage(own.magic, command, payload))
  const sendVersion = () => {
    const { services, userAgent, height } = own
    nonces.add(nonce)
    send('version', encodeVersion({ version: PROTOCOL_VERSION, services, nonce, userAgent, height }))
  }
  const close = (why: Reason) => {
    reason = why
    socket.destroy()
  }

  const receiveVersion = (payload: Buffer) => {
    const theirs = decodeVersion(payload)
    if (nonces.has(theirs.nonce)) return close('self')
    if (theirs.version < MIN_VERSION) return close('old')
    peer = {
      version: Math.min(theirs.version, PROTOCOL_VERSION),
      userAgent: theirs.userAgent,
      height: theirs.height,
    }
    waitsFor = 'verack'
    if (direction === 'inbound') sendVersion()
    send('verack', Buffer.alloc(0))
  }
  /** What fits no state is ignored, as Bitcoin Core does. */
  const receive = (message: Message) => {
    if (waitsFor === 'nothing') onMessage(message)
    else if (waitsFor === message.command) {
      if (waitsFor === 'version') return receiveVersion(message.payload)
      waitsFor = 'nothing'
      clearTimeout(timer)
      onPeer(peer)
    }
  }

  const timer = setTimeout(() => close('timeout'), own.timeoutMs)
  socket.on('data', chunk => {
    try {
      for (const message of decode(chunk)) {
        receive(message)
        if (socket.destroyed) return
      }
    } catch {
      close('malformed')
    }
  })
  // "close" follows an error, too.
  socket.on('error', () => {})
  socket.on('close', () => {
    clearTimeout(timer)
    nonces.delete(nonce)
    onClosed(reason)
  })
  if (direction === 'outbound') sendVersion()
}

/** Tells the checker about a connection. Nothing is done with messages yet. */
function tell(socket: net.Socket, direction: 'inbound' | 'outbound'): Handlers {
  // Read now: a closed socket does not know it any more.
  const connection = `${socket.remoteAddress}:${socket.remotePort}`
  return {
    onPeer: peer => emit('peer', { connection, direction, ...peer }),
    onMessage() {},
    onClosed: reason => emit('closed', { connection, reason }),
  }
}

export async function listen({
  host,
  port,
  ...own
}: Own & { host: string; port: number }): Promise<{ port: number }> {
  const server = net.createServer(socket => runConnection(socket, 'inbound', own, tell(socket, 'inbound')))
  server.listen(port, host)
  await once(server, 'listening')
  return { port: (server.address() as net.AddressInfo).port }
}

export async function connect({ peer, ...own }: Own & { peer: string }): Promise<Peer> {
  const socket = net.connect(parseAddress(peer))
  await once(socket, 'connect')
  const { onPeer, onMessage, onClosed } = tell(socket, 'outbound')
  return new Promise((resolve, reject) => {
    runConnection(socket, 'outbound', own, {
      onMessage,
      onPeer(found) {
        onPeer(found)
        resolve(found)
      },
      onClosed(reason) {
        onClosed(reason)
        reject(new Error(`the connection to ${peer} was closed (${reason})`))
      },
    })
  })
}
