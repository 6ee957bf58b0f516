/** Who loses a place to a newcomer: the first questionable node that fails to answer twice. */
import { elapsed } from '../../../check/engine/suspension.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { foundNodes, judgeNodes } from './closest.ts'
import { EARLY_MS, expectPing, fill, near, seenAgain, type Full, type Held } from './full.ts'
import { PATIENT_MS, type House, type Neighbor } from './house.ts'
import { expectTable } from './expect-table.ts'

const K = 4
const GOOD_MS = 100

export async function questionable(t: CheckContext): Promise<void> {
  await withTime(t, async (ms, program) => {
    const full = await fill(t, program, { k: K, goodMs: GOOD_MS, timeoutMs: ms / 2 })
    const order = await seenAgain(t, full.far)
    await pause(GOOD_MS + EARLY_MS)
    const nearest = await near(t, full)
    t.doing(
      'All nodes of the only bucket are questionable, and it is full. A newcomer sent a ping, and answered yours.',
    )
    judgeUntouched(t, full.far)
    await expectTable(t, full.house, {
      nodes: [...full.far, nearest],
      buckets: 2,
      missing: 'a bucket that has your own id in its range is split, whatever its nodes are.',
      split:
        'a full bucket that has your own id in its range is split, also while its nodes are questionable.',
    })
    const after = await oneByOne(t, full, order, nearest)
    await twoAtOnce(t, full, after, nearest)
    await goodAtOnce(t, ms)
  })
}

/** The nodes of a bucket, and the one of them that has failed to answer one ping. */
interface After {
  far: Neighbor[]
  slow: Neighbor
}

/** The first one answers at once, the second one the second time, the third one not at all, and the fourth one is not asked. */
async function oneByOne(
  t: CheckContext,
  full: Full,
  order: readonly Neighbor[],
  nearest: Neighbor,
): Promise<After> {
  const { house } = full
  const { timeoutMs } = house.rules
  const [alive, slow, dead, spare] = order as [Neighbor, Neighbor, Neighbor, Neighbor]
  const held: Held[] = []
  for (const one of order) one.react = query => void held.push({ one, query })
  const newcomer = await full.newcomer('the newcomer')
  const story = `The nodes of a full bucket are questionable. They were last seen in this order: ${namesOf(order)}. A newcomer sent a ping, and answered yours.`
  // What a time is counted from was sent then, or later: it is a bound, however busy this computer is.
  const provoked = elapsed()
  await house.introduce(newcomer)
  t.doing(story)
  await expectPing(t, house, held, alive, 0, 'first')
  const answered = elapsed()
  await alive.answer(held[0]!.query)
  await house.untilRead()
  if (elapsed() - provoked >= timeoutMs) throw new TooBusy()
  t.doing(`${story} ${alive.name} answered.`)
  await expectPing(t, house, held, slow, 1, 'second')
  t.doing(`${story} ${alive.name} answered. ${slow.name} did not answer the first ping.`)
  await expectRetry(t, house, held, slow, 2)
  if (held[2]!.query.at - answered < timeoutMs - EARLY_MS) {
    t.fail({
      op: 'listen',
      expected: `that your program waits ${timeoutMs} ms, timeoutMs, for an answer.`,
      got: 'another ping after less.',
      hint: 'ask again when the time for the first answer is over.',
    })
  }
  await slow.answer(held[2]!.query)
  await house.untilRead()
  if (elapsed() - answered >= 2 * timeoutMs) throw new TooBusy()
  t.doing(`${story} ${alive.name} answered, and ${slow.name} answered the second ping.`)
  await expectPing(t, house, held, dead, 3, 'third')
  t.doing(
    `${story} ${alive.name} answered, ${slow.name} answered the second ping, and ${dead.name} does not answer.`,
  )
  await expectRetry(t, house, held, dead, 4)
  await untilGone(house, dead, [newcomer])
  const others = held.slice(5)
  if (others.length > 0) {
    t.fail({
      op: 'listen',
      expected: `no ping after the second one to ${dead.name}, whose place the newcomer takes.`,
      got: `one to ${others[0]!.one.name}.`,
      hint: 'one retry is enough, and one place is enough: stop when a node has failed twice.',
    })
  }
  const far = [alive, slow, spare, newcomer]
  await expectTable(t, house, {
    nodes: [...far, nearest],
    others: [[dead, 'it has failed to answer twice: the newcomer takes its place.']],
    buckets: 2,
    missing: 'the newcomer takes the place of the node that failed twice. All others keep theirs.',
    split: 'only the bucket that has your own id in its range is split.',
  })
  return { far, slow }
}

/** One place gets free while two newcomers want it: that of the node which answered only the second ping before. */
async function twoAtOnce(
  t: CheckContext,
  full: Full,
  { far, slow }: After,
  nearest: Neighbor,
): Promise<void> {
  const { house } = full
  for (const one of far) one.react = query => one.answer(query)
  const order = await seenAgain(t, far, slow)
  const [dead, ...alive] = order as [Neighbor, ...Neighbor[]]
  const held: Held[] = []
  dead.react = query => void held.push({ one: dead, query })
  await pause(GOOD_MS + EARLY_MS)
  const [first, second] = [
    await full.newcomer('the first newcomer'),
    await full.newcomer('the second newcomer'),
  ]
  await house.introduce(first)
  t.doing(
    `The nodes of a full bucket are questionable. They were last seen in this order: ${namesOf(order)}. A newcomer sent a ping, and answered yours.`,
  )
  await expectPing(t, house, held, dead, 0, 'first')
  await second.ask('ping')
  await house.untilRead()
  t.doing(
    `${dead.name}, the least recently seen node of a full bucket, answered a second ping before, and does not answer now. While your pings to it were under way for one newcomer, a second one sent a ping, and answers all pings.`,
  )
  await expectRetry(t, house, held, dead, 1, AGAIN)
  await untilGone(house, dead, [first, second])
  if (held.length > 2) {
    t.fail({
      op: 'listen',
      expected: `two pings to ${dead.name}, and no more.`,
      got: `${held.length}.`,
      hint: 'while you ping the nodes of a bucket for one newcomer, others wait or are dropped.',
    })
  }
  const { nodes } = await house.table()
  const [one, other] = [first, second].map(({ id }) => nodes.has(id.toString('hex')))
  if (one && other) {
    t.fail({
      op: 'table',
      spoke: true,
      expected: 'one of the two newcomers in the table: only one place got free.',
      got: 'both of them.',
      hint: 'while you wait for answers, another newcomer finds the same bucket. One at a time: let the others wait, or drop them.',
    })
  }
  const [winner, loser] = other ? [second, first] : [first, second]
  await expectTable(t, house, {
    nodes: [...alive, winner, nearest],
    others: [
      [dead, 'it has failed to answer twice: a newcomer takes its place.'],
      [loser, 'only one place got free.'],
    ],
    buckets: 2,
    missing: 'the newcomer takes the place of the node that failed twice. All others keep theirs.',
  })
}

/** A newcomer that has waited for its place has answered, whatever the node did whose place it has. */
async function goodAtOnce(t: CheckContext, ms: number): Promise<void> {
  const k = t.random.int(2, 3)
  const goodMs = 2.5 * ms
  const full = await fill(t, await t.another(), { k, goodMs, timeoutMs: ms / 2 })
  const { house } = full
  const nearest = await near(t, full)
  const asker = await house.neighbor('an asker')
  asker.react = () => {}
  const order = await seenAgain(t, full.far)
  await pause(goodMs + EARLY_MS)
  for (const one of order) one.react = () => {}
  const newcomer = await full.newcomer('the newcomer')
  const answered = elapsed()
  await house.introduce(newcomer)
  const [dead, ...alive] = order as [Neighbor, ...Neighbor[]]
  await untilGone(house, dead, [newcomer])
  t.doing(
    `The nodes of a full bucket were questionable. ${dead.name} failed to answer twice, and a newcomer that had answered took its place. Then the checker sent find_node.`,
  )
  await expectTable(t, house, {
    nodes: [...alive, newcomer, nearest],
    others: [[dead, 'it has failed to answer twice: the newcomer takes its place.']],
    missing: 'the newcomer takes the place of the node that failed twice. All others keep theirs.',
  })
  const target = t.random.pick([newcomer, dead]).id
  const found = await foundNodes(t, asker, target)
  if (elapsed() - answered >= goodMs - EARLY_MS) throw new TooBusy()
  judgeNodes(t, found, {
    nodes: [newcomer],
    target,
    k,
    ...(!found.some(({ id }) => id.equals(newcomer.id)) && {
      hint: `the newcomer is good for goodMs, ${goodMs} ms, from its own answer on. Does it start with the time when ${dead.name} was last seen?`,
    }),
  })
}

/** Of a node that failed once when the newcomer before came. */
const AGAIN =
  ' It failed once before, but has answered since: two failures are two in a row, for the same newcomer.'

const namesOf = (nodes: readonly Neighbor[]): string => nodes.map(({ name }) => name).join(', ')

function judgeUntouched(t: CheckContext, nodes: readonly Neighbor[]): void {
  const asked = nodes.find(({ queries }) => queries.length > 1)
  if (!asked) return
  t.fail({
    op: 'listen',
    expected: 'that the bucket is split, and nobody is asked.',
    got: `a ping to ${asked.name}.`,
    hint: 'look first whether your own id is in the range of the full bucket: then it is split, whatever its nodes are.',
  })
}

async function expectRetry(
  t: CheckContext,
  house: House,
  held: readonly Held[],
  due: Neighbor,
  index: number,
  again = '',
): Promise<void> {
  const { timeoutMs } = house.rules
  await house.comes(() => held.length > index, timeoutMs + PATIENT_MS)
  const next = held[index]
  if (next?.one === due) return
  t.fail({
    op: 'listen',
    expected: `a second ping to ${due.name}, timeoutMs (${timeoutMs} ms) after the first.`,
    got: next ? `one to ${next.one.name}.` : 'none.',
    hint:
      'a node that does not answer is asked once more before it loses its place: a datagram can get lost.' +
      again,
  })
}

/** Resolves when the node has left the table and a newcomer is in it, or when that is overdue: it is judged by others. */
async function untilGone(house: House, gone: Neighbor, newcomers: readonly Neighbor[]): Promise<void> {
  const started = elapsed()
  for (let looks = 0; looks < 20 || elapsed() - started < house.rules.timeoutMs + PATIENT_MS; looks++) {
    const { nodes } = await house.table()
    const has = ({ id }: Neighbor) => nodes.has(id.toString('hex'))
    if (!has(gone) && newcomers.some(has)) break
    await pause(20)
  }
  await house.untilRead()
}
