/** A cluster of copies with sets that the checker knows. */
import { startCluster, type Cluster } from '../../../check/cluster/cluster.ts'
import type { Edge } from '../../../check/cluster/links.ts'
import type { Message } from '../../../check/cluster/trace.ts'
import { elapsed } from '../../../check/engine/suspension.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { number } from '../../../check/kit/finding.ts'
import exercise from '../exercise.ts'
import { HOUR_MS } from './house.ts'
import { ItemSet } from './item-set.ts'

const { start, put, status, sync } = exercise.ops

const LATE_MS = 5_000
/** So often everything is at rest before a set that differs is judged. */
const ROUNDS = 10
/** After one call: far more than one message for each item that crosses, and one for each prefix. */
const MOST_MESSAGES = 10_000

export interface Network {
  cluster: Cluster
  /** What a node should have. */
  set(id: string): ItemSet
  put(node: string, items: readonly Buffer[]): Promise<void>
  /**
   * `from` begins a sync with `to`. Resolves when both have what either had and everything is at rest, with the messages that were sent because of it;
   * fails when that does not come about.
   */
  sync(from: string, to: string, why?: string, hint?: string): Promise<Message[]>
  /** Each of these has what its set has, now or when the nodes have done what is under way. */
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
  if (syncMs === HOUR_MS) endStorms(cluster)
  const sets = new Map(cluster.nodes.map(({ id }) => [id, new ItemSet()]))
  const unite = (a: string, b: string) => {
    sets.get(a)!.add(...sets.get(b)!.items.values())
    sets.get(b)!.add(...sets.get(a)!.items.values())
  }
  /** The first node whose set is another, with what it says of it. */
  const differs = async (nodes: readonly string[]) => {
    for (const id of nodes) {
      const set = sets.get(id)!
      const said = await cluster.node(id).call(status, {})
      if (said.count !== set.count || said.digest !== set.digest) return { id, set, said }
    }
    return undefined
  }
  const expect: Network['expect'] = async (nodes, why, hint) => {
    const started = elapsed()
    for (let round = 0; ; round++) {
      await rest(t, cluster)
      const other = await differs(nodes)
      if (!other) return rest(t, cluster)
      // A program of several threads may have read a message that it has not handled.
      if (round < ROUNDS || elapsed() - started < LATE_MS / 5) {
        await pause(20)
        continue
      }
      const { id, set, said } = other
      t.fail({
        op: 'status',
        expected: `that ${id} has ${number(set.count)} items with the digest ${set.digest} ${why}.`,
        got: `${number(said.count)} items with the digest ${said.digest}.`,
        ...(hint !== undefined && { hint }),
        trail: lastMessages(cluster),
      })
    }
  }
  return {
    cluster,
    set: id => sets.get(id)!,
    async put(node, items) {
      await cluster.node(node).call(put, { items: [...items] })
      sets.get(node)!.add(...items)
    },
    async sync(from, to, why = `after ${from} has synced with ${to}`, hint) {
      const before = cluster.trace.entries.length
      await cluster.node(from).call(sync, { peer: to })
      unite(from, to)
      await expect(
        [from, to],
        why,
        hint ?? 'one sync makes both sides equal: does each side get what it lacks?',
      )
      return messagesSince(cluster, before)
    },
    expect,
    unite,
  }
}

/** There were so many connections in all. */
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
  t.fail({ ...endless(cluster.trace.messages().length), spoke: true, trail: lastMessages(cluster) })
}

/** A sync that goes on and on ends the check at once. */
function endStorms({ always }: Cluster): void {
  let messages = 0
  always(({ kind }) => {
    if (kind === 'call') messages = 0
    if (kind !== 'message' || ++messages <= MOST_MESSAGES) return undefined
    return endless(messages)
  })
}

const endless = (messages: number) => ({
  expected: 'that a sync comes to an end.',
  got: `messages that go on and on: ${number(messages)} so far.`,
  hint: 'each answer is about a longer prefix than what it answers, or about single items.',
})

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
