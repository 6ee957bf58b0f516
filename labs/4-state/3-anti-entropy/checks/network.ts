/** A cluster of copies with sets that the checker knows. */
import { startCluster, type Cluster } from '../../../check/cluster/cluster.ts'
import type { Edge } from '../../../check/cluster/links.ts'
import type { Message } from '../../../check/cluster/trace.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import exercise from '../exercise.ts'
import { HOUR_MS } from './house.ts'
import { ItemSet } from './item-set.ts'

const { start, put, status, sync } = exercise.ops

const LATE_MS = 5_000

export interface Network {
  cluster: Cluster
  /** What a node should have. */
  set(id: string): ItemSet
  put(node: string, items: readonly Buffer[]): Promise<void>
  /** One begins a sync with the other, and everything comes to rest. The messages that were sent because of it. */
  sync(from: string, to: string): Promise<Message[]>
  /** Each of these has what its set has. */
  expect(nodes: readonly string[], why: string, hint?: string): Promise<void>
  /** Both have now what either had. */
  unite(a: string, b: string): void
}

export async function openNetwork(
  t: CheckContext,
  { size, edges, syncMs = HOUR_MS }: { size: number; edges?: readonly Edge[]; syncMs?: number },
): Promise<Network> {
  const cluster = await startCluster(t, {
    start,
    size,
    ...(edges && { edges }),
    args: ({ id, host, port, peers, dataDir }) => ({ id, host, port, peers, dataDir, syncMs }),
  })
  await connected(cluster, edges?.length ?? size * (size - 1))
  const sets = new Map(cluster.nodes.map(({ id }) => [id, new ItemSet()]))
  return {
    cluster,
    set: id => sets.get(id)!,
    async put(node, items) {
      await cluster.node(node).call(put, { items: [...items] })
      sets.get(node)!.add(...items)
    },
    async sync(from, to) {
      const before = cluster.trace.entries.length
      await cluster.node(from).call(sync, { peer: to })
      await rest(t, cluster)
      return messagesSince(cluster, before)
    },
    async expect(nodes, why, hint) {
      for (const id of nodes) {
        const { count, digest } = await cluster.node(id).call(status, {})
        const set = sets.get(id)!
        if (count !== set.count || digest !== set.digest)
          t.fail({
            op: 'status',
            expected: `that ${id} has ${number(set.count)} items with the digest ${set.digest} ${why}.`,
            got: `${number(count)} items with the digest ${digest}.`,
            ...(hint !== undefined && { hint }),
            trail: lastMessages(cluster),
          })
      }
    },
    unite(a, b) {
      sets.get(a)!.add(...sets.get(b)!.items.values())
      sets.get(b)!.add(...sets.get(a)!.items.values())
    },
  }
}

/** `more`: connections from now on, beside those that there were. */
export const connected = (cluster: Cluster, count: number) =>
  cluster.until('every node connects to each of its peers', () => connections(cluster) >= count, {
    ms: LATE_MS,
    got: () => `${connections(cluster)} of ${count} connections.`,
    hint: 'do you open a connection to every peer, and send {"from": …} first?',
  })

export const connections = ({ trace }: Cluster) =>
  trace.entries.filter(({ kind }) => kind === 'connected').length

export async function rest(t: CheckContext, cluster: Cluster): Promise<void> {
  if (await cluster.quiet(30_000)) return
  t.fail({
    expected: 'that a sync comes to an end.',
    got: `messages that go on and on: ${number(cluster.trace.messages().length)} so far.`,
    hint: 'each answer is about a longer prefix than what it answers, or about single items.',
    spoke: true,
    trail: lastMessages(cluster),
  })
}

export const messagesSince = ({ trace }: Cluster, index: number): Message[] =>
  trace.messages().filter(message => message.index >= index)

export const bytesOf = (messages: readonly Message[]): number =>
  messages.reduce((sum, { bytes }) => sum + bytes.length, 0)

const lastMessages = ({ trace }: Cluster): string[] =>
  trace
    .messages()
    .slice(-8)
    .map(({ from, to, bytes }) => `${from} → ${to}: ${bytes.toString('utf8', 4, 124)}`)

/** The messages of a sync: how many bytes of which kind. */
export function kinds(messages: readonly Message[]): string {
  const labels = [...new Set(messages.map(({ label }) => label))]
  return labels
    .map(label => {
      const some = messages.filter(message => message.label === label)
      return `${number(some.length)} ${label} (${number(bytesOf(some))} bytes)`
    })
    .join(', ')
}

/** How many items they brought. */
export const carriedBy = (messages: readonly Message[]): number =>
  messages.reduce((sum, { label, value }) => {
    const { items } = value as { items?: unknown }
    return label === 'items' && Array.isArray(items) ? sum + items.length : sum
  }, 0)
