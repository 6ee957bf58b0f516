/** Copies of the program as one cluster, and how a client deals with it. */
import { startCluster, type Cluster } from '../../../check/cluster/cluster.ts'
import type { Call } from '../../../check/cluster/trace.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import exercise from '../exercise.ts'
import { safety } from './safety.ts'
import { slower, slowness, type Timers } from './pace.ts'

const { ops, events } = exercise
/** For what takes an election or two. On a machine that is busy with other things, elections fail again and again. */
const LONG_MS = 3_000

export interface Group extends Cluster {
  /** For what takes an election or two, in ms. */
  longMs: number
  /** The nodes of these that say that they lead, the greatest term first. Left out: all that are up. */
  leaders(among?: readonly string[]): { node: string; term: number }[]
  /** Resolves with a leader, which may not be one any more. */
  leader(what: string, among?: readonly string[]): Promise<string>
  /** Until one of these nodes has applied the command. Resolves with the index. */
  decide(command: string, among?: readonly string[]): Promise<number>
  /** Submits without waiting for the answer, which the call shows. */
  submit(node: string, command: string): Call
  /** The command at this index is applied on all of these nodes. */
  everywhere(index: number, nodes: readonly string[]): Promise<void>
  /** The commands that a node has applied since it was started last. */
  applied(node: string): string[]
}

export async function openGroup(t: CheckContext, size: number, asked: Timers): Promise<Group> {
  const slow = await slowness(t.program)
  const timers = slower(asked, slow)
  const cluster = await startCluster(t, {
    start: ops.start,
    size,
    args: node => ({ ...node, ...timers }),
  })
  cluster.always(safety())
  return groupOf(cluster, LONG_MS * slow)
}

/** Of a cluster whose program has the op submit and the events of this exercise. */
export function groupOf(cluster: Cluster, longMs: number): Group {
  const ids = cluster.nodes.map(({ id }) => id)
  const { trace } = cluster

  /** Where the node's present life begins in the trace. */
  const life = (node: string) =>
    trace.faults.findLast(({ what, nodes }) => what === 'is started again' && nodes.includes(node))?.index ??
    -1
  const leaders: Group['leaders'] = (among = ids) => {
    const found: { node: string; term: number }[] = []
    for (const node of among) {
      if (cluster.node(node).state !== 'up') continue
      const last = trace.lastEvent(node, ['leader', 'follower'])
      if (last?.event === 'leader' && last.index > life(node))
        found.push({ node, term: (last.data as { term: number }).term })
    }
    return found.sort((a, b) => b.term - a.term)
  }
  const group: Group = {
    ...cluster,
    longMs,
    leaders,
    async leader(what, among) {
      // As it was when there was one: it may have stepped down since.
      let found: { node: string } | undefined
      await cluster.until(what, () => (found = leaders(among)[0]) !== undefined, {
        ms: longMs,
        hint: 'a majority is up and connected: does a node whose timer ends become a candidate, again and again, each time after another random time?',
      })
      return found!.node
    },
    submit(node, command) {
      void cluster
        .node(node)
        .ask(ops.submit, { command }, { ms: NEVER_MS })
        .catch(() => {})
      return trace.calls('submit').at(-1)!
    },
    async decide(command, among = ids) {
      for (;;) {
        const node = await group.leader(`one of ${among.join(', ')} becomes leader`, among)
        const call = group.submit(node, command)
        await cluster.until(
          `"${command}" is committed, which ${node} was given as leader, or another node leads`,
          () => call.answeredAt !== undefined || leaders(among)[0]?.node !== node,
          {
            ms: longMs,
            hint: 'a majority is up and connected: does the leader send the entry again until a majority stores it?',
          },
        )
        if (call.result) return (call.result as { index: number }).index
        await pause(10)
      }
    },
    everywhere: (index, nodes) =>
      cluster.until(
        `${nodes.join(', ')} apply all up to index ${index}`,
        () => nodes.every(node => group.applied(node).length >= index),
        {
          ms: longMs,
          hint: 'does the leader bring a peer that missed entries up to date? Does leaderCommit go along in each append-entries?',
          got: () => nodes.map(node => `${node} has applied ${group.applied(node).length}`).join(', ') + '.',
        },
      ),
    applied: node => {
      const since = life(node)
      return trace
        .events(events.committed, node)
        .filter(({ index }) => index > since)
        .map(({ data }) => data.command)
    },
  }
  return group
}
