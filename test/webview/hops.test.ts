import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { NetworkEvent } from '../../network/events.ts'
import { initialState, reduce } from '../../network/state.ts'
import { hopTree } from '../../webview/broadcast/hops.ts'
import { slowdown } from '../../webview/broadcast/pace.ts'
import { seededRandom } from '../../network/random.ts'
import { broadcast, peerOf, startUp } from './kit/recording.ts'

const stateOf = (events: readonly NetworkEvent[]) => events.reduce(reduce, initialState)

function shuffled<T>(list: readonly T[], seed: number): T[] {
  const next = seededRandom(seed)
  return list
    .map(item => ({ item, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

describe('the hop tree of a message', () => {
  it('is the way the message took, in the order of the receipts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), (count, seed, start) => {
        const network = startUp(count, { seed })
        const sent = broadcast(network, `n${(start % count) + 1}`, { seed })
        const state = stateOf([...network.events, ...sent.events])
        const tree = hopTree(state, state.messages[0]!)
        assert.equal(tree.root, `n${(start % count) + 1}`)
        assert.deepEqual(
          tree.hops.map(({ from, to, hop }) => ({ from, to, hop })),
          sent.hops.map(({ from, to, hop }) => ({ from, to, hop })),
        )
        tree.hops.forEach((hop, i) => assert(Math.abs(hop.endMs - sent.hops[i]!.ms) < 0.01))
      }),
    )
  })

  it('is the same whatever order the reports come in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.nat(), (count, seed) => {
        const network = startUp(count, { seed })
        const sent = broadcast(network, 'n1', { seed })
        const inOrder = stateOf([...network.events, ...sent.events])
        const mixed = stateOf([...network.events, ...shuffled(sent.events, seed)])
        assert.deepEqual(hopTree(mixed, mixed.messages[0]!).hops, hopTree(inOrder, inOrder.messages[0]!).hops)
      }),
    )
  })

  it('never lets a message leave a node before it got there, even where clocks disagree or reports are missing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 20 }),
        fc.nat(),
        fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1 }),
        fc.nat(),
        (count, seed, skews, drop) => {
          const network = startUp(count, { seed })
          const sent = broadcast(network, 'n1', { seed })
          const events = sent.events
            .filter((_, i) => i === 0 || i % 5 !== drop % 5)
            .map((e, i) => ({ ...e, at: e.at + skews[i % skews.length]! }))
          const state = stateOf([...network.events, ...events])
          const { hops } = hopTree(state, state.messages[0]!)
          const ends = new Map(hops.map(hop => [hop.to, hop]))
          assert.equal(ends.size, hops.length, 'a node got it twice')
          hops.forEach((hop, i) => {
            assert(hop.startMs <= hop.endMs && hop.startMs >= 0)
            if (i > 0) assert(hops[i - 1]!.endMs <= hop.endMs)
            const before = ends.get(hop.from)
            if (before) assert(before.endMs <= hop.startMs && before.hop < hop.hop)
          })
        },
      ),
    )
  })

  it('ends also where the receipts go in a circle', () => {
    const network = startUp(3)
    const at = 2_000_000_000_000
    const common = { type: 'received', message: 'ff', topic: 't', bytes: 1 } as const
    const state = stateOf([
      ...network.events,
      { ...common, at, node: 'n2', from: peerOf('n3') },
      { ...common, at: at + 1, node: 'n3', from: peerOf('n2') },
    ])
    assert.equal(hopTree(state, state.messages[0]!).hops.length, 2)
  })
})

describe('the pace of a broadcast', () => {
  it('is a round number that shows it in one to three seconds, and never faster than it was', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.6, max: 10_000, noNaN: true }), ms => {
        const factor = slowdown(ms)
        assert(factor >= 1)
        assert(factor === 1 || factor * ms <= 3_000)
        assert(factor * ms >= 1_000, `${ms} ms is shown in ${factor * ms} ms`)
      }),
    )
  })
})
