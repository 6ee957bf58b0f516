/** Six nodes of the learner's, and what a broadcast costs them. */
import { bitcoinMessages, type BitcoinMessage } from '../../../../network/links/bitcoin-messages.ts'
import { startCluster, type Cluster } from '../../../check/cluster/cluster.ts'
import type { Message } from '../../../check/cluster/trace.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import exercise from '../exercise.ts'
import { short } from './house.ts'
import { idOf, readInventory } from './inventory.ts'

const { start, publish } = exercise.ops
const { delivered } = exercise.events

/** A ring of six with its three diagonals: each node has three neighbors, and all others are neighbors of these. */
const LINKS = [
  ['n1', 'n2'],
  ['n2', 'n3'],
  ['n3', 'n4'],
  ['n4', 'n5'],
  ['n5', 'n6'],
  ['n1', 'n6'],
  ['n1', 'n4'],
  ['n2', 'n5'],
  ['n3', 'n6'],
] as const
const EDGES = LINKS.map(([from, to]) => ({ from, to }))
const SIZE = 6
const DELAY_MS = 10
const BROADCASTS = 3
/** Bytes. */
const DATA = 20_000
const RETRY_MS = 40
const DUE_MS = 1_500

/**
 * Of the reference on these links, where the first four are always the same:
 *     p2plab check 4.2 --only network
 * The times are those of the links alone, without what the machine adds: each hop takes announceMs, which is one link delay, and three messages.
 */
const REFERENCE = {
  'Messages per broadcast': '19.0',
  'Bytes per delivery of 20,000': '20,195',
  'Links that the data crosses': '5.0',
  'Most hops': '2',
  'Delivered after, p50, in link delays': '4.0',
  'Delivered after, p99, in link delays': '8.0',
}

export async function network(t: CheckContext): Promise<void> {
  const magic = t.random.bytes(4)
  t.doing(`The checker started ${SIZE} copies of your program as a network of ${LINKS.length} links.`)
  const cluster = await startCluster(t, {
    start,
    size: SIZE,
    edges: EDGES,
    format: bitcoinMessages(magic),
    delayMs: DELAY_MS,
    args: ({ host, port, peers }) => ({
      host,
      port,
      magic,
      peers: peers.map(({ address }) => address),
      announceMs: DELAY_MS,
      requestMs: NEVER_MS,
      retryMs: RETRY_MS,
      maxAnnounced: 100,
    }),
  })
  await shaken(cluster, EDGES, 0)
  const ids = cluster.nodes.map(({ id }) => id)
  const costs: Cost[] = []
  for (const origin of t.random.shuffle(ids).slice(0, BROADCASTS))
    costs.push(await broadcast(t, cluster, origin, ids))
  show(t, costs)

  const [down, origin] = t.random.shuffle(ids) as [string, string]
  const rest = ids.filter(id => id !== down)
  t.doing(`The checker killed ${down}, and published data on ${origin}.`)
  await cluster.node(down).kill()
  await broadcast(t, cluster, origin, rest)
  const since = cluster.trace.entries.length
  t.doing(`The checker started ${down} again. Its connections had ended, and what dialed it was refused.`)
  await cluster.node(down).restart()
  await shaken(
    cluster,
    EDGES.filter(({ from, to }) => from === down || to === down),
    since,
  )
  await broadcast(t, cluster, down, ids)
}

/** Both sides of each connection have got a verack, and handled it. */
async function shaken(cluster: Cluster, edges: typeof EDGES, since: number): Promise<void> {
  const veracks = (from: string, to: string) =>
    cluster.trace.entries
      .slice(since)
      .some(
        entry =>
          entry.kind === 'delivery' &&
          entry.message.label === 'verack' &&
          entry.message.from === from &&
          entry.message.to === to,
      )
  const lacking = () => edges.filter(({ from, to }) => !veracks(from, to) || !veracks(to, from))
  await cluster.until('each node shakes hands with its neighbors', () => lacking().length === 0, {
    ms: DUE_MS,
    got: () =>
      `no handshake between ${lacking()
        .map(({ from, to }) => `${from} and ${to}`)
        .join(', ')}.`,
    hint: 'dial each address in `peers`, and again retryMs after the dial has failed or the connection has ended.',
  })
  await cluster.quiet()
}

interface Cost {
  messages: number
  bytes: number
  deliveries: number
  hops: number
  /** Times that the data went over a link. */
  crossings: number
  /** Milliseconds from the call to each event. */
  times: number[]
}

const payloadOf = ({ value }: Message): Buffer => (value as BitcoinMessage).payload

/** The ids that it is about. */
function idsIn(message: Message): string[] {
  switch (message.label) {
    case 'tx':
      return [idOf(payloadOf(message))]
    case 'inv':
    case 'getdata':
    case 'notfound':
      try {
        return readInventory(payloadOf(message)).map(({ id }) => id)
      } catch {
        return []
      }
    default:
      return []
  }
}

/** Publishes data on one node, and fails unless each of the nodes gets it once. */
async function broadcast(
  t: CheckContext,
  cluster: Cluster,
  origin: string,
  nodes: readonly string[],
): Promise<Cost> {
  const data = t.random.bytes(DATA)
  const id = idOf(data)
  const { trace } = cluster
  const since = trace.entries.length
  await cluster.node(origin).call(publish, { payload: data })
  t.doing(
    `The checker published ${count(DATA, 'byte')} on ${origin} in a network of ${count(nodes.length, 'node')}.`,
  )
  const events = () =>
    trace.events(delivered).filter(({ index, data: one }) => index >= since && one.id.toString('hex') === id)
  const lacking = () => nodes.filter(node => !events().some(event => event.node === node))
  const about = () =>
    trace.entries
      .slice(since)
      .filter((entry): entry is Message => entry.kind === 'message')
      .filter(message => idsIn(message).includes(id))
  await cluster.until(`${origin} delivers its own data`, () => !lacking().includes(origin), {
    ms: DUE_MS,
    got: () => `${origin} did not.`,
    hint: 'data that you publish is new to your node, too: emit delivered for it.',
    because: about,
  })
  await cluster.until('every node delivers the data', () => lacking().length === 0, {
    ms: DUE_MS,
    got: () => `${lacking().join(', ')} did not.`,
    hint: 'each node announces what is new to it to its other neighbors: to those that have dialed it, too.',
    because: about,
  })
  if (!(await cluster.quiet())) {
    t.fail({
      op: 'publish',
      expected: 'a network that is quiet when every node has the data.',
      got: 'messages without end.',
      hint: 'does your program send a message although nothing is new?',
    })
  }
  const messages = about()
  const of = (label: string) => messages.filter(message => message.label === label)
  const once = (some: readonly Message[], where: (message: Message) => string) => {
    const places = some.map(where)
    const at = places.findIndex((place, i) => places.indexOf(place) < i)
    return at < 0 ? undefined : some.filter(message => where(message) === places[at])
  }
  const fail = (expected: string, got: string, hint: string, because: readonly Message[]) =>
    t.fail({
      op: 'publish',
      expected,
      got,
      hint,
      spoke: true,
      trail: because.map(
        ({ at, from, to, label }) =>
          `${(at - messages[0]!.at).toFixed(1).padStart(8)} ms  ${from} → ${to}: ${label} ${short(id)}`,
      ),
    })
  const twice = once(of('tx'), ({ to }) => to)
  if (twice) {
    fail(
      `that each of the other ${nodes.length - 1} nodes gets the data once.`,
      `${twice[0]!.to} got it ${twice.length} times.`,
      'while you wait for data from one peer, do not ask another one.',
      twice,
    )
  }
  const back = of('tx').filter(({ to }) => to === origin)
  if (back.length > 0) {
    fail(
      `that nobody sends the data to ${origin}, which has published it.`,
      `${back[0]!.from} did.`,
      'send data only to peers that ask for it, and do not ask for what you have.',
      back,
    )
  }
  const told = once(of('inv'), ({ from, to }) => `${from}>${to}`)
  if (told) {
    fail(
      'that each node announces the data to a neighbor once.',
      `${told[0]!.from} announced it to ${told[0]!.to} ${told.length} times.`,
      'do you take an id out of the list of what to announce when its inv is sent?',
      told,
    )
  }
  const found = events()
  const call = trace.calls(publish.name).at(-1)!
  return {
    messages: messages.length,
    bytes: messages.reduce((sum, { bytes }) => sum + bytes.length, 0),
    deliveries: nodes.length - 1,
    crossings: of('tx').length,
    hops: hopsOf(of('tx'), origin),
    times: found.filter(({ node }) => node !== origin).map(({ at }) => at - call.at),
  }
}

/** The longest way of the data from its origin. */
function hopsOf(sent: readonly Message[], origin: string): number {
  const hops = new Map([[origin, 0]])
  for (const { from, to } of sent) hops.set(to, (hops.get(from) ?? 0) + 1)
  return Math.max(...hops.values())
}

function show(t: CheckContext, costs: readonly Cost[]): void {
  const sum = (of: (cost: Cost) => number) => costs.reduce((total, cost) => total + of(cost), 0)
  const mean = (of: (cost: Cost) => number) => (sum(of) / costs.length).toFixed(1)
  const times = costs.flatMap(cost => cost.times).sort((a, b) => a - b)
  const delays = (share: number) => (times[Math.ceil(times.length * share) - 1]! / DELAY_MS).toFixed(1)
  const values: Readonly<Record<keyof typeof REFERENCE, string>> = {
    'Messages per broadcast': mean(({ messages }) => messages),
    'Bytes per delivery of 20,000': number(
      Math.round(sum(({ bytes }) => bytes) / sum(({ deliveries }) => deliveries)),
    ),
    'Links that the data crosses': mean(({ crossings }) => crossings),
    'Most hops': String(Math.max(...costs.map(({ hops }) => hops))),
    'Delivered after, p50, in link delays': delays(0.5),
    'Delivered after, p99, in link delays': delays(0.99),
  }
  t.figures(
    Object.entries(values).map(([name, value]) => ({
      name,
      value,
      reference: REFERENCE[name as keyof typeof REFERENCE],
    })),
  )
}
