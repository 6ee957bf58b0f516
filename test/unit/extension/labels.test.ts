import assert from 'node:assert/strict'
import {
  describeCrashes,
  describeNode,
  speakNode,
  startProgress,
  statusText,
} from '../../../extension/network/labels.ts'
import type { NetworkEvent } from '../../../network/events.ts'
import { initialState } from '../../../network/state.ts'
import { line, linked, listening, peerId, ready, startedEvent, stateOf } from '../../kit/network-state.ts'

const published: NetworkEvent = {
  type: 'published',
  at: 100,
  node: 'n1',
  message: 'aa',
  topic: 't',
  bytes: 5,
  text: 'hello',
  recipients: [peerId(2)],
}
const received = (node: number, from: number, at: number): NetworkEvent => ({
  type: 'received',
  at,
  node: `n${node}`,
  message: 'aa',
  topic: 't',
  from: peerId(from),
  bytes: 5,
})

describe('the network in words', () => {
  it('a running node shows its process, its peers and its mesh', () => {
    const { nodes } = stateOf(...line())
    assert.equal(describeNode(nodes['n2']!, {}), 'pid 102 · 2 peers · 2 mesh')
    assert.equal(describeNode(nodes['n1']!, {}), 'pid 101 · 1 peer · 1 mesh')
    assert.equal(speakNode(nodes['n2']!, {}), 'Node n2, running, process 102, 2 peers, 2 mesh peers')
  })

  it('a node of a learner’s network shows whether it leads, and nothing of a mesh', () => {
    const { nodes } = stateOf(...line())
    const program = { program: '4.6' }
    assert.equal(describeNode(nodes['n2']!, program), 'pid 102 · 2 peers')
    assert.equal(speakNode(nodes['n2']!, program), 'Node n2, running, process 102, 2 peers')
    const leader = { ...nodes['n2']!, leads: 3 }
    assert.equal(describeNode(leader, program), 'pid 102 · 2 peers · leader, term 3')
    assert.equal(speakNode(leader, program), 'Node n2, running, process 102, 2 peers, leader in term 3')
    const starting = { ...stateOf(...line()), phase: 'starting', ...program } as const
    assert.equal(startProgress(starting).text, '3 of 3 nodes connected')
    assert.equal(statusText(starting), '3 nodes, connecting')
  })

  it('a node that is gone shows how it went', () => {
    const { nodes } = stateOf(...line(), { type: 'node-killed', at: 9, node: 'n2', how: 'SIGKILL' })
    assert.equal(describeNode(nodes['n2']!, {}), 'killed')
    assert.equal(speakNode(nodes['n2']!, {}), 'Node n2, killed')
  })

  it('the status bar is empty without a network and counts while one starts', () => {
    assert.equal(statusText(initialState), undefined)
    assert.equal(statusText(stateOf(startedEvent(3), ...listening(1))), 'Starting 1/3 nodes')
    assert.equal(
      statusText(stateOf(startedEvent(2), ...[1, 2].flatMap(listening))),
      '2 nodes, joining the mesh',
    )
    assert.equal(statusText(stateOf(...line(), { type: 'network-stopped', at: 9 })), undefined)
  })

  it('the status bar shows how far the last broadcast got, and how long it took', () => {
    assert.equal(statusText(stateOf(...line())), '3 nodes · 1–2 peers')
    const half = stateOf(...line(), published, received(2, 1, 104.4))
    assert.equal(statusText(half), '3 nodes · 1–2 peers · 1 reached 1/2 in 4 ms')
    const whole = stateOf(...line(), published, received(2, 1, 104.4), received(3, 2, 109.6))
    assert.equal(statusText(whole), '3 nodes · 1–2 peers · 1 reached 2/2 in 10 ms')
  })

  it('the status bar shows one number where all nodes have as many peers', () => {
    const ring = stateOf(
      startedEvent(3),
      ...[1, 2, 3].flatMap(listening),
      ...linked([1, 2], [2, 3], [3, 1]),
      ready,
    )
    assert.equal(statusText(ring), '3 nodes · 2 peers')
  })

  it('the status bar survives that every node of a network is gone', () => {
    const gone = [1, 2, 3].map((n): NetworkEvent => ({ type: 'node-stopped', at: 9, node: `n${n}` }))
    assert.equal(statusText(stateOf(...line(), ...gone)), '0 nodes')
  })

  it('the progress of a start never goes back and ends at the whole', () => {
    let before = 0
    const events = line()
    for (let i = 1; i < events.length; i++) {
      const { text, done } = startProgress(stateOf(...events.slice(0, i)))
      assert(done >= before, `${text}: ${done} after ${before}`)
      before = done
    }
    assert.deepEqual(startProgress(stateOf(...events)), { text: '3 of 3 nodes in the mesh', done: 1 })
    assert.equal(startProgress(stateOf(startedEvent(10), ...listening(1))).text, '1 of 10 nodes listening')
  })

  it('a crash names the node, the step, the cause and what to do', () => {
    const crash: NetworkEvent = {
      type: 'node-crashed',
      at: 9,
      node: 'n2',
      step: 'listen',
      cause: 'port in use',
      remedy: 'Restart it.',
      log: ['a line'],
    }
    const { nodes } = stateOf(...line(), crash)
    assert.equal(describeCrashes([nodes['n2']!]), 'Node n2 crashed (listen): port in use. Restart it.')
    assert.equal(describeCrashes([nodes['n2']!, nodes['n3']!]), '2 nodes crashed: n2, n3.')
  })
})
