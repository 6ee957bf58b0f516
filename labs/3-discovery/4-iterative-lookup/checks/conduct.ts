/**
 * A lookup in which the checker decides when each query is answered: one at a time, after the program has done all that it can do. So it is known at
 * every moment what the program knows, and no clock is needed. Nobody times out.
 */
import type { CheckContext } from '../../../check/kit/check.ts'
import { NEVER_MS } from '../../../check/kit/happens.ts'
import { happens } from '../../../check/kit/patience.ts'
import { count } from '../../../check/kit/finding.ts'
import { ID_BYTES, type Contact } from '../../shared/krpc.ts'
import { idSharing } from '../../shared/xor.ts'
import {
  answer,
  judgeEndless,
  lookup,
  ONCE,
  playDht,
  type Dht,
  type DhtNode,
  type Find,
  type Played,
  type Query,
  type Wanted,
} from './dht.ts'
import { createModel } from './model.ts'

/** A program that runs, and does not do for so long what is due, does not do it. */
const PATIENT_MS = 2_000
/** Turns of the program's event loop in which it would do what it does too much. */
const QUIET_ROUNDS = 5

export interface Conducted<N extends DhtNode> {
  wanted: Wanted
  k: number
  alpha: number
  nodes: readonly N[]
  seeds: readonly N[]
  /** What this node names; called after all nodes are played. */
  names(node: Played<N>, find: Find<N>): readonly Contact[]
  /** The query to answer next, of those that wait. Left out: any. */
  pick?(waiting: readonly Query<N>[]): Query<N>
  /** Before a query is answered. */
  before?(query: Query<N>, waiting: readonly Query<N>[], find: Find<N>): Promise<void>
  /** Of a query that is not in order. Left out: it is not judged. */
  judge?: {
    /** More or fewer queries are in flight than alpha. */
    inFlight?: true
    /** An address was asked before. */
    once?: true
    /** A node was asked that is not among the k closest, or was asked before. */
    closest?: true
  }
  /** Called with each query when it comes: to fail for a node that must not be asked. */
  onAsked?(node: Played<N>): void
  /** As the first words of what the check says it does: "The checker called lookup …". */
  doing: string
}

export interface Outcome<N extends DhtNode> extends Dht<N> {
  got: string[]
  /** In the order in which they came. */
  queries: readonly Query<N>[]
}

export async function conduct<N extends DhtNode>(t: CheckContext, plan: Conducted<N>): Promise<Outcome<N>> {
  const { wanted, k, alpha, judge = {} } = plan
  const queries: Query<N>[] = []
  let waiting: Query<N>[] = []
  let changed = Promise.withResolvers<void>()
  const wake = () => {
    changed.resolve()
    changed = Promise.withResolvers()
  }
  let begun = () => {}
  const ready = new Promise<void>(resolve => (begun = resolve))

  // Nobody names it before the lookup is over, so it is none that the plan has to know.
  const late = {
    name: 'a node that was named only then',
    id: idSharing(wanted.target, 100, t.random.bytes(ID_BYTES)),
  } as N
  const { nodes, find } = await playDht<N>(t, {
    nodes: [...plan.nodes, late],
    wanted: [wanted],
    async receive(query) {
      await ready
      queries.push(query)
      plan.onAsked?.(query.node)
      judgeAsked(query)
      judgeTransaction(query)
      waiting.push(query)
      wake()
    },
  })
  const seeds = plan.seeds.map(node => find(node).address)
  const model = createModel(wanted, { seeds, k })
  /** Whom the program may ask: also after the answer before the last one, which it may still have to read. */
  let allowed = new Set(model.due())
  const asked = new Set<string>()

  function judgeAsked({ node }: Query<N>): void {
    judgeEndless(t, queries.length)
    const isNew = !asked.has(node.address)
    asked.add(node.address)
    model.asked(node.address)
    if (!isNew && (judge.once || judge.closest)) {
      t.fail({
        op: 'lookup',
        expected: 'one query to each address.',
        got: `a second query to ${node.name} (${node.address}).`,
        hint: ONCE,
      })
    }
    if (!judge.closest || allowed.has(node.address)) return
    t.fail({
      op: 'lookup',
      expected: `queries only to nodes that are among the ${k} closest (k) at that moment, without those that failed.`,
      got: `a query to ${node.name}, which is farther from the target.`,
      hint: 'the list is sorted by distance to the target. Do you look only at its first k, each time before you ask?',
    })
  }

  function judgeTransaction({ node, t: id }: Query<N>): void {
    const same = waiting.find(query => query.t.equals(id))
    if (!same || same.node === node) return
    t.fail({
      op: 'lookup',
      expected: 'a transaction ID of its own for each query in flight.',
      got: `the transaction ID ${id.toString('hex') || '(no bytes)'} in the queries to ${same.node.name} and ${node.name}, neither of which has an answer.`,
      hint: 'do you draw the transaction ID anew for each query, or count it up? It tells which query an answer belongs to.',
    })
  }

  const call = lookup(t, { ...wanted, seeds, k, alpha, timeoutMs: NEVER_MS })
  let isReturned = false
  const end = () => void (isReturned = true)
  const returned = call.then(end, end)
  t.doing(`${plan.doing} It holds each answer back until your program has nothing more to do.`)
  begun()

  /** Until so many queries wait, or the call has returned. Whether it came to that. */
  async function until(wanted: number, ms: number): Promise<boolean> {
    const reached = async () => {
      while (!isReturned && waiting.length < wanted) await changed.promise
    }
    return happens(Promise.race([reached(), returned]), { ms, signOfLife: t.program.signOfLife })
  }

  for (;;) {
    const due = model.due().length
    const most = Math.min(alpha, waiting.length + due)
    const full = await until(most, judge.inFlight && due > 0 ? PATIENT_MS : 0)
    if (isReturned) break
    if (judge.inFlight) judgeInFlight(most, full)
    if (waiting.length === 0) await untilAnything(due)
    if (isReturned) break
    // Over, but for queries to nodes that are not among the closest any more: a program may wait for them, and need not.
    if (model.isOver() && (await until(Infinity, 0))) break
    const next = plan.pick ? plan.pick(waiting) : t.random.pick(waiting)
    await plan.before?.(next, waiting, find)
    const named = plan.names(next.node, find)
    allowed = new Set(model.due())
    model.answered(next.node.address, next.node.id, named)
    for (const address of model.due()) allowed.add(address)
    waiting = waiting.filter(query => query !== next)
    await answer(next, named)
  }
  const got = await call
  await judgeQuiet()
  return { got, nodes, find, queries }

  /** Answers what still waits, and sees that nothing comes of it. */
  async function judgeQuiet(): Promise<void> {
    const before = queries.length
    for (const query of waiting) await answer(query, [find(late)])
    for (let i = 0; i < QUIET_ROUNDS; i++) await t.program.signOfLife()
    const after = queries[before]
    if (!after) return
    t.fail({
      op: 'lookup',
      expected: 'no more queries after lookup has returned.',
      got: `a query to ${after.node.name}.`,
      hint: 'a query can still be in flight when the lookup ends. Does its answer lead to nothing any more?',
    })
  }

  function judgeInFlight(most: number, full: boolean): void {
    if (waiting.length > alpha) {
      t.fail({
        op: 'lookup',
        expected: `at most ${alpha} (alpha) queries in flight.`,
        got: `${waiting.length} queries that have no answer yet.`,
        hint: 'do you count the queries in flight, and send the next one only when one has ended?',
      })
    }
    if (full) return
    t.fail({
      op: 'lookup',
      expected: `${most} queries in flight: alpha is ${alpha}, and there are nodes to ask among the ${k} closest.`,
      got: `${waiting.length}, although your program runs.`,
      hint:
        waiting.length === 0
          ? 'do you ask the closest nodes that were named?'
          : 'does a query that ends make room for the next at once? A program that waits for all of a round stands still with one slow node.',
    })
  }

  async function untilAnything(due: number): Promise<void> {
    if (await until(1, PATIENT_MS)) return
    t.fail({
      op: 'lookup',
      expected:
        due > 0
          ? `that the lookup goes on: ${count(due, 'node')} of the ${k} closest ${due === 1 ? 'was' : 'were'} not asked yet.`
          : `that lookup returns: the ${k} closest have all answered.`,
      got: 'neither a query nor a result, although your program runs.',
      hint:
        queries.length === 0
          ? 'do you ask the seeds first?'
          : 'does each answer lead to the next queries, and the last one to the end?',
    })
  }
}
