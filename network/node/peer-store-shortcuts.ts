import type { Libp2p, Peer, PeerData, PeerId, PeerUpdate } from '@libp2p/interface'

/**
 * libp2p's peer store keeps a peer as a protobuf message behind a lock: it is unpacked each time that somebody asks, and unpacked, packed and compared each time
 * that something is added to it, several times for each connection. Here, whoever asks for a connected peer, or for the node itself, gets what the store
 * said last. What would change nothing, or is read by nobody in a network of ours, is not added.
 *
 * Left out are protocols that are known, from the stream before or from identify; and when a dial was successful, and the agent's name, which
 * `peer:identify` tells.
 */
export function takeShortcuts(libp2p: Libp2p): void {
  const { peerStore } = libp2p
  /** The node and its connected peers, as the peer store has them now: it tells of each change. */
  const known = new Map<string, Peer>()
  const changed = ({ detail: { peer } }: CustomEvent<PeerUpdate>) => void known.set(peer.id.toString(), peer)
  libp2p.addEventListener('peer:update', changed)
  libp2p.addEventListener('self:peer:update', changed)
  libp2p.addEventListener('peer:disconnect', ({ detail }) => known.delete(detail.toString()))

  const get = peerStore.get.bind(peerStore)
  peerStore.get = (id, options) => {
    const peer = known.get(id.toString())
    return peer ? Promise.resolve(peer) : get(id, options)
  }
  const merge = peerStore.merge.bind(peerStore)
  peerStore.merge = (id, data, options) => {
    const peer = known.get(id.toString())
    if (isAboutDialsAndAgents(data)) return Promise.resolve(peer ?? nothingKnown(id))
    return peer && hasAll(peer, data) ? Promise.resolve(peer) : merge(id, data, options)
  }
  const remove = peerStore.delete.bind(peerStore)
  peerStore.delete = (id, options) => {
    known.delete(id.toString())
    return remove(id, options)
  }
}

const hasOnly = (data: PeerData, ...keys: (keyof PeerData)[]): boolean =>
  Object.keys(data).every(key => keys.some(known => known === key))

/** A successful dial comes with the address that was dialed. An address without it was discovered. */
const isAboutDialsAndAgents = (data: PeerData): boolean =>
  data.metadata !== undefined && hasOnly(data, 'metadata', 'multiaddrs')

const hasAll = ({ protocols }: Peer, data: PeerData): boolean =>
  hasOnly(data, 'protocols') && data.protocols?.every(protocol => protocols.includes(protocol)) === true

const nothingKnown = (id: PeerId): Peer => ({
  id,
  addresses: [],
  metadata: new Map(),
  protocols: [],
  tags: new Map(),
})
