/**
 * Event logs as a network writes them, made in code: nodes that start, discover each other, dial, graft, and pass messages
 * on along their mesh. Times, peer ids and the mesh come from a seed, so that a failure can be run again.
 */
import type { NetworkEvent } from '../../../network/events.ts'
import { seededRandom } from '../../../network/random.ts'

export const TOPIC = 'p2plab'
/** Two receipts are never closer: times of today have no room for finer differences in a double. */
const APART_MS = 0.01
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** A peer id for n1, n2, … in base58, of the usual length. */
export const peerOf = (node: string): string => {
  const digits = [...node.slice(1)].map(d => ALPHABET[Number(d) + 10]).join('')
  return `12D3KooW${'abcdefghijkmnopqrstuvwxyz'.repeat(2)}`.slice(0, 52 - digits.length) + digits
}
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i + 1}`)
const addressOf = (node: string) => `/ip4/127.0.0.1/tcp/${40_000 + Number(node.slice(1))}/p2p/${peerOf(node)}`
const pair = (a: string, b: string) => `${a} ${b}`

export interface Recording {
  events: NetworkEvent[]
  nodes: string[]
  /** Neighbours in the mesh. */
  mesh: Map<string, string[]>
}

/** A network of `count` nodes from nothing to ready. Every node links to the one before it and a few others. */
export function startUp(
  count: number,
  options: { seed?: number; at?: number; network?: string } = {},
): Recording {
  const next = seededRandom(options.seed ?? 1)
  let at = options.at ?? 1_795_000_000_000
  const tick = () => (at += 0.5 + next() * 3)
  const nodes = names(count)
  const links: [string, string][] = []
  const mesh = new Map(nodes.map((n): [string, string[]] => [n, []]))
  const extra: [string, string][] = []
  nodes.forEach((n, i) => {
    if (i > 0) links.push([n, nodes[Math.floor(next() * i)]!])
    if (i > 3) links.push([n, nodes[Math.floor(next() * i)]!])
    if (i > 2 && next() < 0.4) extra.push([n, nodes[Math.floor(next() * i)]!])
  })
  const events: NetworkEvent[] = [
    {
      type: 'network-started',
      at,
      network: options.network ?? 'net-1',
      requested: count,
      topology: 'random',
      discovery: count <= 25 ? 'mdns' : 'assigned',
      topic: TOPIC,
    },
  ]
  for (const node of nodes) events.push({ type: 'node-starting', at: tick(), node, degree: 4 })
  for (const node of nodes)
    events.push(
      {
        type: 'node-listening',
        at: tick(),
        node,
        pid: 4_000 + Number(node.slice(1)),
        peerId: peerOf(node),
        addresses: [addressOf(node)],
      },
      { type: 'subscribed', at: tick(), node, topic: TOPIC },
    )
  const known = new Set<string>()
  const isMesh = new Set(links)
  for (const link of [...links, ...extra]) {
    const [a, b] = link
    if (known.has(pair(a, b))) continue
    known.add(pair(a, b)).add(pair(b, a))
    const peer = peerOf(b)
    events.push(
      { type: 'discovered', at: tick(), node: a, peer, via: 'mdns', addresses: [addressOf(b)] },
      { type: 'dialling', at: tick(), node: a, peer },
      { type: 'connected', at: tick(), node: a, peer, direction: 'outbound', address: addressOf(b) },
      {
        type: 'connected',
        at: tick(),
        node: b,
        peer: peerOf(a),
        direction: 'inbound',
        address: addressOf(a),
      },
      {
        type: 'identified',
        at: tick(),
        node: a,
        peer,
        agent: 'js-libp2p/3.3.11',
        protocols: ['/meshsub/1.1.0'],
      },
    )
    if (!isMesh.has(link)) continue
    mesh.get(a)!.push(b)
    mesh.get(b)!.push(a)
    for (const [x, y] of [
      [a, b],
      [b, a],
    ] as const)
      events.push(
        { type: 'grafted', at: tick(), node: x, peer: peerOf(y), topic: TOPIC, direction: 'outbound' },
        { type: 'mesh', at: tick(), node: x, topic: TOPIC, peers: mesh.get(x)!.map(peerOf) },
      )
  }
  events.push({ type: 'network-ready', at: tick(), readyMs: 902.4 })
  return { events, nodes, mesh }
}

export interface Broadcast {
  id: string
  events: NetworkEvent[]
  /** The links it took first, in the order of their times. */
  hops: { from: string; to: string; hop: number; ms: number }[]
}

/** A message from `root` along the mesh, as gossipsub floods it: whoever has it sends it to the others of its mesh. */
export function broadcast(
  { mesh }: Pick<Recording, 'mesh'>,
  root: string,
  options: { id?: string; seed?: number; at?: number; text?: string; without?: readonly string[] } = {},
): Broadcast {
  const { id = 'a1b2', at = 1_795_000_010_000, text = 'hello' } = options
  const next = seededRandom(options.seed ?? 7)
  const without = new Set(options.without)
  const had = new Map([[root, { ms: 0, hop: 0 }]])
  let last = 0
  const bytes = text.length
  const events: NetworkEvent[] = []
  const hops: Broadcast['hops'] = []
  // Copies on their way, the earliest first.
  const wire = mesh.get(root)!.map(to => ({ from: root, to, ms: 1 + next() * 4 }))
  for (wire.sort((a, b) => a.ms - b.ms); wire.length > 0; wire.sort((a, b) => a.ms - b.ms)) {
    const { from, to, ms: arrival } = wire.shift()!
    if (without.has(to)) continue
    const ms = (last = Math.max(arrival, last + APART_MS))
    const common = { at: at + ms, node: to, message: id, topic: TOPIC, from: peerOf(from) }
    if (had.has(to)) {
      events.push({ type: 'duplicate', ...common })
      continue
    }
    const hop = had.get(from)!.hop + 1
    had.set(to, { ms, hop })
    hops.push({ from, to, hop, ms })
    events.push({ type: 'received', ...common, origin: peerOf(root), bytes })
    for (const other of mesh.get(to)!)
      if (other !== from) wire.push({ from: to, to: other, ms: ms + 1 + next() * 4 })
  }
  const recipients = mesh.get(root)!.map(peerOf)
  events.unshift({ type: 'published', at, node: root, message: id, topic: TOPIC, bytes, text, recipients })
  return { id, events, hops }
}
