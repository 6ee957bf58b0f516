/**
 * The baseline of `npm run bench -- network`: what one would write without the product. All nodes in this one process, made with
 * libp2p's own packages; nothing is observed but what arrives. The graph, the messages and what counts as ready are the
 * product's (docs/contract.md), and so are the settings without which so many nodes on one address do not work.
 *
 *     node bench/plain-libp2p.ts NODES MESSAGES BYTES SEED
 *
 * Prints one JSON object with the same names as `p2plab broadcast --json`. Ends when its standard input does.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { percentile } from '../cli/deliveries.ts'
import { planLinks } from '../network/orchestrator/topology.ts'
import { seededRandom } from '../network/random.ts'

const TOPIC = 'plain/broadcast'
/** gossipsub's: what a node needs in its mesh, if it has so many links. */
const D_LOW = 4
/** Dials, and everything that belongs to one: libp2p's 10 s are short where hundreds are made at once. Milliseconds. */
const PATIENCE_MS = 30_000
/** Between two looks at the mesh, and between two dials of one peer. Milliseconds. */
const LOOK_MS = 10
const RETRY_MS = 1_000
const READY_DEADLINE_MS = 180_000
/** For one message, as `p2plab broadcast` has it. Milliseconds. */
const DELIVERY_DEADLINE_MS = 5_000

process.stdin.on('end', () => process.exit(1)).resume()

const numbers = process.argv.slice(2).map(Number)
if (numbers.length !== 4 || !numbers.every(Number.isInteger) || numbers[0]! < 2 || numbers[2]! < 4) {
  console.error(
    'Usage: node bench/plain-libp2p.ts NODES MESSAGES BYTES SEED: whole numbers, 2 nodes and 4 bytes at least.',
  )
  process.exit(2)
}
const [count, messages, size, seed] = numbers as [number, number, number, number]

const createNode = () =>
  createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: {
      // Else five connections a second from one address, and ten pending ones.
      allow: ['/ip4/127.0.0.0/ipcidr/8'],
      maxConnections: 1_000,
      dialTimeout: PATIENCE_MS,
      addressDialTimeout: PATIENCE_MS,
      inboundUpgradeTimeout: PATIENCE_MS,
      inboundStreamProtocolNegotiationTimeout: PATIENCE_MS,
      outboundStreamProtocolNegotiationTimeout: PATIENCE_MS,
    },
    // Else a connection whose ping is late on a busy machine is closed, and stays so.
    connectionMonitor: { enabled: false },
    services: {
      identify: identify({ timeout: PATIENCE_MS }),
      pubsub: gossipsub({
        allowPublishToZeroTopicPeers: true,
        // As in the product, or messages would take other ways.
        floodPublish: false,
        // Else peers on one address lose their score.
        scoreParams: { IPColocationFactorWhitelist: new Set(['127.0.0.1']) },
      }),
    },
  })
type Node = Awaited<ReturnType<typeof createNode>>

const nodes = await Promise.all(Array.from({ length: count }, createNode))
for (const node of nodes) node.services.pubsub.subscribe(TOPIC)

const random = seededRandom(seed)
const links = planLinks('random', count, random)
let failedDials = 0
await Promise.all(nodes.map((node, i) => dialAll(node, i)))

/** One after another for each node, all nodes at a time. */
async function dialAll(node: Node, position: number): Promise<void> {
  for (const [a, b] of links) {
    if (a !== position) continue
    for (;;) {
      try {
        await node.dial(nodes[b]!.getMultiaddrs())
        break
      } catch {
        failedDials++
        await wait(RETRY_MS)
      }
    }
  }
}

const degrees = nodes.map((_, i) => links.filter(link => link.includes(i)).length)
/** A method of gossipsub's that its type leaves out. */
const meshOf = ({ services: { pubsub } }: Node) =>
  (pubsub as unknown as { getMeshPeers(topic: string): string[] }).getMeshPeers(TOPIC)

/** Why it is not true yet that every node has its mesh peers, the mesh is symmetric, and it is connected. */
function unhealthy(): string | undefined {
  const mesh = new Map<string, ReadonlySet<string>>()
  for (const [i, node] of nodes.entries()) {
    const peers = meshOf(node)
    const wanted = Math.min(D_LOW, degrees[i]!)
    if (peers.length < wanted)
      return `node ${i} has ${peers.length} of ${wanted} mesh peers, ${node.services.pubsub.getSubscribers(TOPIC).length} subscribers and ${node.getPeers().length} connections`
    mesh.set(node.peerId.toString(), new Set(peers))
  }
  for (const [id, peers] of mesh)
    for (const peer of peers) if (!mesh.get(peer)?.has(id)) return 'a mesh link has one end only'
  const reached = new Set<string>()
  const queue = [nodes[0]!.peerId.toString()]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (reached.has(id)) continue
    reached.add(id)
    queue.push(...mesh.get(id)!)
  }
  return reached.size === count ? undefined : `the mesh reaches ${reached.size} nodes`
}
for (let why = unhealthy(); why !== undefined; why = unhealthy()) {
  if (performance.now() > READY_DEADLINE_MS) {
    console.error(`No healthy mesh of ${count} nodes after ${READY_DEADLINE_MS / 1000} s: ${why}.`)
    process.exit(1)
  }
  await wait(LOOK_MS)
}
const readyMs = Math.round(performance.now())

const times: number[] = []
const sent: { at: number; left: number; done: () => void }[] = []
for (const { services } of nodes)
  services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }) => {
    const message = sent[Buffer.from(msg.data).readUInt32BE(0)]!
    times.push(performance.now() - message.at)
    if (--message.left === 0) message.done()
  })
for (let number = 0; number < messages; number++) {
  const publisher = nodes[Math.floor(random() * count)]!
  const data = Buffer.concat([Buffer.alloc(4), randomBytes(size - 4)])
  data.writeUInt32BE(number)
  const { promise, resolve } = Promise.withResolvers<void>()
  sent.push({ at: performance.now(), left: count - 1, done: resolve })
  await publisher.services.pubsub.publish(TOPIC, data)
  await Promise.race([promise, wait(DELIVERY_DEADLINE_MS, undefined, { ref: false })])
}

const { user, system } = process.cpuUsage()
const result = {
  nodes: count,
  messages,
  expected: messages * (count - 1),
  delivered: times.length,
  failedDials,
  readyMs,
  p50Ms: percentile(times, 0.5),
  p99Ms: percentile(times, 0.99),
  rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
  cpuMs: Math.round((user + system) / 1_000),
}
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
