import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describeFaults, linkPresets, parseLinkFaults } from '../../../extension/network/link-presets.ts'
import { faultWords } from '../../../extension/network/labels.ts'
import { row } from '../../../extension/network/rows.ts'
import { halves } from '../../../extension/network/split.ts'
import type { NetworkEvent } from '../../../network/events.ts'
import { initialState, reduce } from '../../../network/state.ts'
import { listening, startedEvent } from '../../kit/network-state.ts'

const state = (...events: NetworkEvent[]) =>
  [startedEvent(2), ...listening(1), ...listening(2), ...events].reduce(reduce, initialState)

describe('the halves of a network', () => {
  it('hold every node once, and differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), n => {
        const nodes = Array.from({ length: n }, (_, i) => `n${i + 1}`)
        const [a, b] = halves(nodes)
        assert.deepEqual([...a!.nodes, ...b!.nodes].toSorted(), nodes.toSorted())
        assert(Math.abs(a!.nodes.length - b!.nodes.length) <= 1)
      }),
    )
    assert.throws(() => halves(['n1']), /cannot be split/)
  })
})

describe('the faults of a link', () => {
  it('are read as they are typed', () => {
    assert.deepEqual(parseLinkFaults('latency 200, jitter=50 ,loss: 0.05, bandwidth 32000'), {
      latencyMs: 200,
      jitterMs: 50,
      loss: 0.05,
      bytesPerSecond: 32_000,
    })
  })

  it('are refused with what is accepted', () => {
    for (const text of ['', 'latency', 'latency -1', 'loss 2', 'speed 3', 'bandwidth 1']) {
      assert.match(String(parseLinkFaults(text)), /Enter faults such as: latency 200/)
    }
    assert.match(String(parseLinkFaults('speed 3')), /“speed 3” is not valid/)
  })

  it('are told in a few words', () => {
    assert.equal(describeFaults({ latencyMs: 200, jitterMs: 50 }), '200 ms, ± 50 ms')
    assert.equal(describeFaults({ loss: 0.05, bytesPerSecond: 32_000 }), '5% lost, 32 kB/s')
    for (const { faults } of linkPresets()) assert.notEqual(describeFaults(faults), '')
  })
})

describe('a network with faults', () => {
  it('says so in the status bar', () => {
    assert.deepEqual(faultWords(state()), [])
    const faulty = state(
      { type: 'partitioned', at: 9, groups: [{ name: 'A', nodes: ['n1'] }] },
      { type: 'link-fault', at: 9, a: 'n1', b: 'n2', faults: { latencyMs: 5 } },
    )
    assert.deepEqual(faultWords(faulty), ['split', '1 faulty link'])
  })

  it('shows a paused node as paused, with a menu of its own', () => {
    const shown = row(state({ type: 'node-paused', at: 9, node: 'n2', how: 'SIGSTOP' }), 'n2')
    assert.equal(shown?.kind, 'node.paused')
    assert.equal(shown?.description, 'paused')
    assert.match(shown?.spoken ?? '', /paused/)
  })
})
