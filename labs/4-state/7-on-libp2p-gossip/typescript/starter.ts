// Exercise 4.7: On libp2p: gossip with a validator. Write the two functions, then check. Nothing has to be installed.
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import { createTopicScoreParams } from '@libp2p/gossipsub/score'
import { identify } from '@libp2p/identify'
import { mdns } from '@libp2p/mdns'
import { tcp } from '@libp2p/tcp'
import { createLibp2p, type Libp2p } from 'libp2p'
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
  /** What to subscribe to, and to publish to. */
  topic: string
  /** gossipsub's heartbeatInterval. */
  heartbeatMs: number
  /** How far the time of an announcement may be from your clock. */
  driftMs: number
}

/** Start a node that finds the others, subscribes to the topic, and judges all that comes there. Return its real address. */
export async function join(options: JoinOptions): Promise<{ address: string }> {
  // 1. createLibp2p as in 3.8, with start: false, and with gossipsub({ … }) beside identify() under services.
  // 2. Your validator. Call this for each message that it judges, with the verdict 'accept', 'ignore' or 'reject':
  //      emit('judged', { origin, sequenceNumber: String(message.sequenceNumber), verdict })
  //    And this for each that it accepts: emit('announcement', { origin, height, hash })
  // 3. dialWhatItFinds(node), then start the node and subscribe.
  throw new Error('join is not written yet')
}

/** Publish an announcement of your own. */
export async function announce({ height, hash }: { height: number; hash: string }): Promise<void> {
  throw new Error('announce is not written yet')
}

/** As in 3.8: dials by ID each node that is discovered, and forgets those that are gone, so that their next answer is a discovery again. */
function dialWhatItFinds(node: Libp2p): void {
  node.addEventListener('peer:discovery', ({ detail: { id } }) => {
    node.dial(id).catch(() => node.peerStore.delete(id).catch(() => {}))
  })
  node.addEventListener('peer:disconnect', ({ detail }) => {
    node.peerStore.delete(detail).catch(() => {})
  })
}
