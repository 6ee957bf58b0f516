/** gossipsub of the checker's peer: names that are not public are read and called in it (network/node/peer-gossip.ts). */
import assert from 'node:assert/strict'
import { createPeer, signMessage, type GossipEvent, type Peer } from '../../../network/node/peer.ts'

const topic = 'topic'
const text = (data: Uint8Array) => Buffer.from(data).toString()

describe("The checker's peer in a gossip network", () => {
  const peers: Peer[] = []
  const open = async (seed: number) => {
    const peer = await createPeer({
      seed: Buffer.alloc(32, seed),
      listen: true,
      agent: `peer-${seed}`,
      gossip: {
        topic,
        heartbeatMs: 50,
        judge: ({ data }) => (text(data) === 'bad' ? 'reject' : text(data) === 'old' ? 'ignore' : 'accept'),
      },
    })
    peers.push(peer)
    const events: GossipEvent[] = []
    peer.gossip!.onEvent(event => events.push(event))
    return { peer, gossip: peer.gossip!, events, id: peer.id }
  }
  const until = async (what: string, condition: () => boolean) => {
    const end = performance.now() + 20_000
    while (!condition()) {
      if (performance.now() > end) throw new Error(`not within 20 s: ${what}`)
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }
  afterEach(async () => {
    await Promise.all(peers.splice(0).map(peer => peer.stop()))
  })

  it('tells subscriptions, grafts, messages and prunes, sends what somebody else has signed, and keeps scores', async () => {
    const [a, b, c] = [await open(1), await open(2), await open(3)]
    await a.peer.dial(b.peer.addresses[0]!)
    await c.peer.dial(b.peer.addresses[0]!)
    await until('a and c have b in their mesh, and b has them', () =>
      [a, c].every(one => one.gossip.hasInMesh(b.id) && b.gossip.hasInMesh(one.id)),
    )
    assert.ok(a.events.some(event => event.type === 'subscribed' && event.from === b.id))
    assert.ok([...a.events, ...b.events].some(event => event.type === 'grafted'))

    const sign = (data: string, sequenceNumber: bigint) =>
      signMessage(Buffer.alloc(32, 9), { topic, data: Buffer.from(data), sequenceNumber })
    const [good, old, bad] = [
      await sign('good', 2n ** 64n - 1n),
      await sign('old', 0n),
      await sign('bad', 2n ** 53n + 1n),
    ]
    assert.deepEqual(
      [good, old, bad].map(one => one.sequenceNumber),
      ['18446744073709551615', '0', '9007199254740993'],
    )
    assert.equal(a.gossip.send(b.id, old, bad, good), true)
    assert.equal(a.gossip.send(c.id, good), false)
    const atC = () => c.events.flatMap(event => (event.type === 'message' ? [event] : []))
    await until('b passes the good one on', () => atC().length > 0)
    assert.deepEqual(
      atC().map(({ from, message }) => ({ from, ...message, raw: Buffer.from(message.raw) })),
      [{ from: b.id, ...good, raw: Buffer.from(good.raw) }],
    )
    await until('b prunes a', () => a.events.some(event => event.type === 'pruned' && event.from === b.id))
    assert.ok(Math.abs(b.gossip.scoreOf(a.id) + 1) < 0.1, String(b.gossip.scoreOf(a.id)))
    assert.equal(c.gossip.scoreOf(b.id), 0)
  })
})
