/**
 * A libp2p peer for whoever needs one to talk to: it listens or dials, opens streams and gives what comes on them.
 * Bundled apart as dist/peer.mjs, so that only who uses libp2p loads it. No type of libp2p leaves this file.
 */
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import type { Connection, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { asError, causeOf } from './cause-of.ts'
import { peerGossip, type PeerGossip, type PeerGossipOptions } from './peer-gossip.ts'
import { peerMdns, type PeerMdnsOptions } from './peer-mdns.ts'
import { privateKeyOf } from './private-key.ts'
import { quietLogger } from './quiet-logger.ts'
import { CONNECTION_TIMEOUTS } from './timeouts.ts'

export { openMdnsTap, type MdnsAnswer, type MdnsTap } from './mdns-tap.ts'
export {
  signMessage,
  type GossipEvent,
  type PeerGossip,
  type PeerGossipOptions,
  type SignedMessage,
} from './peer-gossip.ts'
export type { FoundPeer, PeerMdnsOptions } from './peer-mdns.ts'
export { createNegotiator, type Negotiator } from './negotiator.ts'

/** Bytes of a stream that may be under way to this peer while it does not read: yamux' least, so that it is known. */
export const WINDOW_BYTES = 256 * 1024

export interface PeerOptions {
  /** 32 bytes that decide the peer's identity. */
  seed: Uint8Array
  /** Listens on this port of 127.0.0.1; `true`: on a free one. Left out: it only dials. */
  listen?: boolean | number
  /** What it calls itself in identify. Left out: it does not speak identify. */
  agent?: string
  /** It can take part in multicast DNS on the loopback interface, and does so from `appear` on. */
  mdns?: PeerMdnsOptions
  /** It speaks gossipsub, which needs identify, so an agent. */
  gossip?: PeerGossipOptions
  /** A multiaddr without an identity that it announces in place of its own. */
  announces?: string
}

/** What another node has told in identify. */
export interface IdentifiedPeer {
  id: string
  agent: string
  protocols: readonly string[]
  /** Multiaddrs that end without its identity. */
  addresses: readonly string[]
}

export interface StreamEvents {
  data(bytes: Uint8Array): void
  /** The other side closed its sending side, and all that it sent was given to `data`. */
  end(): void
  /** The stream is over before its time: reset by the other side, or its connection is gone (`withConnection`). `why` is libp2p's word. */
  broken(why: string, withConnection: boolean): void
  /** Nothing goes either way any more: both sides have finished, the stream was reset, or its connection is gone. Comes once; unread bytes may still follow. */
  closed?(): void
}

/** One stream. Nothing is given to `events` before `watch`. */
export interface PeerStream {
  protocol: string
  watch(events: StreamEvents): void
  /** Queues the bytes; those that the other side has no room for wait here. Throws when this side is closed. */
  send(bytes: Uint8Array): void
  /** Bytes that wait here. */
  queued(): number
  /** Bytes that the other side has promised room for; more only when it reads. */
  room(): number
  /** Closes this side's sending side after what was sent. Resolves when all of it is on its way. */
  close(): Promise<void>
  /** Resets the stream, and with it both directions. */
  reset(): void
  /** Reads nothing more until `resume`: at most WINDOW_BYTES are still taken. Nothing happens when it is over. */
  pause(): void
  resume(): void
}

export interface PeerConnection {
  /** As in "/noise" and "/yamux/1.0.0". */
  encryption: string
  multiplexer: string
  /** Rejects with an Error that says why; its name is "UnsupportedProtocolError" when the other side has no such protocol. */
  open(protocol: string): Promise<PeerStream>
  isOpen(): boolean
}

export interface Peer {
  /** Multiaddrs that end with the peer's identity; none when it does not listen. */
  addresses: readonly string[]
  id: string
  /** Rejects with an Error that gives the innermost reason. `anew`: also when it is connected to the peer already. */
  dial(address: string, options?: { anew?: boolean }): Promise<PeerConnection>
  /** Calls `onStream` for each stream that the other side opens with this protocol. */
  handle(protocol: string, onStream: (stream: PeerStream) => void): Promise<void>
  /** How many connections others have made to this peer so far. */
  accepted(): number
  /** The same of TCP, whether or not the other side then accepted this peer's identity. */
  reached(): number
  /** Open connections with the peer of this identity. */
  connectionsWith(id: string): number
  /** Closes the newest of them. */
  hangUp(id: string): Promise<void>
  /** Called each time that somebody has told in identify who it is. */
  onIdentified(listener: (peer: IdentifiedPeer) => void): void
  /** Where it speaks gossipsub. */
  gossip?: PeerGossip
  /** Takes part in multicast DNS from now on. */
  appear(): Promise<void>
  /** Takes part in it no more. Its connections stay. */
  disappear(): Promise<void>
  /** Closes everything at once. */
  stop(): Promise<void>
}

export async function createPeer({
  seed,
  listen = false,
  agent,
  mdns,
  gossip: gossipOptions,
  announces,
}: PeerOptions): Promise<Peer> {
  const discovery = mdns && peerMdns(mdns)
  const gossip = gossipOptions && peerGossip(gossipOptions)
  let reached = 0
  const libp2p = await createLibp2p({
    ...quietLogger,
    privateKey: privateKeyOf(seed),
    addresses: {
      listen: listen === false ? [] : [`/ip4/127.0.0.1/tcp/${listen === true ? 0 : listen}`],
      ...(announces !== undefined && { announce: [announces] }),
    },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    // The window would grow by itself: then nobody could say how much a peer that does not read has room for.
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: WINDOW_BYTES } })],
    connectionManager: {
      allow: ['/ip4/127.0.0.0/ipcidr/8'],
      ...CONNECTION_TIMEOUTS,
      reconnectRetries: 0,
    },
    connectionMonitor: { enabled: false },
    connectionGater: {
      denyInboundConnection() {
        reached++
        return false
      },
    },
    ...(agent !== undefined && { nodeInfo: { userAgent: agent } }),
    services: {
      ...(agent !== undefined && { identify: identify() }),
      ...(discovery && { discovery: discovery.service }),
      ...(gossip && { pubsub: gossip.service }),
    },
  })
  gossip?.subscribe()
  let accepted = 0
  libp2p.addEventListener('connection:open', ({ detail }) => {
    if (detail.direction === 'inbound') accepted++
  })
  const connectionsWith = (id: string) =>
    libp2p
      .getConnections()
      .filter(({ remotePeer, status }) => remotePeer.toString() === id && status === 'open')
      .toSorted((a, b) => a.timeline.open - b.timeline.open)
  return {
    addresses: libp2p.getMultiaddrs().map(String),
    id: libp2p.peerId.toString(),
    async dial(address, { anew = false } = {}) {
      try {
        return wrapConnection(await libp2p.dial(multiaddr(address), { force: anew }))
      } catch (error) {
        throw new Error(causeOf(error), { cause: error })
      }
    },
    handle: (protocol, onStream) => libp2p.handle(protocol, stream => onStream(wrapStream(stream))),
    accepted: () => accepted,
    reached: () => reached,
    connectionsWith: id => connectionsWith(id).length,
    async hangUp(id) {
      await connectionsWith(id).at(-1)?.close()
    },
    onIdentified(listener) {
      libp2p.addEventListener('peer:identify', ({ detail }) => {
        listener({
          id: detail.peerId.toString(),
          agent: detail.agentVersion ?? '',
          protocols: detail.protocols,
          addresses: detail.listenAddrs.map(String),
        })
      })
    },
    ...(gossip && { gossip }),
    appear: async () => discovery?.start(),
    disappear: async () => discovery?.stop(),
    async stop() {
      await discovery?.stop()
      for (const connection of libp2p.getConnections()) connection.abort(new Error('stopped'))
      await libp2p.stop()
    },
  }
}

const wrapConnection = (connection: Connection): PeerConnection => ({
  encryption: connection.encryption ?? '',
  multiplexer: connection.multiplexer ?? '',
  async open(protocol) {
    try {
      return wrapStream(await connection.newStream(protocol))
    } catch (error) {
      throw asError(error)
    }
  },
  isOpen: () => connection.status === 'open',
})

/**
 * What yamux keeps of the other side's window. Not a part of libp2p's interface: the version is pinned, and a contract
 * test fails when it moves.
 */
const roomOf = (stream: Stream): number =>
  (stream as unknown as { sendWindowCapacity: number }).sendWindowCapacity

function wrapStream(stream: Stream): PeerStream {
  return {
    protocol: stream.protocol,
    watch(events) {
      let over = false
      // A connection that is gone ends its streams as if they were finished: only this event is a FIN.
      let finished = stream.remoteWriteStatus === 'closed' && stream.status !== 'closed'
      const end = () => {
        if (over || stream.status === 'reset' || stream.status === 'aborted') return
        over = true
        if (finished) events.end()
        else events.broken('the connection is gone', true)
      }
      stream.addEventListener('message', ({ data }) => events.data(data.subarray()))
      stream.addEventListener('remoteCloseWrite', () => void (finished = true))
      stream.addEventListener('end', end)
      stream.addEventListener('close', ({ error }) => {
        // Finished, but not read to the end yet: 'end' is still to come.
        if (!over && !(finished && !error)) {
          over = true
          events.broken(error?.message ?? 'the connection is gone', stream.status !== 'reset')
        }
        events.closed?.()
      })
      // It may have ended, or been reset, while it was opened.
      if (stream.status === 'reset' || stream.status === 'aborted')
        events.broken('The stream has been reset', false)
      else if (stream.readableEnded) end()
      if (stream.status !== 'open' && stream.status !== 'closing') events.closed?.()
    },
    send: bytes => void stream.send(bytes),
    queued: () => stream.writeBufferLength,
    room: () => roomOf(stream),
    close: () => stream.close(),
    reset: () => stream.abort(new Error('reset on purpose')),
    pause() {
      if (stream.readStatus === 'readable') stream.pause()
    },
    resume() {
      if (stream.readStatus === 'paused') stream.resume()
    },
  }
}
