/**
 * Copies of the learner's program that form a network of the checker's making. For each pair of neighbors and each direction there is a link
 * that the one dials and that leads to the other (network/links), so the checker sees, counts, delays, holds and cuts whole messages.
 *
 *     const cluster = await startCluster(t, { start, size: 5, args: ({ id, host, port, peers, dataDir }) => ({ … }) })
 *     cluster.always(atMostOneLeader())
 *     await cluster.until('one node becomes leader', () => cluster.trace.events(leader).length > 0, { ms: 2_000 })
 *     const split = cluster.split([['n1', 'n2'], ['n3', 'n4', 'n5']])
 *     …
 *     split.heal()
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openFront, type Front } from '../../../network/links/front.ts'
import type { WireFormat } from '../../../network/links/unit.ts'
import { jsonFrames } from '../../../network/links/json-frames.ts'
import type { Fields, Op, Values } from '../../exercise/op.ts'
import type { Program } from '../engine/program.ts'
import type { CheckContext } from '../kit/check.ts'
import { PROGRAM } from '../transcript/transcript.ts'
import { openLinks, type ClusterLinks, type Edge } from './links.ts'
import { createNode, type ClusterNode, type StartedNode } from './node.ts'
import { createTrace, type Invariant, type Trace } from './trace.ts'
import { untilIn, type UntilOptions } from './until.ts'

const HOST = '127.0.0.1'

/** What a node is given to start with, beside what the check adds. */
export interface NodeStart {
  /** "n1", "n2", … */
  id: string
  host: string
  /** 0: any. */
  port: number
  /** Whom it dials, in random order. Their addresses are those of links; with `fronts`, each node's one address. */
  peers: { id: string; address: string }[]
  /** With `fronts`: where everyone finds this node. */
  announce?: string
  dataDir: string
}

export interface ClusterOptions<A extends Fields, R extends Fields> {
  /** The op that starts a node. Its result has the port that the node listens on. */
  start: Op<A, R>
  /** 2 to 9 nodes, n1 and so on. */
  size: number
  /** Who dials whom, as IDs. Left out: everyone dials everyone else. `bothWays` makes one from a list of pairs. */
  edges?: readonly Edge[]
  /** What `start` is called with. */
  args(node: NodeStart): Values<A>
  /** What the nodes say to each other. Left out: JSON in the frames of exercise 1.2. */
  format?: WireFormat
  /** These are started now, the others by `restart`. Left out: all. */
  up?: readonly string[]
  /** Milliseconds that each message takes. Left out: none. */
  delayMs?: number
  /** Nodes find each other by themselves: each has one address for all who dial it (network/links/front.ts). */
  fronts?: boolean
}

export interface Cluster extends ClusterLinks {
  /** n1, n2, … */
  readonly nodes: readonly ClusterNode[]
  readonly trace: Trace
  /** Throws when there is none. */
  node(id: string): ClusterNode
  /** Looks at each entry of the trace, those that are there and those to come. What it returns ends the check. */
  always(invariant: Invariant): void
  /**
   * Resolves when `condition` holds; it is tried after each entry of the trace. Fails when it does not hold after `ms` although every node that
   * is up runs and the network has nothing under way. `what` is what should happen, as in "every node delivers the message".
   */
  until(what: string, condition: () => boolean, options: UntilOptions): Promise<void>
  /**
   * Resolves to true when nothing happens any more: no message is under way, and every node that is up has run without saying anything. False after
   * `ms` (5 s when left out) of a cluster that is never quiet.
   */
  quiet(ms?: number): Promise<boolean>
  /** With `fronts`: nobody finds this node any more at its address. It gets another one, which it is told when it is started again. */
  move(id: string): Promise<void>
}

/** The same edge in both directions, for each pair. */
export const bothWays = (pairs: readonly (readonly [string, string])[]): Edge[] =>
  pairs.flatMap(([a, b]) => [
    { from: a, to: b },
    { from: b, to: a },
  ])

export async function startCluster<A extends Fields, R extends Fields & { port: unknown }>(
  t: CheckContext,
  options: ClusterOptions<A, R>,
): Promise<Cluster> {
  const { start, size, args, format = jsonFrames, delayMs = 0 } = options
  const ids = Array.from({ length: size }, (_, i) => `n${i + 1}`)
  const edges = options.edges ?? ids.flatMap(from => ids.filter(to => to !== from).map(to => ({ from, to })))
  const random = t.random.split('cluster')
  const trace = createTrace(error => t.broken(error))
  const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-cluster-'))
  const ports = new Map<string, number>()
  const starting = new Set<string>()
  let over = false
  const links = await openLinks({
    t,
    trace,
    edges,
    format,
    portOf: id => {
      if (starting.has(id)) return 'wait'
      return nodes.get(id)?.state === 'down' ? undefined : ports.get(id)
    },
  })
  const fronts = new Map<string, Front>()
  const openFrontOf = async (id: string) => {
    const leading = edges.filter(({ to }) => to === id).map(edge => [edge.from, links.portOf(edge)] as const)
    const front = await openFront({
      format,
      links: new Map(leading),
      onStranger: bytes => t.transcript.stranger('a connection', bytes),
    })
    fronts.set(id, front)
  }
  t.onEnd(async () => {
    over = true
    await Promise.all([links.close(), ...[...fronts.values()].map(front => front.close())])
  })
  if (options.fronts) await Promise.all(ids.map(openFrontOf))
  const announceOf = (id: string) => {
    const front = fronts.get(id)
    return front && `${HOST}:${front.port}`
  }
  if (delayMs > 0) links.delay(() => delayMs)

  const nodes = new Map<string, StartedNode>()
  const peersOf = (id: string) =>
    random
      .split(id)
      .shuffle(edges.filter(({ from }) => from === id))
      .map(edge => ({
        id: edge.to,
        address: announceOf(edge.to) ?? `${HOST}:${links.portOf(edge)}`,
      }))

  let first: Program | undefined = t.program
  t.transcript.rename(PROGRAM, options.up?.[0] ?? ids[0]!)
  const begin = async (node: StartedNode, change: Readonly<Record<string, unknown>>) => {
    const { id, dataDir } = node
    // Taken before anything is waited for: the others start beside it.
    starting.add(id)
    const own = first
    first = undefined
    const program = own ?? (await t.another({ lane: id }))
    node.started(program)
    const announce = announceOf(id)
    const given = {
      id,
      host: HOST,
      port: 0,
      peers: peersOf(id),
      dataDir,
      ...(announce !== undefined && { announce }),
    }
    const result = await node.call(start, { ...args(given), ...change } as Values<A>)
    ports.set(id, Number((result as { port?: unknown }).port))
    starting.delete(id)
    links.look()
    return program
  }
  await Promise.all(
    ids.map(async id => {
      const dataDir = path.join(folder, id)
      await mkdir(dataDir)
      const node: StartedNode = createNode({
        t,
        trace,
        id,
        dataDir,
        begin: change => begin(node, change),
      })
      nodes.set(id, node)
    }),
  )
  // After the programs are gone: they write until then.
  t.onEnd(() => removeWhenGone(folder, [...nodes.values()]))
  await Promise.all((options.up ?? ids).map(id => begin(nodes.get(id)!, {})))

  const all = ids.map(id => nodes.get(id)!)
  return {
    ...links,
    nodes: all,
    trace,
    node(id) {
      const node = nodes.get(id)
      if (!node) throw new Error(`the cluster has no node ${id}`)
      return node
    },
    always: trace.always,
    async move(id) {
      await fronts.get(id)?.close()
      await openFrontOf(id)
      trace.add({ kind: 'fault', what: 'moves to another address', nodes: [id] })
    },
    until: (what, condition, more) =>
      untilIn({ trace, nodes: all, links, over: () => over }, what, condition, more),
    async quiet(ms = 5_000) {
      const started = performance.now()
      for (;;) {
        const before = trace.busy()
        // Twice: what had reached a node's sockets before the first has been handled after the second.
        for (let i = 0; i < 2; i++) await Promise.all(all.map(node => node.signOfLife()))
        if (trace.busy() === before && links.underWay() === 0) return true
        if (performance.now() - started > ms) return false
        await new Promise(resolve => setTimeout(resolve, Math.min(20, 2 + delayMs)))
      }
    },
  }
}

/** A program that is being stopped may still write into its folder. */
async function removeWhenGone(folder: string, nodes: readonly StartedNode[]): Promise<void> {
  await Promise.all(nodes.map(node => (node.state === 'down' ? undefined : node.program.stop())))
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}
