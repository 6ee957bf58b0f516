/** Nodes that do not answer: they cost timeouts, which must not add up, and they are not in the result. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { lagUntil } from '../../../check/kit/lag.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'
import { idSharing } from '../../shared/xor.ts'
import {
  answer,
  drawWanted,
  judgeEndless,
  lookup,
  playDht,
  settled,
  type DhtNode,
  type Played,
} from './dht.ts'
import { planNetwork } from './plan.ts'
import { differs, expectNodes, type Expected } from './result.ts'

const NODES = 64
/** 30% of them. */
const DEAD = 19
const K = 8

/** A program that was this late, in parts of the timeout, may have taken an answer for too late. */
const LATE = 1 / 3

/** Fails unless the result is right, and the machine cannot be the reason. Throws TooBusy when it can. */
export async function expectInTime(
  t: CheckContext,
  got: readonly string[],
  { timeoutMs, lag, ...expected }: Expected & { timeoutMs: number; lag: Promise<number> },
): Promise<void> {
  if (differs(got, expected) && (await lag) > LATE * timeoutMs) throw new TooBusy()
  expectNodes(t, got, expected)
}

export const answered: Check = t =>
  withTime(t, async (timeoutMs, program) => {
    const wanted = drawWanted(t)
    const alpha = t.random.int(5, 8)
    const plan = planNetwork(t.random, { target: wanted.target, k: K, nodes: NODES, dead: DEAD })
    let asked = 0
    const dead = new Set<DhtNode>()
    const { nodes, find } = await playDht(t, {
      nodes: plan.nodes,
      wanted: [wanted],
      receive: async (query, find) => {
        judgeEndless(t, ++asked)
        if (query.node.isDead) judgeRetry(t, query.node, dead)
        const named = plan.named.get(query.node.spec)
        if (named) await answer(query, named.map(find))
      },
    })
    const args = { ...wanted, seeds: [find(plan.seed).address], k: K, alpha, timeoutMs }
    const call = lookup(t, args, program)
    const lag = lagUntil(call, program.signOfLife)
    t.doing(
      `The checker called lookup with a k of ${K} and an alpha of ${alpha}, in a network of ${NODES} nodes. ${DEAD} of them are dead, which the others do not know: they name them, too.`,
    )
    const got = await settled(t, call, () => asked, { program, quietMs: timeoutMs })
    const why = new Map(
      nodes
        .filter(({ isDead }) => isDead)
        .map(({ address }) => [
          address,
          {
            which: 'which never answered',
            hint: 'do you remove nodes from the list that do not answer? That somebody names them does not mean that they are there.',
          },
        ]),
    )
    await expectInTime(t, got, {
      target: wanted.target,
      k: K,
      nodes,
      closest: plan.closest.map(find),
      why,
      missing:
        'when a node fails, the next in the list is among the k closest. Do you ask it, and go on until k have answered?',
      timeoutMs,
      lag,
    })
  })

/** Fails when a dead node is asked again. `asked` are those that were asked before. */
function judgeRetry(t: CheckContext, { spec, name }: Played<DhtNode>, asked: Set<DhtNode>): void {
  if (asked.has(spec)) {
    t.fail({
      op: 'lookup',
      expected: 'one query to each address: there is no retry.',
      got: `a second query to ${name}, which does not answer.`,
      hint: 'do you remember which addresses you have asked, also those that failed? Others go on naming a dead node.',
    })
  }
  asked.add(spec)
}

const ALPHA = 3
/** So many that wait side by side take two timeouts. */
const SILENT = 2 * ALPHA
const TIMEOUTS = SILENT / ALPHA

export const timeOuts: Check = t =>
  withTime(t, async (timeoutMs, program) => {
    await sideBySide(t, timeoutMs, program)
    await nobody(t, timeoutMs, program)
  })

/** One seed names only dead nodes, the other one nodes that are alive and farther away. */
async function sideBySide(t: CheckContext, timeoutMs: number, program: Program): Promise<void> {
  const wanted = drawWanted(t)
  const node = (name: string, bits: number): DhtNode => ({
    name,
    id: idSharing(wanted.target, bits, t.random.bytes(20)),
  })
  const dead = Array.from({ length: SILENT }, (_, i) => node(`dead node ${i + 1}`, 40 + i))
  const alive = Array.from({ length: SILENT }, (_, i) => node(`node ${i + 1}`, 20 - i))
  const [stale, fresh] = [node('seed 1', 1), node('seed 2', 0)]
  const times = new Map<DhtNode, number>()
  const silent = new Set<DhtNode>()
  let asked = 0
  const { nodes, find } = await playDht<DhtNode>(t, {
    nodes: [...alive, ...dead, stale, fresh],
    wanted: [wanted],
    receive: async (query, find) => {
      judgeEndless(t, ++asked)
      const { spec } = query.node
      const isDead = dead.includes(spec)
      if (isDead) judgeRetry(t, query.node, silent)
      times.set(spec, performance.now())
      if (!isDead) await answer(query, (spec === stale ? dead : spec === fresh ? alive : []).map(find))
    },
  })
  const seeds = [stale, fresh].map(one => find(one).address)
  const call = lookup(t, { ...wanted, seeds, k: SILENT, alpha: ALPHA, timeoutMs }, program)
  const lag = lagUntil(call, program.signOfLife)
  const returned = call.then(() => performance.now())
  returned.catch(() => {})
  t.doing(
    `The checker called lookup with an alpha of ${ALPHA}, a k of ${SILENT} and a timeoutMs of ${timeoutMs}. One seed named ${SILENT} dead nodes, the other one ${SILENT} nodes that are alive and a little farther from the target.`,
  )
  const got = await settled(t, call, () => asked, { program, quietMs: timeoutMs })
  await expectInTime(t, got, {
    target: wanted.target,
    k: SILENT,
    nodes,
    closest: alive.map(find),
    why: new Map(
      dead.map(one => [
        find(one).address,
        { which: 'which never answered', hint: 'do you remove nodes from the list that do not answer?' },
      ]),
    ),
    missing: 'when a node fails, the next in the list is among the k closest. Do you ask it then?',
    timeoutMs,
    lag,
  })
  const end = await returned
  const expected = `that ${SILENT} dead nodes cost ${TIMEOUTS} timeouts (${TIMEOUTS * timeoutMs} ms): ${ALPHA} (alpha) wait side by side.`
  const first = Math.min(...dead.map(one => times.get(one) ?? Infinity))
  const least = TIMEOUTS * (timeoutMs - EARLY_MS)
  if (end - first < least) {
    // The first query may have waited here to be read.
    if (end - first + 2 * (await lag) >= least) throw new TooBusy()
    t.fail({
      op: 'lookup',
      expected,
      got: `the result after only ${Math.round(end - first)} ms.`,
      hint: 'does each query wait timeoutMs for its answer? An answer can come at the last moment.',
    })
  }
  if (end - first < (TIMEOUTS + 1.5) * timeoutMs) return
  // A program that is late with each step is not yet one that waits too long.
  if (end - first < (TIMEOUTS + 1.5) * timeoutMs + STEPS * (await lag)) throw new TooBusy()
  t.fail({
    op: 'lookup',
    expected,
    got: `the result after ${Math.round(end - first)} ms.`,
    hint: 'does every query have a timer of its own, which starts when it is sent, and is timeoutMs in milliseconds? If nodes wait one after another, a lookup takes minutes in a network where a third is dead.',
  })
}

/** Turns of the program's event loop that the lookup takes one after another. */
const STEPS = 10
/** So much earlier than asked for may a timer fire: on Windows by a tick of its clock. */
const EARLY_MS = process.platform === 'win32' ? 16 : 3

async function nobody(t: CheckContext, timeoutMs: number, program: Program): Promise<void> {
  const wanted = drawWanted(t)
  let asked = 0
  const { nodes } = await playDht<DhtNode>(t, {
    nodes: [1, 2].map(i => ({ name: `seed ${i}`, id: t.random.bytes(20) })),
    wanted: [wanted],
    receive: () => judgeEndless(t, ++asked),
  })
  const seeds = nodes.map(({ address }) => address)
  const call = lookup(t, { ...wanted, seeds, k: K, alpha: ALPHA, timeoutMs }, program)
  t.doing('The checker called lookup with two seeds, which are both dead.')
  const got = await settled(t, call, () => asked, { program, quietMs: timeoutMs })
  expectNodes(t, got, { target: wanted.target, k: K, nodes, closest: [] })
}
