import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { NetworkEvent } from '../../../network/events.ts'
import {
  edges,
  initialState,
  isHealthy,
  MAX_MESSAGES,
  nameOf,
  progress,
  reduce,
  unhealthy,
  type NetworkState,
} from '../../../network/state.ts'

const id = (n: number) => `12D3KooW${String(n).padStart(44, '1')}`
const PEERS = [1, 2, 3, 4].map(id)
const base = { at: 1, topic: 't' }

const started: NetworkEvent = {
  type: 'network-started',
  at: 0,
  network: 'x',
  requested: 3,
  topology: 'ring',
  discovery: 'mdns',
  topic: 't',
}
/** n1, n2, n3 listening and subscribed, all connected, all in each other's mesh. */
function healthy(count = 3): NetworkEvent[] {
  const all = Array.from({ length: count }, (_, i) => i + 1)
  return [
    started,
    ...all.map((n): NetworkEvent => ({ type: 'node-starting', at: n, node: `n${n}`, degree: count - 1 })),
    ...all.flatMap((n): NetworkEvent[] => [
      { type: 'node-listening', at: n, node: `n${n}`, pid: 100 + n, peerId: id(n), addresses: [] },
      { type: 'subscribed', ...base, node: `n${n}` },
    ]),
    ...all.flatMap((n): NetworkEvent[] => [
      ...all
        .filter(m => m !== n)
        .map((m): NetworkEvent => ({
          type: 'connected',
          at: 5,
          node: `n${n}`,
          peer: id(m),
          direction: 'inbound',
          address: '',
        })),
      { type: 'mesh', ...base, node: `n${n}`, peers: all.filter(m => m !== n).map(id) },
    ]),
  ]
}
const run = (events: readonly NetworkEvent[], from: NetworkState = initialState) =>
  events.reduce(reduce, from)

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}

const node = fc.constantFrom('n1', 'n2', 'n3', 'n9')
const peer = fc.constantFrom(...PEERS)
const message = fc.constantFrom('aa', 'bb', 'cc')
const at = fc.double({ min: 0, max: 1e13, noNaN: true })
const withNode = { at, node }
const anyEvent = fc.oneof(
  fc.constant(started),
  fc.record({ type: fc.constant('node-starting' as const), ...withNode, degree: fc.nat(8) }),
  fc.record({
    type: fc.constant('node-listening' as const),
    ...withNode,
    pid: fc.integer({ min: 1, max: 9 }),
    peerId: peer,
    addresses: fc.constant([]),
  }),
  fc.record({ type: fc.constantFrom('node-stopped' as const, 'node-stopping' as const), ...withNode }),
  fc.record({ type: fc.constant('node-killed' as const), ...withNode, how: fc.constant('SIGKILL' as const) }),
  fc.record({
    type: fc.constant('node-crashed' as const),
    ...withNode,
    step: fc.string(),
    cause: fc.string(),
    remedy: fc.string(),
    log: fc.array(fc.string()),
  }),
  fc.record({
    type: fc.constant('discovered' as const),
    ...withNode,
    peer,
    via: fc.constant('mdns' as const),
    addresses: fc.constant([]),
  }),
  fc.record({ type: fc.constantFrom('dialling' as const, 'disconnected' as const), ...withNode, peer }),
  fc.record({
    type: fc.constant('connected' as const),
    ...withNode,
    peer,
    direction: fc.constant('inbound' as const),
    address: fc.string(),
  }),
  fc.record({
    type: fc.constant('mesh' as const),
    ...withNode,
    topic: fc.constant('t'),
    peers: fc.array(peer),
  }),
  fc.record({
    type: fc.constant('published' as const),
    ...withNode,
    message,
    topic: fc.constant('t'),
    bytes: fc.nat(),
    recipients: fc.array(peer),
  }),
  fc.record({
    type: fc.constant('received' as const),
    ...withNode,
    message,
    topic: fc.constant('t'),
    from: peer,
    bytes: fc.nat(),
  }),
  fc.record({
    type: fc.constant('duplicate' as const),
    ...withNode,
    message,
    topic: fc.constant('t'),
    from: peer,
  }),
  fc.record({
    type: fc.constant('rejected' as const),
    ...withNode,
    message,
    topic: fc.constant('t'),
    from: peer,
    reason: fc.string(),
  }),
) as fc.Arbitrary<NetworkEvent>

describe('The reducer of a network', () => {
  it('never throws, never changes its argument, and counts every event, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), events => {
        const end = events.reduce(
          (state, event) => reduce(deepFreeze(state), deepFreeze(event)),
          deepFreeze(initialState),
        )
        assert.equal(end.count, events.length)
        edges(end)
        unhealthy(end)
        for (const m of end.messages) assert.ok(progress(m).reached <= progress(m).expected)
      }),
    )
  })

  it('gives the same state for the events in one go as through a snapshot half-way', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), fc.nat(40), (events, cut) => {
        const snapshot = JSON.parse(JSON.stringify(run(events.slice(0, cut)))) as NetworkState
        assert.deepEqual(
          JSON.parse(JSON.stringify(run(events.slice(cut), snapshot))),
          JSON.parse(JSON.stringify(run(events))),
        )
      }),
    )
  })

  it('keeps a received message whose publication is reported later', () => {
    const received: NetworkEvent = {
      type: 'received',
      at: 12,
      node: 'n2',
      message: 'aa',
      topic: 't',
      from: id(1),
      bytes: 5,
    }
    const published: NetworkEvent = {
      type: 'published',
      at: 10,
      node: 'n1',
      message: 'aa',
      topic: 't',
      bytes: 5,
      recipients: [id(2)],
    }
    for (const order of [
      [received, published],
      [published, received],
    ]) {
      const [m] = run([...healthy(), ...order]).messages
      assert.equal(m?.publisher, 'n1')
      assert.deepEqual(progress(m!), { reached: 1, expected: 2, slowestMs: 2 })
      assert.equal(m?.deliveries['n2']?.from, id(1))
    }
  })

  it('counts a first receipt once and a second receipt as nothing', () => {
    const received: NetworkEvent = {
      type: 'received',
      at: 12,
      node: 'n2',
      message: 'aa',
      topic: 't',
      from: id(1),
      bytes: 5,
    }
    assert.equal(run([...healthy(), received, received]).totals.received, 1)
  })

  it('forgets the oldest messages but not their count', () => {
    const events = Array.from({ length: MAX_MESSAGES + 5 }, (_, i): NetworkEvent => ({
      type: 'published',
      at: i,
      node: 'n1',
      message: `0${i}`.slice(-2) + String(1000 + i),
      topic: 't',
      bytes: 1,
      recipients: [],
    }))
    const state = run([...healthy(), ...events])
    assert.equal(state.messages.length, MAX_MESSAGES)
    assert.equal(state.totals.published, MAX_MESSAGES + 5)
    assert.equal(state.messages[0]?.number, 6)
  })

  const published = (node: string, n: number, at = n): NetworkEvent => ({
    type: 'published',
    at,
    node,
    message: (0x10000 + n).toString(16).padStart(16, '0'),
    topic: 't',
    bytes: 1,
    recipients: [],
  })

  it('takes a late copy of a message that it has forgotten for what it is, however many have come since', () => {
    const events = Array.from({ length: 12_000 }, (_, i) => published('n1', i))
    const state = run([...healthy(), ...events])
    const late = { ...base, node: 'n2', message: (events[3] as { message: string }).message, from: id(1) }
    const after = run(
      [
        { type: 'duplicate', ...late },
        { type: 'received', ...late, bytes: 1 },
        { type: 'rejected', ...late, reason: 'ignore' },
      ],
      state,
    )
    assert.deepEqual(after.messages, state.messages)
    assert.deepEqual(
      [after.totals.duplicates, after.totals.received, after.totals.rejected],
      [1, 1, 1],
      'but it is counted',
    )
    const more = Array.from({ length: 30_000 }, (_, i) => published('n1', 20_000 + i))
    const size = JSON.stringify(run(more, state).forgotten).length
    assert(size < 300_000, `what is remembered of forgotten messages is bounded, but has ${size} characters`)
  })

  it('forgets the messages of a spammer before those of anybody else', () => {
    const state = run([
      ...healthy(),
      { type: 'node-starting', ...base, node: 'n4', degree: 1, hostile: 'spam' },
      { type: 'node-listening', ...base, node: 'n4', pid: 4, peerId: id(4), addresses: [] },
    ])
    const spam = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => published('n4', from + i))
    const own = [published('n1', 1), published('n2', 2)]
    // Some are known only from who received them.
    const heard: NetworkEvent[] = Array.from({ length: 300 }, (_, i) => ({
      type: 'received',
      ...base,
      node: 'n2',
      message: (0x900000 + i).toString(16),
      from: id(4),
      origin: id(4),
      bytes: 1,
    }))
    const after = run([...own, ...spam(100, 300), ...heard, ...spam(900, 300)], state)
    assert.equal(after.messages.length, MAX_MESSAGES)
    assert.deepEqual(
      after.messages.filter(m => m.publisher !== 'n4' && !m.origin).map(m => m.publisher),
      ['n1', 'n2'],
    )
    assert.equal(after.messages.at(-1)?.number, 902)
    const flooded = run(
      [...Array.from({ length: 170 }, (_, i) => published('n3', 2_000 + i)), ...spam(5_000, 300)],
      after,
    )
    assert.equal(flooded.messages.filter(m => m.publisher === 'n3').length, 150, 'a flood gets its share')
  })

  it('takes connections, mesh and pid from a node that ended, and gives a restarted node its peer id and counters back', () => {
    const state = run([...healthy(), { type: 'node-killed', at: 9, node: 'n2', how: 'SIGKILL' }])
    const n2 = state.nodes['n2']!
    assert.deepEqual([n2.phase, Object.keys(n2.connections), n2.mesh, n2.pid], ['killed', [], [], undefined])
    const again = run([{ type: 'node-starting', at: 10, node: 'n2', degree: 2 }], state).nodes['n2']!
    assert.deepEqual([again.phase, again.peerId], ['starting', id(2)])
  })

  it('draws each connection once, and tells a mutual mesh edge from a one-way one', () => {
    const state = run([...healthy(), { type: 'mesh', ...base, node: 'n2', peers: [id(3)] }])
    assert.deepEqual(edges(state), [
      { a: 'n1', b: 'n2', mesh: 'one-way' },
      { a: 'n1', b: 'n3', mesh: 'mutual' },
      { a: 'n2', b: 'n3', mesh: 'mutual' },
    ])
  })

  it('names our nodes, and shortens the ids of others', () => {
    const state = run(healthy())
    assert.equal(nameOf(state, id(2)), 'n2')
    assert.equal(nameOf(state, id(7)), '…11111117')
  })
})

describe('A network is healthy', () => {
  it('when all are subscribed and the mesh is symmetric, connected, and large enough', () => {
    assert.equal(unhealthy(run(healthy())), undefined)
  })

  const cases: [string, NetworkEvent[], RegExp][] = [
    [
      'while a node is starting',
      [{ type: 'node-starting', at: 9, node: 'n4', degree: 1 }],
      /n4 is still starting/,
    ],
    [
      'when a node is not subscribed',
      [{ type: 'unsubscribed', ...base, node: 'n2' }],
      /n2 is not subscribed/,
    ],
    [
      'when a node has too few mesh peers',
      [{ type: 'mesh', ...base, node: 'n3', peers: [id(1)] }],
      /n3 has 1 of 2 mesh peers/,
    ],
    [
      'when the mesh is not symmetric',
      [
        { type: 'node-degree', at: 9, node: 'n3', degree: 1 },
        { type: 'mesh', ...base, node: 'n3', peers: [id(1)] },
      ],
      /n2 has n3 in its mesh, but not vice versa/,
    ],
    [
      'when the mesh falls into parts',
      [1, 2, 3].flatMap((n): NetworkEvent[] => [
        { type: 'node-degree', at: 9, node: `n${n}`, degree: n === 3 ? 0 : 1 },
        { type: 'mesh', ...base, node: `n${n}`, peers: n === 3 ? [] : [id(3 - n)] },
      ]),
      /no path from n1 to n3/,
    ],
  ]
  for (const [name, events, reason] of cases) {
    it(`but not ${name}`, () => assert.match(unhealthy(run([...healthy(), ...events])) ?? '', reason))
  }

  it('without the nodes that ended', () => {
    const end = run([
      ...healthy(4),
      { type: 'node-killed', at: 9, node: 'n4', how: 'SIGKILL' },
      ...[1, 2, 3].flatMap((n): NetworkEvent[] => [
        { type: 'disconnected', at: 9, node: `n${n}`, peer: id(4) },
        { type: 'node-degree', at: 9, node: `n${n}`, degree: 2 },
      ]),
    ])
    assert.ok(isHealthy(end))
  })
})
