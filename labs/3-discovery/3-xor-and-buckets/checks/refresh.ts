/** What a program does about a bucket in which nothing changes, and about the nodes that others name. */
import { elapsed } from '../../../check/engine/suspension.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { openHouse, PATIENT_MS, type House, type Neighbor } from './house.ts'
import type { Query } from './messages.ts'
import { ID_BYTES } from '../../shared/krpc.ts'
import { byDistance, idSharing, sharedBits } from '../../shared/xor.ts'
import { openHearsay } from './hearsay.ts'

const K = 4
/** Timers may fire a little early. */
const EARLY_MS = 15
const RANGES = [
  'shares no leading bit with yours',
  'shares exactly one leading bit with yours',
  'shares exactly two leading bits with yours',
  'shares three or more leading bits with yours',
]
/** Of the nodes, in the order in which they come: how many leading bits they share with the program. They make four buckets. */
const SHARED = [0, 2, 0, 2, 3, 5, 2]
/** The bucket in which there is nobody. */
const EMPTY = 1
/** Of one that comes later. */
const LATE = 4

/** A find_node of the program's. */
interface Refresh {
  one: Neighbor
  at: number
  target: Buffer
  bucket: number
}

/** When the last node came into a bucket: not before, and not after. */
interface Change {
  from: number
  to: number
}

/** A query of a node: sent, and answered. */
interface Ask {
  from: number
  to: number
}

export const refresh = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    // goodMs is shorter: when a bucket is refreshed, most nodes are questionable, and the nearest one is asked nevertheless.
    const house = await openHouse(t, { k: K, refreshMs: 1.5 * ms, goodMs: ms / 2, program })
    await refreshed(t, house)
  })

async function refreshed(t: CheckContext, house: House): Promise<void> {
  const { refreshMs } = house.rules
  const { id: own } = house.rules
  const bucketOf = (id: Uint8Array) => Math.min(sharedBits(id, own), RANGES.length - 1)
  const nodes: Neighbor[] = []
  const changes: Change[] = []
  const refreshes: Refresh[] = []
  /** Those of after the last change of the bucket. One of before it may have been due then. */
  const judged = () => refreshes.filter(({ at, bucket }) => at >= (changes[bucket]?.to ?? Infinity))
  const asks: Ask[] = []
  /** Two queries, one after the other, came from a node of its bucket while it was not refreshed for refreshMs. One alone may have been read after it was sent. */
  const isInSpite = ({ at, bucket }: Refresh) =>
    bucket === SHARED[0] &&
    asks.some(({ from }, i) => asks[i + 1] && asks[i + 1]!.to <= at && at - from < refreshMs - EARLY_MS)
  const isComplete = () =>
    RANGES.every((_, bucket) => judged().some(one => one.bucket === bucket)) && judged().some(isInSpite)
  const hearsay = await openHearsay(t, house)

  /** These get no answers: that they were refreshed is a change nevertheless. */
  const silent = [EMPTY, t.random.pick([0, 2])]
  const react = (one: Neighbor, { target, ...query }: Query) => {
    if (!target) return one.answer(query)
    const bucket = bucketOf(target)
    refreshes.push({ one, at: query.at, target, bucket })
    if (nodes.length > SHARED.length && isComplete()) return one.answer(query, hearsay.tell(one, nodes[0]!))
    return silent.includes(bucket) ? undefined : one.answer(query, hearsay.odd())
  }
  const join = async (bits: number) => {
    const id = idSharing(own, bits, t.random.bytes(ID_BYTES))
    const one = await house.neighbor(`Node ${nodes.length + 1}`, id)
    const from = elapsed()
    await house.join(one)
    await house.untilRead()
    changes[bucketOf(id)] = { from, to: elapsed() }
    nodes.push(one)
    one.react = query => react(one, query)
  }

  for (const bits of SHARED) await join(bits)
  await pause(refreshMs / 2)
  await join(LATE)
  // Whether a half without nodes has changed when it was split off is up to the program.
  changes[EMPTY] = { from: -Infinity, to: elapsed() }
  t.doing(
    `Your table has ${RANGES.length} buckets, refreshMs is ${refreshMs}, and no bucket changes, although ${nodes[0]!.name} sends pings.`,
  )
  const started = elapsed()
  while (!hearsay.isTold() && elapsed() - started < 3 * refreshMs + PATIENT_MS) {
    const from = elapsed()
    await nodes[0]!.ask('ping')
    asks.push({ from, to: elapsed() })
    await pause(refreshMs / 8)
  }
  judgeRefreshes(t, { refreshes: judged(), nodes, changes, own, refreshMs })
  // The pings came so late that a bucket which they keep from being refreshed was refreshed nevertheless.
  if (!hearsay.isTold()) throw new TooBusy()
  await hearsay.judge(nodes)
}

function judgeRefreshes(
  t: CheckContext,
  {
    refreshes,
    nodes,
    changes,
    own,
    refreshMs,
  }: { refreshes: Refresh[]; nodes: Neighbor[]; changes: Change[]; own: Buffer; refreshMs: number },
): void {
  const counts = RANGES.map(() => 0)
  for (const { one, at, target, bucket } of refreshes) {
    const since = at - changes[bucket]!.from
    const due = ++counts[bucket]! * refreshMs
    if (since < due - EARLY_MS) {
      t.fail({
        op: 'listen',
        expected: `that the bucket of ids of which each ${RANGES[bucket]} is refreshed for the ${['first', 'second', 'third'][counts[bucket]! - 1] ?? 'next'} time no sooner than ${due} ms after the last node came into it.`,
        got: `find_node with the target ${target.toString('hex')} after ${Math.round(since)} ms.`,
        hint: 'each bucket has a time of its own. It starts again when a node comes into the bucket, when one of its nodes answers, and when you refresh it, also if nobody answers.',
      })
    }
    const nearest = [...nodes].sort(byDistance(target))[0]!
    if (one !== nearest) {
      const isElsewhere = bucket === EMPTY || one === nodes[0]
      t.fail({
        op: 'listen',
        expected: `find_node to the node that is nearest to the target ${target.toString('hex')}: ${nearest.name}, ${nearest.id.toString('hex')}.`,
        got: `one to ${one.name}, ${one.id.toString('hex')}.`,
        hint: `the nearest node knows best who else is there.${isElsewhere ? ' Do you look at all nodes of the table, in all buckets, good or questionable?' : ''} Do you compare the distances from the target, and not from your own id?`,
      })
    }
    if (isDrawn(target, [own, ...nodes.map(({ id }) => id)])) continue
    t.fail({
      op: 'listen',
      expected: 'a random id in the range of the bucket as the target.',
      got: `${target.toString('hex')}. Your own id is ${own.toString('hex')}.`,
      hint: 'the leading bits are those of the bucket. All bits behind them are random, so that each refresh looks elsewhere.',
    })
  }
  const missing = counts.findIndex(times => times === 0)
  if (missing < 0) return
  t.fail({
    op: 'listen',
    expected: `find_node for each of the ${RANGES.length} buckets, with a target in its range, after ${refreshMs} ms in which the bucket did not change.`,
    got:
      refreshes.length === 0
        ? 'no find_node, although your program runs.'
        : `find_node, but none with a target that ${RANGES[missing]}.`,
    hint:
      refreshes.length === 0
        ? 'do you look at the buckets again and again, with a timer, and refresh those that have not changed for refreshMs?'
        : missing === EMPTY
          ? 'a bucket without nodes is refreshed, too: is the nearest node sought in all buckets?'
          : 'is the target in the range of the bucket? And do queries count as changes of a bucket in your program? Only answers and new nodes do.',
  })
}

/** Whether most bits are those of nothing that is known: 12 bytes are the same by chance once in 2^96 times. */
const isDrawn = (target: Buffer, known: readonly Buffer[]): boolean =>
  [Buffer.alloc(ID_BYTES), Buffer.alloc(ID_BYTES, 0xff), ...known].every(
    id => !id.subarray(8).equals(target.subarray(8)),
  )
