/** One libp2p node: made, observed, and told what to do. */
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import type { MultiaddrConnection, PeerInfo } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { now } from '../clock.ts'
import type { NetworkEvent } from '../events.ts'
import type { Family } from '../metrics/exposition.ts'
import type { Link, NodeSpec } from '../node-messages.ts'
import { causeOf } from './cause-of.ts'
import { createDialler } from './dialler.ts'
import { fixAddresses } from './fixed-addresses.ts'
import { createJoinProtocol, type JoinProtocol } from './join-protocol.ts'
import { forgetGonePeers } from './gone-peers.ts'
import { localGossipsub, validate } from './gossip.ts'
import { graftEarly } from './graft-early.ts'
import { attack } from './hostile.ts'
import { loopbackMdns } from './loopback-mdns.ts'
import { noiseCrypto } from './noise-crypto.ts'
import { observeGossip } from './observe-gossip.ts'
import { createSocketPauser } from './pause-sockets.ts'
import { takeShortcuts } from './peer-store-shortcuts.ts'
import { privateKeyOf } from './private-key.ts'
import { quietLogger } from './quiet-logger.ts'
import { connectionManager, tcpOptions } from './settings.ts'
import { socketOf } from './socket-of.ts'
import { TIMEOUT_MS } from './timeouts.ts'
import { createValidator } from './validator.ts'
import { readPublicKeysOnce } from './verify.ts'
import { writeTogether } from './write-together.ts'

readPublicKeysOnce()

/** Nothing but loopback, unless the network is shared: what a learner tries here reaches no other machine. */
const LOOPBACK = '127.0.0.1'

/**
 * When a node must dial peers it has not discovered, it asks at these times after it was told, milliseconds: UDP may
 * lose a packet, most of all while many nodes start. RFC 6762, 5.2 asks for growing intervals.
 */
const SEARCH_MS = [0, 100, 300, 900, 2_000]

export interface RunningNode {
  setLinks(links: readonly Link[]): void
  /** The message id, as the `published` event carries it. */
  publish(data: Uint8Array): Promise<string>
  /** The whole set of peers that must not be connected: those that are, are cut off. */
  deny(peers: readonly string[]): void
  graft(peer: string): void
  /** From now on it takes so many messages a second of one publisher. */
  limit(perSecond: number): void
  joining: Pick<JoinProtocol, 'offer' | 'askToJoin'>
  /** There where the node was started with metrics. */
  metrics?: () => Promise<Family[]>
  pause(): void
  resume(): void
  /** Says goodbye to the peers and closes everything. */
  stop(): Promise<void>
  /** Resets every connection without a goodbye. */
  kill(): Promise<void>
}

/** Starts a node; it is listening and subscribed when the promise resolves. `log` takes lines for people. */
export async function startNode(
  spec: NodeSpec,
  emit: (event: NetworkEvent) => void,
  log: (line: string) => void,
): Promise<RunningNode> {
  const { name: node, topic, production = false, host = LOOPBACK } = spec
  // Port 0 takes a free one.
  const listen = `/ip4/${host}/tcp/${spec.port ?? 0}`
  const pauser = createSocketPauser()
  const onConnection = (connection: MultiaddrConnection) => {
    const socket = socketOf(connection)
    writeTogether(socket)
    pauser.watch(socket)
  }
  const validator = createValidator(spec.limitPerSecond)
  let denied: ReadonlySet<string> = new Set()
  const discovered = new Set<string>()

  const onPeer = ({ id, multiaddrs }: PeerInfo) => {
    const peer = id.toString()
    if (peer === libp2p.peerId.toString()) return
    learned(peer, multiaddrs.map(String), 'mdns')
  }
  const learned = (peer: string, addresses: string[], via: 'mdns' | 'assigned') => {
    if (!discovered.has(peer)) {
      discovered.add(peer)
      log(`discovered ${peer} by ${via} at ${addresses.join(', ')}`)
      emit({ type: 'discovered', at: now(), node, peer, via, addresses: addresses.slice(0, 16) })
    }
    dialler.learned(peer, addresses)
  }

  const mdns =
    spec.mdns && loopbackMdns({ ...spec.mdns, onPeer, onProblem: error => log(`mDNS: ${error.message}`) })
  const search = () => {
    for (const ms of SEARCH_MS) setTimeout(() => !dialler.knowsAll() && mdns?.ask(), ms).unref()
  }

  const metrics = spec.metrics ? (await import('./metrics.ts')).createNodeMetrics(node) : undefined
  const privateKey = privateKeyOf(Buffer.from(spec.seed, 'hex'))
  const libp2p = await createLibp2p({
    start: false,
    ...quietLogger,
    privateKey,
    addresses: { listen: [listen] },
    transports: [tcp(tcpOptions(production))],
    connectionEncrypters: [noise({ crypto: noiseCrypto })],
    streamMuxers: [yamux()],
    connectionManager: connectionManager(production, host),
    connectionGater: {
      denyDialPeer: peer => denied.has(peer.toString()),
      denyInboundEncryptedConnection: peer => denied.has(peer.toString()),
      denyOutboundEncryptedConnection: (peer, connection) => joining.isImpostor(peer, connection.remoteAddr),
      // Asked first of all for every connection.
      denyInboundConnection: connection => (onConnection(connection), false),
      denyOutboundConnection: (_peer, connection) => (onConnection(connection), false),
    },
    // A ping every 10 s on every link tells us nothing that the socket's close does not, on loopback.
    connectionMonitor: { enabled: production },
    ...(metrics && { metrics: metrics.libp2p }),
    peerDiscovery: mdns ? [mdns.module] : [],
    services: {
      identify: identify(production ? {} : { timeout: TIMEOUT_MS }),
      ping: ping(),
      pubsub: localGossipsub(topic, {
        production,
        host,
        hostile: spec.hostile !== undefined,
        opinion: validator.opinion,
        metrics: metrics?.gossip,
      }),
    },
  })
  takeShortcuts(libp2p)
  const { pubsub } = libp2p.services
  forgetGonePeers(pubsub)
  const gossip = observeGossip(pubsub, node, topic, emit)
  // With production values a learner sees gossipsub as it is.
  if (!production) graftEarly(pubsub, topic)
  const joining = createJoinProtocol(() => libp2p, topic)
  const dialler = createDialler(() => libp2p, node, emit)
  if (!spec.hostile) validate(pubsub, topic, validator)

  libp2p.addEventListener('peer:connect', ({ detail }) => {
    const peer = detail.toString()
    const connection = libp2p.getConnections(detail)[0]
    const direction = connection?.direction ?? 'inbound'
    const address = connection?.remoteAddr.toString() ?? ''
    log(`connected to ${peer} (${direction}, ${address})`)
    emit({ type: 'connected', at: now(), node, peer, direction, address })
  })
  libp2p.addEventListener('peer:disconnect', ({ detail }) => {
    const peer = detail.toString()
    log(`disconnected from ${peer}`)
    emit({ type: 'disconnected', at: now(), node, peer })
    gossip.meshMayHaveChanged()
    dialler.disconnected(peer)
  })
  // A peer that died and came back may be connected anew before its old connection is seen to be gone. To libp2p the peer was
  // never away, so gossipsub keeps a stream that leads nowhere: without a connection it starts afresh.
  libp2p.addEventListener('connection:close', ({ detail: { remotePeer } }) => {
    setImmediate(() => {
      const others = libp2p.getConnections(remotePeer)
      if (others.length === 0 || !gossip.isCutOff(remotePeer.toString())) return
      log(`reconnects to ${remotePeer.toString()}: its gossip stream went with an old connection`)
      for (const connection of others) connection.abort(new Error('its gossip stream is gone'))
    })
  })
  libp2p.addEventListener('peer:identify', ({ detail }) => {
    const { peerId, agentVersion, protocols } = detail
    // It may be a stranger's: what is longer than an event may hold would be lost as a whole.
    const agent = (agentVersion ?? '').slice(0, 256)
    emit({
      type: 'identified',
      at: now(),
      node,
      peer: peerId.toString(),
      agent,
      protocols: protocols.slice(0, 64).map(protocol => protocol.slice(0, 256)),
    })
  })

  await libp2p.start()
  fixAddresses(libp2p)
  const addresses = libp2p.getMultiaddrs().map(String)
  if (addresses.length === 0) throw new Error(`listening on ${listen} gave no address`)
  const peerId = libp2p.peerId.toString()
  log(`listening on ${addresses.join(', ')}`)
  emit({ type: 'node-listening', at: now(), node, pid: process.pid, peerId, addresses })
  pubsub.subscribe(topic)
  emit({ type: 'subscribed', at: now(), node, topic })
  const endAttack = spec.hostile && attack(spec.hostile, data => gossip.publish(data))

  return {
    setLinks(links) {
      for (const { peer, addresses } of links) if (addresses) learned(peer, addresses, 'assigned')
      dialler.setLinks(links)
      search()
    },
    publish: data => gossip.publish(data),
    deny(peers) {
      denied = new Set(peers)
      for (const connection of libp2p.getConnections())
        if (denied.has(connection.remotePeer.toString())) connection.abort(new Error('the network is split'))
    },
    graft: peer => gossip.graft(peer),
    limit: validator.limit,
    joining,
    ...(metrics && { metrics: metrics.collect }),
    pause() {
      pauser.pause()
      log('paused')
      emit({ type: 'node-paused', at: now(), node, how: 'sockets' })
    },
    resume() {
      pauser.resume()
      log('resumed')
      emit({ type: 'node-resumed', at: now(), node })
    },
    async stop() {
      endAttack?.()
      pauser.resume()
      dialler.stop()
      await libp2p.stop()
      log('stopped')
    },
    async kill() {
      endAttack?.()
      dialler.stop()
      for (const connection of libp2p.getConnections()) connection.abort(new Error('killed'))
      await Promise.resolve(libp2p.stop()).catch((error: unknown) => log(`kill: ${causeOf(error)}`))
      log('killed')
    },
  }
}
