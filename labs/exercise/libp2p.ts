/** What the exercises on libp2p have in common: the packages of a node, and its addresses in control lines. */
import { text } from './fields.ts'

/** Those that a learner's node is made of: TCP, Noise and Yamux. */
export const LIBP2P_PACKAGES = [
  'libp2p',
  '@libp2p/interface',
  '@libp2p/tcp',
  '@chainsafe/libp2p-noise',
  '@chainsafe/libp2p-yamux',
  '@multiformats/multiaddr',
  'uint8arraylist',
]

/** Where a node is to listen. */
export const ownMultiaddr = () => text({ such: '/ip4/127.0.0.1/tcp/0', note: '0 means "any free port"' })

/** Where somebody else's node listens, and who it is. */
export const peerMultiaddr = () => text({ such: '/ip4/127.0.0.1/tcp/4001/p2p/12D3Koo…' })
