import assert from 'node:assert/strict'
import { childIds, nodeOf, rootIds, row, signature } from '../../../extension/network/rows.ts'
import type { NetworkState } from '../../../network/state.ts'
import { initialState } from '../../../network/state.ts'
import { line, peerId, stateOf } from '../../kit/network-state.ts'

const state = stateOf(...line())

const allIds = (state: NetworkState): string[] => {
  const below = (id: string): string[] => [id, ...childIds(state, id).flatMap(below)]
  return rootIds(state).flatMap(below)
}

describe('the Network tree', () => {
  it('has a row for every id, each id once, and each row leads back to its parent', () => {
    const ids = allIds(state)
    assert.equal(new Set(ids).size, ids.length)
    for (const id of ids) {
      const shown = row(state, id)
      assert(shown, id)
      assert.equal(shown.id, id)
      assert.equal(shown.hasChildren, childIds(state, id).length > 0, id)
      if (shown.parent !== undefined) assert(childIds(state, shown.parent).includes(id), id)
    }
  })

  it('says everything aloud that it shows', () => {
    for (const id of allIds(state)) assert.notEqual(row(state, id)!.spoken, '', id)
  })

  it('shows under a node its peer id, its addresses, its peers and its mesh', () => {
    assert.deepEqual(childIds(state, 'n2'), ['n2/peer-id', 'n2/address/0', 'n2/peers', 'n2/mesh'])
    assert.equal(row(state, 'n2/address/0')!.description, '/ip4/127.0.0.1/tcp/4002')
    assert.deepEqual(
      childIds(state, 'n2/peers').map(id => row(state, id)!.label),
      ['n1', 'n3'],
    )
    assert.equal(row(state, `n2/peers/${peerId(3)}`)!.description, 'outbound')
    assert.equal(row(state, `n2/peers/${peerId(1)}`)!.description, 'inbound')
  })

  it('shows nothing of a mesh under a node that is a learner’s program', () => {
    const program = { ...state, program: '4.6' }
    assert.deepEqual(childIds(program, 'n2'), ['n2/peer-id', 'n2/address/0', 'n2/peers'])
    assert.equal(row(program, 'n2')!.description, 'pid 102 · 2 peers')
  })

  it('is empty before a network and after it', () => {
    assert.deepEqual(rootIds(initialState), [])
    assert.deepEqual(rootIds(stateOf(...line(), { type: 'network-stopped', at: 9 })), [])
  })

  it('shows why a node crashed and its last lines, and no address any more', () => {
    const crashed = stateOf(...line(), {
      type: 'node-crashed',
      at: 9,
      node: 'n2',
      step: 'listen',
      cause: 'port in use.',
      remedy: 'Restart it.',
      log: ['last words'],
    })
    assert.deepEqual(childIds(crashed, 'n2'), ['n2/failure', 'n2/peer-id'])
    assert.match(row(crashed, 'n2/failure')!.tooltip!, /last words/)
    assert.equal(row(crashed, 'n2')!.kind, 'node.crashed')
  })

  it('shows first where the metrics are, while there are some', () => {
    const url = 'http://127.0.0.1:9464/metrics'
    const counted = stateOf(...line(), { type: 'metrics-listening', at: 9, url })
    assert.deepEqual(rootIds(counted), ['network/metrics', 'n1', 'n2', 'n3'])
    const shown = row(counted, 'network/metrics')!
    assert.deepEqual([shown.description, shown.kind, childIds(counted, shown.id)], [url, 'metrics', []])
    assert.ok(shown.spoken.includes(url))
    assert.equal(row(state, 'network/metrics'), undefined)
    assert.notEqual(signature(counted, 'network/metrics'), signature(state, 'network/metrics'))
    assert.deepEqual(
      rootIds(
        stateOf(...line(), { type: 'metrics-listening', at: 9, url }, { type: 'network-stopped', at: 9 }),
      ),
      [],
    )
  })

  it('shows what to ask for in mDNS, while the network runs', () => {
    const mdns = { serviceTag: '_p2plab-4h7x._udp.local', port: 23456 }
    const found = line().map(event => (event.type === 'network-started' ? { ...event, mdns } : event))
    assert.deepEqual(rootIds(stateOf(...found)), ['network/mdns', 'n1', 'n2', 'n3'])
    const shown = row(stateOf(...found), 'network/mdns')!
    assert.deepEqual([shown.description, shown.kind], ['_p2plab-4h7x._udp.local, UDP port 23456', 'mdns'])
    assert.match(shown.spoken, /_p2plab-4h7x\._udp\.local.*23456/)
    assert.deepEqual(rootIds(stateOf(...found, { type: 'network-stopped', at: 9 })), [])
  })

  it('shows the join code of a shared network, and who else is there', () => {
    const shared = { type: 'shared', at: 8, code: '070A-G085', address: '10.0.0.1:4001' } as const
    const remote = {
      type: 'connected',
      at: 9,
      node: 'n2',
      peer: peerId(9),
      direction: 'inbound',
      address: '/ip4/10.0.0.2/tcp/1',
    } as const
    const alone = stateOf(...line(), shared)
    const both = stateOf(...line(), shared, remote)
    assert.deepEqual(rootIds(both).slice(0, 2), ['network/shared', 'network/remote'])
    assert.deepEqual(row(both, 'network/shared')!.description, '070A-G085')
    assert.deepEqual(childIds(both, 'network/remote'), [`network/remote/${peerId(9)}`])
    for (const id of allIds(both)) {
      const shown = row(both, id)!
      assert.notEqual(shown.spoken, '', id)
      assert.equal(shown.hasChildren, childIds(both, id).length > 0, id)
      if (shown.parent !== undefined) assert(childIds(both, shown.parent).includes(id), id)
    }
    assert.match(row(both, `network/remote/${peerId(9)}`)!.description!, /connected to n2/)
    assert.notEqual(signature(both, 'network/remote'), signature(alone, 'network/remote'))
    const joined = stateOf(...line(), { type: 'joined', at: 8, address: '10.0.0.1:4001', peers: [peerId(9)] })
    assert.deepEqual(rootIds(joined).slice(0, 2), ['network/joined', 'network/remote'])
  })

  it('has no row for what has gone since', () => {
    assert.equal(row(state, 'n9'), undefined)
    assert.equal(row(state, 'n9/peers'), undefined)
    assert.equal(row(state, 'n1/nothing'), undefined)
    assert.deepEqual(childIds(state, 'n9'), [])
  })

  it('needs no redraw for traffic, and one for a link', () => {
    const traffic = stateOf(...line(), {
      type: 'received',
      at: 9,
      node: 'n2',
      message: 'aa',
      topic: 't',
      from: peerId(1),
      bytes: 1,
    })
    assert.equal(signature(traffic, 'n2'), signature(state, 'n2'))
    const unlinked = stateOf(...line(), { type: 'disconnected', at: 9, node: 'n2', peer: peerId(1) })
    assert.notEqual(signature(unlinked, 'n2'), signature(state, 'n2'))
    assert.equal(signature(unlinked, 'n3'), signature(state, 'n3'))
  })

  it('knows the node of every row', () => {
    for (const id of allIds(state)) assert(rootIds(state).includes(nodeOf(id)))
  })
})
