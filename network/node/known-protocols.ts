import type { Libp2p, Peer, PeerData } from '@libp2p/interface'

/**
 * For each stream, libp2p adds the protocol to what its peer store has of the peer. There, the peer is a protobuf message, which is unpacked, packed and
 * compared even when the protocol is known, from the stream before or from identify. Here, what is known is not added
 * again: that is a tenth of what a hundred nodes compute in a start.
 */
export function addProtocolsOnce(libp2p: Libp2p): void {
  /** As the peer store has them now: it tells of each change. */
  const connected = new Map<string, Peer>()
  libp2p.addEventListener('peer:update', ({ detail: { peer } }) => connected.set(peer.id.toString(), peer))
  libp2p.addEventListener('peer:disconnect', ({ detail }) => connected.delete(detail.toString()))
  const { peerStore } = libp2p
  const merge = peerStore.merge.bind(peerStore)
  peerStore.merge = (id, data, options) => {
    const peer = connected.get(id.toString())
    return peer && hasAll(peer, data) ? Promise.resolve(peer) : merge(id, data, options)
  }
}

const hasAll = ({ protocols }: Peer, data: PeerData): boolean =>
  Object.keys(data).length === 1 && data.protocols?.every(protocol => protocols.includes(protocol)) === true
