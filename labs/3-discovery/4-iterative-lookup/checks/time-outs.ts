/** What dead nodes cost: each waits for a timeout of its own, beside the others, whatever goes on meanwhile. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { lateUntil } from '../../../check/kit/lateness.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'
import { idSharing } from '../../shared/xor.ts'
import { answer, drawWanted, judgeEndless, lookup, playDht, settled, type DhtNode } from './dht.ts'
import { expectNodes } from './result.ts'
import { expectInTime, judgeRetry } from './silent.ts'

const K = 6
const ALPHA = 3
/** While a node that is alive takes its time, two of them wait side by side. So they take two timeouts. */
const SILENT = 4
const TIMEOUTS = 2
/** So long do slow nodes take, in timeouts: each answer leads to another query before the dead nodes have failed. */
const SLOW = 1 / 2
/** So much longer than it should, in timeouts, may a dead node take up its place, and the lookup last. */
const PLACE_SLACK = 0.6
const END_SLACK = 1.5
/** The timeout of the lookup beside, in timeouts: no constant is as long as both. */
const OTHER = 2.5
/** Turns of the program's event loop that the lookup takes one after another. */
const STEPS = 10
/** So much earlier than asked for may a timer fire: on Windows by a tick of its clock. */
const EARLY_MS = process.platform === 'win32' ? 16 : 3

const OWN_TIMER =
  'does every query have a timer of its own, which starts when it is sent, and is timeoutMs in milliseconds? If nodes wait one after another, a lookup takes minutes in a network where a third is dead.'

const ANY_MOMENT = 'does each query wait timeoutMs for its answer? An answer can come at the last moment.'

export const timeOuts: Check = t =>
  withTime(t, async (timeoutMs, program) => {
    // It only waits: so it does that beside the other lookup.
    const judgeNobody = await nobody(t, OTHER * timeoutMs, program)
    await sideBySide(t, timeoutMs, program)
    await judgeNobody()
  })

/** One seed names dead nodes, the other one, which is slow, nodes that are alive. Two of these are slow as well. */
async function sideBySide(t: CheckContext, timeoutMs: number, program: Program): Promise<void> {
  const wanted = drawWanted(t)
  const node = (name: string, bits: number): DhtNode => ({
    name,
    id: idSharing(wanted.target, bits, t.random.bytes(20)),
  })
  const dead = Array.from({ length: SILENT }, (_, i) => node(`dead node ${i + 1}`, 40 + i))
  const [first, second] = [node('slow node 1', 51), node('slow node 2', 50)]
  const quick = Array.from({ length: K - 2 }, (_, i) => node(`node ${i + 1}`, 20 - i))
  const [stale, fresh] = [node('seed 1', 1), node('seed 2', 0)]
  const slow = [fresh, second, first]
  const named = new Map([
    [stale, dead],
    [fresh, [second, ...quick]],
    [second, [first]],
  ])
  const times = new Map<DhtNode, number>()
  const silent = new Set<DhtNode>()
  let asked = 0
  let late = 0
  const { nodes, find } = await playDht<DhtNode>(t, {
    nodes: [first, second, ...quick, ...dead, stale, fresh],
    wanted: [wanted],
    receive: async (query, find) => {
      judgeEndless(t, ++asked)
      const { spec } = query.node
      const came = performance.now()
      times.set(spec, times.get(spec) ?? came)
      if (dead.includes(spec)) return judgeRetry(t, query.node, silent)
      if (slow.includes(spec)) {
        await pause(SLOW * timeoutMs)
        late = Math.max(late, performance.now() - came - SLOW * timeoutMs)
      }
      await answer(query, (named.get(spec) ?? []).map(find))
    },
  })
  const seeds = [stale, fresh].map(one => find(one).address)
  const call = lookup(t, { ...wanted, seeds, k: K, alpha: ALPHA, timeoutMs }, program)
  const lag = lateUntil(call, program.signOfLife)
  const returned = call.then(() => performance.now())
  returned.catch(() => {})
  t.doing(
    `The checker called lookup with an alpha of ${ALPHA}, a k of ${K} and a timeoutMs of ${timeoutMs}. One seed named ${SILENT} dead nodes. The other one took ${SLOW * timeoutMs} ms, and named nodes that are alive. At the same time, the checker called lookup with two seeds that are both dead, and a timeoutMs of ${OTHER * timeoutMs}.`,
  )
  const got = await settled(t, call, () => asked, { program, quietMs: timeoutMs })
  const waits = dead.flatMap(one => times.get(one) ?? []).sort((a, b) => a - b)
  if (waits.length === SILENT) judgePlace(t, waits.at(-1)! - waits[0]!, timeoutMs, await lag)
  await expectInTime(t, got, {
    target: wanted.target,
    k: K,
    nodes,
    closest: [first, second, ...quick].map(find),
    why: new Map(
      dead.map(one => [
        find(one).address,
        { which: 'which never answered', hint: 'do you remove nodes from the list that do not answer?' },
      ]),
    ),
    missing: 'when a node fails, the next in the list is among the k closest. Do you ask it then?',
    timeoutMs,
    // An answer that left late came late.
    lag: lag.then(ms => ms + late),
  })
  judgeEnd(t, (await returned) - Math.min(...waits), timeoutMs, await lag)
}

/** `after`: ms from the query to the first dead node until the query to the last one, which takes the place of one that has failed. */
function judgePlace(t: CheckContext, after: number, timeoutMs: number, lag: number): void {
  const fail = (hint: string) =>
    t.fail({
      op: 'lookup',
      expected: `that the query to the last of ${SILENT} dead nodes comes ${timeoutMs} ms (timeoutMs) after the query to the first one, which has failed by then. Until then, ${ALPHA} queries (alpha) are in flight.`,
      got: `that query ${Math.round(after)} ms after the first one.`,
      hint,
    })
  const least = timeoutMs - EARLY_MS
  if (after < least) {
    // The first query may have waited here to be read.
    if (after + 2 * lag >= least) throw new TooBusy()
    fail(ANY_MOMENT)
  }
  const most = (1 + PLACE_SLACK) * timeoutMs
  if (after < most) return
  // A program that is late with each step is not yet one that waits too long.
  if (after < most + STEPS * lag) throw new TooBusy()
  fail(OWN_TIMER)
}

/** `after`: ms from the query to the first dead node until the result. */
function judgeEnd(t: CheckContext, after: number, timeoutMs: number, lag: number): void {
  const most = (TIMEOUTS + END_SLACK) * timeoutMs
  if (after < most) return
  if (after < most + STEPS * lag) throw new TooBusy()
  t.fail({
    op: 'lookup',
    expected: `that ${SILENT} dead nodes cost ${TIMEOUTS} timeouts (${TIMEOUTS * timeoutMs} ms), because two of them wait side by side.`,
    got: `the result after ${Math.round(after)} ms.`,
    hint: OWN_TIMER,
  })
}

/** Begins a lookup whose seeds are dead, and returns what judges it. */
async function nobody(t: CheckContext, timeoutMs: number, program: Program): Promise<() => Promise<void>> {
  const wanted = drawWanted(t)
  let asked = 0
  const { nodes } = await playDht<DhtNode>(t, {
    nodes: [1, 2].map(i => ({ name: `seed ${i}`, id: t.random.bytes(20) })),
    wanted: [wanted],
    receive: () => judgeEndless(t, ++asked),
  })
  const seeds = nodes.map(({ address }) => address)
  const called = performance.now()
  const call = lookup(t, { ...wanted, seeds, k: K, alpha: ALPHA, timeoutMs }, program)
  const returned = call.then(() => performance.now())
  returned.catch(() => {})
  return async () => {
    t.doing(`The checker called lookup with two seeds that are both dead, and a timeoutMs of ${timeoutMs}.`)
    const got = await settled(t, call, () => asked, { program, quietMs: timeoutMs })
    expectNodes(t, got, { target: wanted.target, k: K, nodes, closest: [] })
    const took = (await returned) - called
    if (took >= timeoutMs - EARLY_MS) return
    t.fail({
      op: 'lookup',
      expected: `that the result comes no earlier than ${timeoutMs} ms (timeoutMs) after the call: until then, a seed may answer.`,
      got: `it after ${Math.round(took)} ms.`,
      hint: ANY_MOMENT,
    })
  }
}
