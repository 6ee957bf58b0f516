/** What a network of copies does. */
import { bothWays, startCluster, type Cluster } from '../../../check/cluster/cluster.ts'
import type { Edge } from '../../../check/cluster/links.ts'
import type { Entry, Invariant, Message } from '../../../check/cluster/trace.ts'
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import type { Topology } from '../../../../network/events.ts'
import { planLinks } from '../../../../network/orchestrator/topology.ts'
import exercise from '../exercise.ts'

const { start, publish } = exercise.ops
const { delivered } = exercise.events

const SIZE = 9
/** Of each message on each link, in milliseconds, where the figures are taken. */
const DELAY_MS = 20
const LATE_MS = 5_000

type Pair = readonly [string, string]

const name = (i: number) => `n${i + 1}`

/** The pairs of neighbors. */
const pairsOf = (t: CheckContext, topology: Topology): Pair[] =>
  planLinks(topology, SIZE, () => t.random.int(0, 2 ** 31 - 1) / 2 ** 31).map(
    ([a, b]) => [name(a), name(b)] as const,
  )

const isFlood = (message: Message): message is Message & { value: { id: string } } =>
  message.label === 'flood' && typeof (message.value as { id?: unknown }).id === 'string'

/** Each node delivers each message once, and at most one copy crosses a link in each direction. */
function onlyOnce(): Invariant {
  const delivers = new Map<string, Entry>()
  const crossed = new Map<string, Message>()
  return entry => {
    if (entry.kind === 'event' && entry.event === delivered.name) {
      const { id } = entry.data as { id?: unknown }
      const key = `${entry.node} ${String(id)}`
      const before = delivers.get(key)
      delivers.set(key, entry)
      return (
        before && {
          expected: `that ${entry.node} delivers the message ${String(id)} once.`,
          got: 'a second event for it.',
          hint: 'is the id remembered when the message is new, and looked up for every message?',
          because: [before],
        }
      )
    }
    if (entry.kind !== 'message' || !isFlood(entry)) return undefined
    const { from, to, value } = entry
    const key = `${from} ${to} ${value.id}`
    const before = crossed.get(key)
    crossed.set(key, entry)
    return (
      before && {
        expected: `at most one copy of the message ${value.id} from ${from} to ${to}.`,
        got: 'a second one.',
        hint: 'who passes on a message that it has seen before makes a storm.',
        because: [before],
      }
    )
  }
}

const connections = (cluster: Cluster) =>
  cluster.trace.entries.filter(({ kind }) => kind === 'connected').length

const connected = async (cluster: Cluster, edges: number) => {
  await cluster.until('every node connects to each of its peers', () => connections(cluster) >= edges, {
    ms: LATE_MS,
    got: () => `${connections(cluster)} of ${edges} connections.`,
    hint: 'do you open a connection to every peer, and send {"from": …} first?',
  })
  // As in openHouse: threads know of it a little later.
  for (let i = 0; i < 2; i++) await Promise.all(cluster.nodes.map(node => node.signOfLife()))
}

const holders = (cluster: Cluster, id: string): string[] =>
  cluster.trace.events(delivered).flatMap(({ node, data }) => (data.id === id ? [node] : []))

const reaches = (cluster: Cluster, id: string, nodes: readonly string[], hint?: string) =>
  cluster.until(
    `every node delivers the message ${id}`,
    () => nodes.every(node => holders(cluster, id).includes(node)),
    {
      ms: LATE_MS,
      got: () => `${nodes.filter(node => !holders(cluster, id).includes(node)).join(', ')} did not.`,
      hint: hint ?? 'do you pass on what is new to every peer but the one that it came from?',
      because: () =>
        cluster.trace.entries.filter(entry => entry.kind === 'message' || entry.kind === 'event'),
    },
  )

const SHAPES: readonly Topology[] = ['line', 'ring', 'grid', 'tree', 'random']

export const shapes: Check = async t => {
  // One set of processes: they are peers of everyone, and the links say who is connected. What a shape does not have is cut.
  const all = SHAPES.map(shape => ({ shape, pairs: pairsOf(t, shape) }))
  const edges = unique(all.flatMap(({ pairs }) => bothWays(pairs)))
  t.doing(`The checker started ${SIZE} copies of your program.`)
  const cluster = await startCluster(t, {
    start,
    size: SIZE,
    edges,
    args: ({ id, host, port, peers }) => ({ id, host, port, peers, window: 1_000 }),
  })
  cluster.always(onlyOnce())
  await connected(cluster, edges.length)
  for (const { shape, pairs } of all) {
    const open = new Set(bothWays(pairs).map(key))
    const others = edges.filter(edge => !open.has(key(edge)))
    const before = connections(cluster)
    const cut = others.length > 0 ? cluster.cut(others, 'break') : undefined
    // The nodes find out that these are gone with the first message: nobody needs to wait for that.
    const from = cluster.node(name(t.random.int(0, SIZE - 1)))
    const figures = shape === 'grid'
    if (figures) cluster.delay(() => DELAY_MS)
    const said = figures
      ? `${from.id} published a message in a grid of ${SIZE} nodes. Each message took ${DELAY_MS} ms on its link.`
      : `${from.id} published a message in a ${shape === 'random' ? 'random network' : shape} of ${SIZE} nodes.`
    t.doing(said)
    const payload = t.random.bytes(t.random.int(1, 40))
    const { id } = await from.call(publish, { payload })
    await reaches(
      cluster,
      id,
      cluster.nodes.map(node => node.id),
    )
    await cluster.quiet()
    if (figures) {
      measure(t, cluster, { id, from: from.id, pairs })
      cluster.delay(() => 0)
    }
    cut?.heal()
    if (shape !== SHAPES.at(-1)) await connected(cluster, before + others.length)
  }
}

const key = ({ from, to }: Edge) => `${from}>${to}`
const unique = (edges: readonly Edge[]) => [...new Map(edges.map(edge => [key(edge), edge])).values()]

/** What the broadcast cost, beside what every flood costs: 2e - (n - 1) copies, and as many hops as the network is wide from there. */
function measure(
  t: CheckContext,
  { trace }: Cluster,
  { id, from, pairs }: { id: string; from: string; pairs: readonly Pair[] },
): void {
  const copies = trace
    .messages('flood')
    .filter(isFlood)
    .filter(({ value }) => value.id === id)
  const events = trace.events(delivered).filter(({ data }) => data.id === id)
  const began = events.find(({ node }) => node === from)!.at
  const delays = events.filter(({ node }) => node !== from).map(({ at }) => (at - began) / DELAY_MS)
  const hops = new Map([[from, 0]])
  for (const { from: sender, to, deliveredAt } of copies.toSorted(
    (a, b) => (a.deliveredAt ?? Infinity) - (b.deliveredAt ?? Infinity),
  ))
    if (deliveredAt !== undefined && !hops.has(to)) hops.set(to, (hops.get(sender) ?? 0) + 1)
  const distances = distancesFrom(from, pairs)
  const usual = 2 * pairs.length - (SIZE - 1)
  const bytes = copies.reduce((sum, copy) => sum + copy.bytes.length, 0)
  const each = copies.length === 0 ? 0 : bytes / copies.length
  t.figures([
    {
      name: `Messages per broadcast (grid of ${SIZE})`,
      value: String(copies.length),
      reference: String(usual),
    },
    {
      name: 'Bytes per delivery',
      value: number(Math.round(bytes / (SIZE - 1))),
      reference: number(Math.round((each * usual) / (SIZE - 1))),
    },
    {
      name: 'Most hops',
      value: String(Math.max(...hops.values())),
      reference: String(Math.max(...distances)),
    },
    {
      name: 'p50, in link delays',
      value: percentile(delays, 0.5).toFixed(1),
      reference: percentile(distances, 0.5).toFixed(1),
    },
    {
      name: 'p99, in link delays',
      value: percentile(delays, 0.99).toFixed(1),
      reference: percentile(distances, 0.99).toFixed(1),
    },
  ])
}

/** Of all other nodes. */
function distancesFrom(from: string, pairs: readonly Pair[]): number[] {
  const distance = new Map([[from, 0]])
  for (const node of distance.keys())
    for (const [a, b] of pairs) {
      const other = a === node ? b : b === node ? a : undefined
      if (other !== undefined && !distance.has(other)) distance.set(other, distance.get(node)! + 1)
    }
  return [...distance.values()].filter(hops => hops > 0)
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? 0
}

export const comes: Check = async t => {
  t.doing('The checker started n1 and n2 of a line of three nodes. n2 published a message.')
  const edges = bothWays([
    ['n1', 'n2'],
    ['n2', 'n3'],
  ])
  const cluster = await startCluster(t, {
    start,
    size: 3,
    edges,
    up: ['n1', 'n2'],
    args: ({ id, host, port, peers }) => ({ id, host, port, peers, window: 1_000 }),
  })
  cluster.always(onlyOnce())
  await connected(cluster, 2)
  const say = async (node: string) => {
    const { id } = await cluster.node(node).call(publish, { payload: t.random.bytes(5) })
    return id
  }
  const early = await say('n2')
  await reaches(cluster, early, ['n1', 'n2'])
  t.doing(
    'After n1 and n2 had delivered a message, the checker started n3. When it was connected, n1 published another message.',
  )
  await cluster.node('n3').restart()
  await connected(cluster, 4)
  await reaches(cluster, await say('n1'), ['n1', 'n2', 'n3'])
  t.doing(
    'The checker reset all connections of the line. When they were there again, n3 published a message.',
  )
  cluster.reset()
  await connected(cluster, 8)
  await reaches(
    cluster,
    await say('n3'),
    ['n1', 'n2', 'n3'],
    'do you send on the new connection once a peer has one again?',
  )
  await cluster.quiet()
  const late = holders(cluster, early).includes('n3')
  if (late)
    t.fail({
      expected: 'that n3 gets only what is published after it has connected.',
      got: 'the message of before as well.',
      hint: 'flooding keeps nothing for those who come later.',
      spoke: true,
    })
}
