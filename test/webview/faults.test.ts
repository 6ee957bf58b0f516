/** What is done to a network on purpose, as the live view derives, words and lays it out. Without a browser. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { NetworkEvent, NetworkEventType } from '../../network/events.ts'
import { edges, initialState, reduce } from '../../network/state.ts'
import { GROUPS, passes, ALL } from '../../webview/events/filter.ts'
import { eventText } from '../../webview/events/words.ts'
import { hull } from '../../webview/graph/paint-groups.ts'
import { groupSigns, sceneOf } from '../../webview/graph/scene.ts'
import { groupAnchors } from '../../webview/layout/group-anchors.ts'
import { faultFigures, faultsText, scoreText } from '../../webview/panes/fault-words.ts'
import { changes } from '../../webview/panes/summary.ts'
import { TERMS } from '../../webview/panes/terms.ts'
import { whyNot } from '../../webview/panes/why.ts'
import { edgeText, graphName, tooltipText } from '../../webview/panes/words.ts'
import { createTracer } from '../../webview/spacetime/from-log.ts'
import { createLog } from '../../webview/time/log.ts'
import { halves, linkFault, spammer, splitUp } from './kit/breaking.ts'
import { startUp } from './kit/recording.ts'

const network = startUp(10)
const ready = network.events.reduce(reduce, initialState)
const at = network.events.at(-1)!.at + 1_000
const groups = halves(network.nodes)
const after = (...events: NetworkEvent[]) => events.reduce(reduce, ready)
const split = splitUp(ready, groups, at)
const link = edges(ready)[0]!
const faults = { latencyMs: 100, jitterMs: 10, loss: 0.05, bytesPerSecond: 8_000 }
const fault = linkFault(link.a, link.b, faults, at)

describe('the scene of a network that is broken on purpose', () => {
  it('has the groups of a split, who is in which, and what was cut', () => {
    const scene = sceneOf()(after(...split))
    assert.deepEqual(scene.groups, groups)
    for (const { name, group } of scene.nodes) assert(groups[group!]!.nodes.includes(name), name)
    const cut = scene.edges.filter(e => e.kind === 'cut')
    assert(cut.length > 0)
    const groupOf = (name: string) => groups.findIndex(g => g.nodes.includes(name))
    for (const { a, b, kind } of scene.edges)
      assert.equal(kind === 'cut', groupOf(a) !== groupOf(b), `${a} ${b}`)
  })

  it('has no cut link to a node that has ended', () => {
    const { a } = sceneOf()(after(...split)).edges.find(e => e.kind === 'cut')!
    const scene = sceneOf()(after(...split, { type: 'node-killed', at, node: a, how: 'SIGKILL' }))
    assert(!scene.edges.some(e => e.kind === 'cut' && (e.a === a || e.b === a)))
  })

  it('has the faults of links, whether they are connected or not', () => {
    const find = (...events: NetworkEvent[]) =>
      sceneOf()(after(...events)).edges.find(e => e.faults !== undefined)!
    assert.equal(find(fault).kind, link.mesh === 'none' ? 'connection' : link.mesh)
    const linked = new Set(edges(ready).map(({ a, b }) => `${a} ${b}`))
    const [a, b] = network.nodes
      .flatMap(x => network.nodes.map((y): [string, string] => [x, y]))
      .find(([x, y]) => x !== y && !linked.has(`${x} ${y}`) && !linked.has(`${y} ${x}`))!
    assert.deepEqual(find(linkFault(a, b, { loss: 1 }, at)), { a, b, kind: 'down', faults: { loss: 1 } })
  })

  it('is the same object while only what the proxies have done changes', () => {
    const scenes = sceneOf()
    const one = after(fault)
    const acted = { type: 'link-acted', at, a: link.a, b: link.b, bytes: 9, delayed: 1 } as const
    const two = reduce(one, { ...acted, lost: 0, paced: 0, resets: 0 })
    assert.notEqual(one.faultyLinks, two.faultyLinks)
    assert.equal(scenes(one), scenes(two))
    assert.notEqual(
      scenes(one),
      scenes(reduce(two, { type: 'link-fault-cleared', at, a: link.a, b: link.b })),
    )
  })
})

describe('the words for faults', () => {
  it('give figures and the field’s terms, each with its sentence', () => {
    assert.equal(faultFigures(faults), '100 ms ± 10 ms · 5% lost · 8 kB/s')
    const text = edgeText(
      after(fault),
      sceneOf()(after(fault)).edges.find(e => e.faults)!,
    )
    for (const term of ['Latency', 'Jitter', 'Loss', 'Bandwidth'] as const)
      assert(text.includes(TERMS[term]), `${term} is not explained: ${text}`)
    assert.match(text, /Latency, 100 ms each way/)
  })

  it('name the kind of a hostile node and its lowest score, and the group of a node', () => {
    const state = after(...spammer('n11', 'n4', -34.2, at))
    assert.match(tooltipText(state, 'n11'), /Score −34\.2 at n4\nHostile: publishes far too many messages/)
    assert.equal(scoreText(state, state.nodes['n1']!), undefined)
    assert.match(tooltipText(after(...split), 'n1'), /In group A of the split network/)
  })

  it('say in a line and in the graph’s name all that is wrong', () => {
    const state = after(...spammer('n11', 'n4', -1, at), fault, ...split, {
      type: 'churn-started',
      at,
      perMinute: 6,
      turns: 9,
      downMs: 1_000,
      seed: 1,
    })
    assert.equal(
      faultsText(state),
      'split into A and B · 1 faulty link · churn: 6 nodes per minute killed and restarted · 1 hostile node',
    )
    assert.match(
      graphName(sceneOf()(state), 11, true),
      /Split into A and B with \d+ connections cut, 1 faulty link, 1 hostile/,
    )
    assert.equal(faultsText(ready), '')
  })

  it('are spoken when something is broken, and when it is mended', () => {
    const broken = after(...split, fault)
    assert.deepEqual(changes(ready, broken), [
      'The network is split into A (n1, n2, n3 and 2 more) and B (n6, n7, n8 and 2 more).',
      `The link between ${link.a} and ${link.b} now has faults: 100 ms ± 10 ms · 5% lost · 8 kB/s.`,
    ])
    const mended: NetworkEvent[] = [
      { type: 'healed', at },
      { type: 'link-fault-cleared', at, a: link.a, b: link.b },
    ]
    assert.deepEqual(changes(broken, mended.reduce(reduce, broken)), [
      'The network is healed.',
      'Cleared the faults of 1 link.',
    ])
    const paused = after({ type: 'node-paused', at, node: 'n3', how: 'SIGSTOP' })
    assert.deepEqual(changes(ready, paused), ['n3 was paused.'])
    assert.deepEqual(changes(paused, reduce(paused, { type: 'node-resumed', at, node: 'n3' })), [
      'n3 was resumed.',
    ])
    const hostile = after(...spammer('n11', 'n4', -1, at))
    assert.deepEqual(changes(ready, hostile), ['1 node joined.', 'n11 is hostile.'])
  })

  it('say why a node whose connections were all cut receives nothing', () => {
    const state = after(...split)
    const cutOff = Object.values(state.nodes).find(n => Object.keys(n.connections).length === 0)
    const lone = cutOff ?? state.nodes['n10']!
    const alone = { ...state, nodes: { ...state.nodes, [lone.name]: { ...lone, connections: {}, mesh: [] } } }
    assert.match(
      whyNot(alone, alone.nodes[lone.name]!, undefined),
      /^The network is split: (its only connection|all \d+ of its connections) led out of its group, [AB]\.$/,
    )
  })

  it('explain the field’s terms, each in one sentence', () => {
    const wanted =
      'mesh graft prune fanout gossip duplicate score heartbeat subscription propagation partition churn latency jitter loss bandwidth'
    const known = Object.keys(TERMS).map(t => t.toLowerCase())
    for (const term of [...wanted.split(' '), 'ihave and iwant', 'last hop', 'eager push'])
      assert(known.includes(term), `${term} is not explained`)
    for (const [term, text] of Object.entries(TERMS)) assert.match(text, /^[A-Z].*[^.]\.$/s, term)
  })
})

describe('the list of events', () => {
  /** Each kind once: the compiler asks for those that are new. */
  const KINDS: Record<NetworkEventType, boolean> = {
    'network-started': true,
    notice: true,
    note: true,
    'network-ready': true,
    'network-stopping': true,
    'network-stopped': true,
    'node-starting': true,
    'node-degree': true,
    'node-listening': true,
    'node-stopping': true,
    'node-stopped': true,
    'node-killed': true,
    'node-crashed': true,
    'node-paused': true,
    'node-resumed': true,
    partitioned: true,
    healed: true,
    'link-fault': true,
    'link-fault-cleared': true,
    'link-acted': true,
    'churn-started': true,
    'churn-stopped': true,
    scores: true,
    'scenario-step': true,
    'metrics-listening': true,
    shared: true,
    joined: true,
    'recording-started': true,
    'recording-stopped': true,
    // How a recording begins in the middle of a network: nothing that happened.
    'recorded-network': false,
    'recorded-node': false,
    'recorded-message': false,
    discovered: true,
    dialling: true,
    'dial-failed': true,
    connected: true,
    identified: true,
    disconnected: true,
    subscribed: true,
    unsubscribed: true,
    grafted: true,
    pruned: true,
    mesh: true,
    published: true,
    received: true,
    duplicate: true,
    rejected: true,
    frame: true,
    reported: true,
    // Of a check, and of no network.
    'check-lane': false,
    'check-transmission': false,
    'check-left-out': false,
  }

  it('can be filtered by every kind, each in one group', () => {
    const grouped = Object.values(GROUPS).flat()
    assert.deepEqual(
      [...grouped].sort(),
      Object.keys(KINDS)
        .filter(k => KINDS[k as NetworkEventType])
        .sort(),
    )
  })

  it('tells faults in sentences, and finds them by the nodes they are about', () => {
    assert.match(eventText(fault, ready), /now has faults: 100 ms/)
    const { names } = ready
    assert(passes({ ...ALL, node: link.b }, fault, names))
    assert(passes({ ...ALL, node: 'n7', kind: 'Faults' }, split[0]!, names))
    const other = network.nodes.find(n => n !== link.a && n !== link.b)!
    assert(!passes({ ...ALL, node: other }, fault, names))
  })
})

describe('the groups of a split', () => {
  it('have signs that are short and all different', () => {
    const name = fc.string({ minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 12 }), list => {
        const signs = groupSigns(list.map(n => ({ name: n, nodes: ['n1'] })))
        assert.equal(new Set(signs).size, list.length)
        assert(signs.every(sign => [...sign].length <= 2))
      }),
    )
  })

  it('are drawn inside of their lines', () => {
    const coordinate = fc.integer({ min: -500, max: 500 })
    const point = fc.record({ x: coordinate, y: coordinate })
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 40 }), points => {
        const corners = hull(points)
        for (const p of points)
          corners.forEach((a, i) => {
            const b = corners[(i + 1) % corners.length]!
            assert((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) >= 0)
          })
      }),
    )
  })

  it('are laid out beside each other, in the order in which they lie', () => {
    const bodies = [
      ...Array.from({ length: 9 }, () => ({ x: 50, y: 0, group: 0 })),
      ...Array.from({ length: 4 }, () => ({ x: -50, y: 0, group: 1 })),
      { x: 0, y: 0 },
    ]
    const wide = groupAnchors(bodies, 1.6)
    assert(wide.get(1)!.x < wide.get(0)!.x && wide.get(0)!.y === 0)
    const high = groupAnchors(bodies, 0.6)
    assert(high.get(0)!.x === 0 && high.get(0)!.y !== high.get(1)!.y)
    assert.equal(groupAnchors([{ x: 0, y: 0 }], 1).size, 0)
  })
})

describe('the lanes of a network that is broken on purpose', () => {
  const paused: NetworkEvent = { type: 'node-paused', at: at + 10, node: 'n3', how: 'SIGSTOP' }
  const spansOf = (events: readonly NetworkEvent[], lane: string) => {
    const log = createLog()
    log.append([...network.events, ...events])
    const diagram = createTracer(log)()
    return { spans: diagram.lanes.find(l => l.id === lane)!.spans!, diagram }
  }

  it('show when they were paused, and in which group of a split', () => {
    const { spans, diagram } = spansOf(
      [
        paused,
        { type: 'node-resumed', at: at + 20, node: 'n3' },
        { type: 'partitioned', at: at + 30, groups },
        { type: 'healed', at: at + 40 },
      ],
      'n3',
    )
    assert.deepEqual(spans, [
      { from: at + 10, to: at + 20, kind: 'paused' },
      { from: at + 30, to: at + 40, kind: 'apart', group: 0, sign: 'A' },
    ])
    assert.deepEqual(diagram.moments, [
      { at: at + 30, text: 'split' },
      { at: at + 40, text: 'healed' },
    ])
  })

  it('end a pause with the node, and have a newcomer in the first group', () => {
    const killed: NetworkEvent = { type: 'node-killed', at: at + 15, node: 'n3', how: 'SIGKILL' }
    assert.deepEqual(spansOf([paused, killed], 'n3').spans, [{ from: at + 10, to: at + 15, kind: 'paused' }])
    const events = [{ type: 'partitioned', at, groups } as const, ...spammer('n11', 'n4', -1, at + 5)]
    const { spans, diagram } = spansOf(events, 'n11')
    assert.deepEqual(spans, [{ from: at + 5, to: Infinity, kind: 'apart', group: 0, sign: 'A' }])
    assert.equal(diagram.lanes.find(l => l.id === 'n11')!.name, '✹ n11')
  })

  it('begin in the middle of a pause and of a split, where the log does', () => {
    const log = createLog()
    log.reset(after(paused, { type: 'partitioned', at: at + 12, groups }))
    const { lanes } = createTracer(log)()
    assert.deepEqual(
      lanes.find(l => l.id === 'n3')!.spans!.map(s => s.kind),
      ['apart', 'paused'],
    )
  })
})
