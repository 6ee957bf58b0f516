/** A network whose plan has a shape is drawn in that shape. */
import assert from 'node:assert/strict'
import type { NetworkEvent, Topology } from '../../network/events.ts'
import { planLinks } from '../../network/orchestrator/topology.ts'
import { halves, splitUp } from './kit/breaking.ts'
import { settled } from './kit/places.ts'
import { peerOf, TOPIC } from './kit/recording.ts'
import { withView } from './kit/suite.ts'

const STILL = { context: { reducedMotion: 'reduce', viewport: { width: 1000, height: 700 } } } as const
const START = 1_795_000_000_000

interface Planned {
  events: NetworkEvent[]
  nodes: string[]
  links: [string, string][]
}

/** A network of that plan, ready. */
function planned(topology: Topology, count: number): Planned {
  let at = START
  const nodes = Array.from({ length: count }, (_, i) => `n${i + 1}`)
  const links = planLinks(topology, count, Math.random).map(([a, b]): [string, string] => [
    nodes[a]!,
    nodes[b]!,
  ])
  const of = (n: string) => links.flatMap(([a, b]) => (a === n ? [b] : b === n ? [a] : []))
  const started: NetworkEvent = {
    type: 'network-started',
    at,
    network: `${topology}-${count}`,
    requested: count,
    topology,
    discovery: 'assigned',
    topic: TOPIC,
  }
  const up = nodes.flatMap((node): NetworkEvent[] => [
    { type: 'node-starting', at: ++at, node, degree: of(node).length },
    { type: 'node-listening', at: ++at, node, pid: 4_000 + at - START, peerId: peerOf(node), addresses: [] },
    { type: 'subscribed', at: ++at, node, topic: TOPIC },
  ])
  const connected = nodes.flatMap((node): NetworkEvent[] => [
    ...of(node).map((other): NetworkEvent => ({
      type: 'connected',
      at: ++at,
      node,
      peer: peerOf(other),
      direction: 'outbound',
      address: '',
    })),
    { type: 'mesh', at: ++at, node, topic: TOPIC, peers: of(node).map(peerOf) },
  ])
  return {
    events: [started, ...up, ...connected, { type: 'network-ready', at: ++at, readyMs: 500 }],
    nodes,
    links,
  }
}

type Places = Record<string, readonly [number, number]>
const apart = ([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]) =>
  Math.hypot(ax - bx, ay - by)

/** In a circle each is as far from the middle as the others, and as far from its neighbour on either side. */
function assertCircle(places: Places, nodes: readonly string[]): void {
  const all = nodes.map(n => places[n]!)
  const middle = [0, 1].map(axis => all.reduce((sum, p) => sum + p[axis]!, 0) / all.length) as [
    number,
    number,
  ]
  const radius = apart(all[0]!, middle)
  assert(radius > 80)
  all.forEach((p, i) => {
    assert(Math.abs(apart(p, middle) - radius) < radius / 1_000, `${nodes[i]} is on the circle`)
    const side = apart(p, all[(i + 1) % all.length]!)
    assert(
      Math.abs(side - 2 * radius * Math.sin(Math.PI / all.length)) < 0.1,
      `${nodes[i]} has its place on it`,
    )
  })
}

/** Whether two links cross, ends that they share apart. */
function cross(places: Places, [a, b]: [string, string], [c, d]: [string, string]): boolean {
  if ([a, b].includes(c) || [a, b].includes(d)) return false
  const side = (p: string, q: string, r: string) => {
    const [[px, py], [qx, qy], [rx, ry]] = [places[p]!, places[q]!, places[r]!]
    return Math.sign((qx - px) * (ry - py) - (qy - py) * (rx - px))
  }
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

describe('the shape of a network', () => {
  const open = withView()

  for (const count of [6, 10, 40])
    it(`is a circle for a ring of ${count}`, async () => {
      const view = await open(STILL)
      const { events, nodes } = planned('ring', count)
      await view.snapshot()
      await view.send(events)
      assertCircle((await settled(view, count)).positions, nodes)
      if (process.env['SHOT'])
        await view.page.screenshot({ path: `${process.env['SHOT']}/ring-${count}.png` })
    })

  for (const topology of ['line', 'ring', 'star', 'grid', 'tree'] as const)
    for (const count of [10, 40])
      it(`has no link that crosses another, for a ${topology} of ${count}`, async () => {
        const view = await open(STILL)
        const { events, nodes, links } = planned(topology, count)
        await view.snapshot()
        await view.send(events)
        const { positions } = await settled(view, count)
        for (const link of links)
          for (const other of links) assert(!cross(positions, link, other), `${link} crosses ${other}`)
        for (const a of nodes)
          for (const b of nodes)
            assert(a === b || apart(positions[a]!, positions[b]!) > 45, `${a} and ${b} are apart`)
        if (process.env['SHOT'])
          await view.page.screenshot({ path: `${process.env['SHOT']}/${topology}-${count}.png` })
      })

  it('is held when a node is killed and another joins, is left while the network is split, and comes back', async () => {
    const view = await open(STILL)
    const { events, nodes } = planned('ring', 10)
    await view.snapshot()
    await view.send(events)
    const whole = await settled(view, 10)
    const { at } = view.state()
    await view.send([
      { type: 'node-killed', at: at + 1, node: 'n4', how: 'SIGKILL' },
      { type: 'node-starting', at: at + 2, node: 'n11', degree: 2 },
    ])
    const joined = await settled(view, 11, whole)
    assertCircle(joined.positions, [...nodes, 'n11'])
    await view.send(splitUp(view.state(), halves([...nodes, 'n11']), at + 10))
    const split = await settled(view, 11, joined)
    assert.throws(() => assertCircle(split.positions, [...nodes, 'n11']))
    await view.send([{ type: 'healed', at: at + 20 }])
    assertCircle((await settled(view, 11, split)).positions, [...nodes, 'n11'])
  })

  it('is also reached with motion', async () => {
    const view = await open({ context: { viewport: { width: 400, height: 700 } } })
    const { events, nodes } = planned('ring', 6)
    await view.snapshot()
    await view.send(events)
    assertCircle((await settled(view, 6)).positions, nodes)
  })
})
