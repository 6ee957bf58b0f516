// Exercise 3.8: On libp2p: the local network. Write the two functions, then check. Nothing has to be installed.
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import type { PeerId } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { emit } from 'p2plab'

interface JoinOptions {
  /** Where your node listens: a multiaddr. */
  address: string
  /** The name that the nodes of the network ask each other for. */
  serviceTag: string
  /** The UDP port of the multicast group. */
  port: number
  /** How long to wait between two questions. */
  intervalMs: number
  /** What your node calls itself in identify. */
  agent: string
}

/** Start a node that finds the others, is found by them, and dials whom it finds. Return its real address. */
export async function join({ address, serviceTag, port, intervalMs, agent }: JoinOptions): Promise<{
  address: string
}> {
  // Call this when a node has become a peer: emit('peer', { id, agent })
  // And this when its last connection has closed: emit('lost', { id })
  throw new Error('join is not written yet')
}

/** The IDs of the peers at this moment. */
export function peers(): { peers: string[] } {
  throw new Error('peers is not written yet')
}
