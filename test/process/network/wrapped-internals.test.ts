import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { TopicValidatorResult } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { NetworkEvent } from '../../../network/events.ts'
import { localGossipsub } from '../../../network/node/gossip.ts'
import { graftEarly } from '../../../network/node/graft-early.ts'
import { observeGossip } from '../../../network/node/observe-gossip.ts'
import { plainNode } from '../../kit/plain-node.ts'

const manifest = JSON.parse(
  await readFile(path.resolve(import.meta.dirname, '../../../package.json'), 'utf8'),
) as {
  devDependencies: Record<string, string>
}

async function observedNode(name: string) {
  const events: NetworkEvent[] = []
  const libp2p = await plainNode({
    start: false,
    services: { identify: identify(), pubsub: localGossipsub('topic') },
  })
  const gossip = observeGossip(libp2p.services.pubsub, name, 'topic', event => events.push(event))
  await libp2p.start()
  libp2p.services.pubsub.subscribe('topic')
  return { libp2p, gossip, events, has: (type: string) => events.some(e => e.type === type) }
}

/** Polls, because what is waited for is reported by several emitters. */
async function until(what: string, condition: () => boolean) {
  const end = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within 20 s: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

describe('What we wrap inside gossipsub and mDNS', () => {
  for (const name of [
    '@libp2p/gossipsub',
    '@libp2p/mdns',
    '@libp2p/tcp',
    'multicast-dns',
    'libp2p',
    '@chainsafe/libp2p-gossipsub',
  ]) {
    it(`has an exact version: ${name}`, () => {
      assert.match(manifest.devDependencies[name] ?? 'missing', /^\d+\.\d+\.\d+$/)
    })
  }

  it('reports mesh, graft, publication, receipt, duplicate, rejection and prune, each from where it happens', async () => {
    const nodes = await Promise.all(['n1', 'n2', 'n3'].map(observedNode))
    const [a, b, c] = nodes as [(typeof nodes)[number], (typeof nodes)[number], (typeof nodes)[number]]
    try {
      await a.libp2p.dial(b.libp2p.getMultiaddrs())
      await b.libp2p.dial(c.libp2p.getMultiaddrs())
      await c.libp2p.dial(a.libp2p.getMultiaddrs())
      const meshOf = (n: typeof a) => n.events.findLast(e => e.type === 'mesh')?.peers.length
      await until('each has two mesh peers', () => nodes.every(n => meshOf(n) === 2))
      assert.ok(nodes.every(n => n.has('grafted')))

      const message = await a.gossip.publish(new TextEncoder().encode('hello'))
      await until('both receive it', () => b.has('received') && c.has('received'))
      await until('somebody gets it twice', () => nodes.some(n => n.has('duplicate')))
      const published = a.events.find(e => e.type === 'published')
      assert.deepEqual(
        [published?.message, published?.text, published?.recipients.length],
        [message, 'hello', 2],
      )
      const received = b.events.find(e => e.type === 'received')
      assert.deepEqual([received?.message, received?.origin], [message, a.libp2p.peerId.toString()])

      b.libp2p.services.pubsub.topicValidators.set('topic', () => TopicValidatorResult.Reject)
      await a.gossip.publish(new TextEncoder().encode('unwanted'))
      await until('b rejects it', () => b.has('rejected'))

      c.libp2p.services.pubsub.unsubscribe('topic')
      await until('a hears that c left', () => a.has('pruned') && a.has('unsubscribed') && meshOf(a) === 1)
    } finally {
      await Promise.all(nodes.map(n => n.libp2p.stop()))
    }
  })

  it('grafts a peer whose subscription was there before our stream to it, without a heartbeat', async () => {
    const nodes = await Promise.all(['n1', 'n2'].map(observedNode))
    const [a, b] = nodes as [(typeof nodes)[number], (typeof nodes)[number]]
    interface Inside {
      heartbeat(): Promise<void>
      graftOnSubscribe(): boolean
      createOutboundStream(peer: { toString(): string }, connection: unknown): Promise<void>
      topics: Map<string, { has(peer: string): boolean }>
    }
    const insideOf = (n: typeof a) => n.libp2p.services.pubsub as unknown as Inside
    for (const n of nodes) insideOf(n).heartbeat = async () => undefined
    insideOf(b).graftOnSubscribe = () => false
    const inside = insideOf(a)
    const open = inside.createOutboundStream.bind(inside)
    inside.createOutboundStream = async (peer, connection) => {
      await until('a knows that b has subscribed', () => !!inside.topics.get('topic')?.has(peer.toString()))
      await open(peer, connection)
    }
    graftEarly(a.libp2p.services.pubsub, 'topic')
    try {
      await a.libp2p.dial(b.libp2p.getMultiaddrs())
      const meshOf = (n: typeof a) => n.events.findLast(e => e.type === 'mesh')?.peers.length
      await until('each has the other in its mesh', () => nodes.every(n => meshOf(n) === 1))
    } finally {
      await Promise.all(nodes.map(n => n.libp2p.stop()))
    }
  })

  it('gives each of many publications at once the id of its own message', async () => {
    const nodes = await Promise.all(['n1', 'n2'].map(observedNode))
    const [a, b] = nodes as [(typeof nodes)[number], (typeof nodes)[number]]
    try {
      await a.libp2p.dial(b.libp2p.getMultiaddrs())
      await until('a mesh', () => a.events.some(e => e.type === 'mesh' && e.peers.length === 1))
      const sizes = Array.from({ length: 30 }, (_, i) => i + 1)
      const ids = await Promise.all(sizes.map(size => a.gossip.publish(new Uint8Array(size))))
      await until('all arrive', () => b.events.filter(e => e.type === 'received').length === 30)
      for (const event of b.events)
        if (event.type === 'received') assert.equal(ids[event.bytes - 1], event.message)
    } finally {
      await Promise.all(nodes.map(n => n.libp2p.stop()))
    }
  })
})
