/** The checks of a program that is alone with itself, and of one whose candidates go. */
import { setImmediate } from 'node:timers/promises'
import type { CheckContext } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'
import { expectWithdrawn } from './answering.ts'
import { ZEROCONF } from './recorded.ts'
import { expectNoCandidate, ONLY, someHost, tell, told } from './browsing.ts'
import { expectQuestion, judgeQuestion, openHouse, SELF, type House } from './house.ts'
import { hinted, number } from '../../../check/kit/finding.ts'
import { allOf, isAbout, recordsOf, someInstance, titleOf, type Instance } from './records.ts'

const { browse, withdraw } = exercise.ops
const { events } = exercise

/** The first wait of a program that browses. It asks for the fourth time after one, two and four of them. */
const QUERY_MS = 80
const WAITS = [0, 1, 3, 7]
/** Timers may be early by so much, each. */
const EARLY_MS = process.platform === 'win32' ? 16 : 2

export async function own(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const mine = someInstance(t)
  t.doing(`The checker called announce for the instance ${told(mine)}.`)
  await house.announce(mine)
  const { ptr } = recordsOf(mine)
  const HINT = 'do you ask at once, then after queryMs, then after twice that time, and so on?'
  const called = performance.now()
  await t.call(browse, { group: house.group.address, queryMs: QUERY_MS })
  /** When it asked: a program that is busy may ask again before it answers what it asked before. */
  const early: number[] = []
  for (const [i, waits] of WAITS.entries()) {
    t.doing(
      `Your program announces an instance. The checker called browse with a queryMs of ${QUERY_MS}${i === 0 ? '' : `, and your program asked ${i === 1 ? 'once' : `${i} times`}`}.`,
    )
    let asked = early.shift()
    if (asked === undefined) {
      await expectQuestion(t, house, HINT)
      asked = performance.now()
    }
    const after = asked - called
    const least = waits * QUERY_MS
    if (after < least - waits * EARLY_MS - EARLY_MS) {
      t.fail({
        op: browse.name,
        expected: `question ${i + 1} at least ${least} ms after the first one: the waits are ${WAITS.slice(
          1,
          i + 1,
        )
          .map((all, j) => `${(all - WAITS[j]!) * QUERY_MS} ms`)
          .join(', ')}.`,
        got: `it came ${Math.round(after)} ms after browse was called.`,
        hint: 'do you double the wait each time (RFC 6762, 5.2)? And is queryMs in milliseconds?',
      })
    }
    t.doing('Your program announces an instance, and asked for the PTR records.')
    await house.expectAnswers([ptr], {
      hint: SELF,
      mayAsk: question => {
        if (i + early.length + 1 >= WAITS.length) return false
        judgeQuestion(t, question)
        early.push(performance.now())
        return true
      },
    })
  }
  const OWN =
    'what you announce comes back to you. Do you know your own instances by their names, and ignore them?'
  await expectNoCandidate(t, house, OWN)

  const second = someInstance(t)
  t.doing(`The checker called announce for the instance ${told(second)} while your program was browsing.`)
  await announceMeanwhile(t, house, second)
  await expectNoCandidate(t, house, OWN)
}

/** A question of the program's may come between. */
async function announceMeanwhile(t: CheckContext, house: House, one: Instance): Promise<void> {
  house.gives(one.instance)
  house.gives(one.host)
  await t.call(exercise.ops.announce, { group: house.group.address, ...one })
  for (;;) {
    const message = await house.next({
      op: 'announce',
      expected: `the records of ${told(one)}.`,
      hint: 'does announce send its records also while your program browses?',
    })
    if (message.answers.some(record => isAbout(recordsOf(one).srv, record))) return
  }
}

/** The first wait: an instance with a TTL of 1 that the program hears of later is lost after that, and before twice that time. */
const FIRST_MS = 600
const SECOND_MS = 1_000
const LATE_MS = 3_000
const LONGEST = 2 ** 31 - 1

export async function goodbye(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  await withdrawn(t, house)
  await house.browse(FIRST_MS)

  const addresses = new Map<Instance, string>()
  const meet = async (one: Instance): Promise<Instance> => {
    const host = addresses.get(one) ?? someHost(t)
    addresses.set(one, host)
    await tell(t, house, one, host)
    await house.expectCandidate(one, `${host}:${one.port}`, { hint: FOUND })
    return one
  }
  const bye = (one: Instance) =>
    house.send({ isResponse: true, answers: [{ ...recordsOf(one).ptr, ttl: 0 }] })
  const again = (one: Instance) => house.send({ isResponse: true, answers: [recordsOf(one).ptr] })

  const [gone, kept] = [await meet(someInstance(t)), await meet(someInstance(t))]
  // In milliseconds, these are more than a timer of 32 bits can hold.
  const longest = await meet(someInstance(t, { ttl: t.random.pick([LONGEST, 2_147_484, 4_294_968]) }))
  const shortAt = performance.now()
  const short = await meet(someInstance(t, { ttl: 1 }))
  // Nobody knows it, so nobody loses it.
  const unknown = allOf(recordsOf(someInstance(t))).map(record => ({ ...record, ttl: 0 }))
  await house.send({ isResponse: true, answers: unknown })
  /** Those that could not be saved in time: they may be lost or not. */
  const late = new Set<string>()
  const refreshed = await inTime(t, late, async () => {
    const one = someInstance(t, { ttl: 1 })
    const host = someHost(t)
    const started = performance.now()
    await tell(t, house, one, host)
    await again({ ...one, ttl: 4_000 })
    const took = performance.now() - started
    await house.expectCandidate(one, `${host}:${one.port}`, {
      hint: FOUND,
      unexpected: 'records with a TTL of 0 are a goodbye, and make no candidate.',
    })
    return { one, took }
  })
  const moved = await inTime(t, late, async () => {
    const one = someInstance(t, { ttl: 1 })
    const [before, after] = [someHost(t), someHost(t)]
    const started = performance.now()
    await tell(t, house, one, before)
    await tell(t, house, { ...one, ttl: 4_000 }, after)
    const took = performance.now() - started
    for (const host of [before, after])
      await house.expectCandidate(one, `${host}:${one.port}`, { hint: FOUND })
    return { one, took }
  })
  const saved = await inTime(t, late, async () => {
    const one = await meet(someInstance(t))
    const started = performance.now()
    await bye(one)
    await again(one)
    return { one, took: performance.now() - started }
  })
  await house.group.send(Buffer.from(ZEROCONF.announcement, 'hex'))
  await house.expectCandidate({ ...gone, ...ZEROCONF }, ZEROCONF.address, { hint: FOUND })
  const byeAt = performance.now()
  await house.group.send(Buffer.from(ZEROCONF.goodbye, 'hex'))
  await bye(gone)

  const what = new Map<string, string>([
    [saved.instance, 'said goodbye, and right after that sent its PTR record again'],
    [refreshed.instance, 'had a TTL of 1, and right after that sent its PTR record with a TTL of 4,000'],
    [
      moved.instance,
      'had a TTL of 1, and right after that sent its records with another address and a TTL of 4,000',
    ],
    [longest.instance, `has a TTL of ${number(longest.ttl)} seconds`],
    [kept.instance, `has a TTL of ${number(kept.ttl)} seconds`],
  ])
  t.doing(
    'The checker told of instances with different TTLs. One had a TTL of 1, and two said goodbye: the PTR record came with a TTL of 0. One of these two goodbyes was recorded from python-zeroconf.',
  )
  const due = new Map([
    [short.instance, { at: shortAt, hint: 'a candidate lives for the TTL of its PTR record, in seconds.' }],
    [ZEROCONF.instance, { at: byeAt, hint: GOODBYE }],
    [gone.instance, { at: byeAt, hint: GOODBYE }],
  ])
  while (due.size > 0) {
    const [[first, { hint: missing }]] = due as Iterable<[string, { hint: string }]> as [
      [string, { hint: string }],
    ]
    const lost = await t.event(events.lost, {
      about: `for ${JSON.stringify(first)}`,
      hint: missing,
      ms: LATE_MS,
    })
    if (late.has(lost.instance)) continue
    const expected = due.get(lost.instance)
    const after = performance.now() - (expected?.at ?? byeAt)
    if (!expected) {
      t.fail({
        expected:
          'no event lost for any other instance than those that said goodbye and the one with a TTL of 1.',
        got: `one for ${JSON.stringify(lost.instance)}, which ${what.get(lost.instance) ?? 'your program did not know, or has lost before'}.`,
        hint:
          lost.instance === longest.instance
            ? 'a TTL has up to 31 bits, in seconds. How many milliseconds does your timer take at most?'
            : 'each new PTR record of a candidate begins its time anew, also after a goodbye. Do you stop the timer that runs?',
      })
    }
    due.delete(lost.instance)
    if (after < SECOND_MS - EARLY_MS) {
      t.fail({
        expected: `the event lost for ${JSON.stringify(lost.instance)} one second after its PTR record${lost.instance === short.instance ? '' : ' with a TTL of 0'}.`,
        got: `it came after ${Math.round(after)} ms.`,
        hint: expected.hint,
      })
    }
    if (lost.instance === short.instance) await expectAsked(t, house)
  }
  // The times of those that were saved would be over now.
  await t.program.signOfLife()
  t.doing('After a goodbye and a second, the instance sent its records again.')
  await meet(gone)
  await expectNoCandidate(t, house, ONLY)
  const more = t.program.told
    .waiting('lost')
    .map(({ data }) => (data as { instance: string }).instance)
    .filter(instance => !late.has(instance))
  for (const instance of more) {
    t.fail({
      expected: 'no more events lost.',
      got: `one for ${JSON.stringify(instance)}, which ${what.get(instance) ?? 'is lost already, or was never there'}.`,
      hint: 'each candidate is lost once. Do you stop the timer that runs when a new PTR record comes?',
    })
  }
}

/**
 * The instance with a TTL of 1 is lost. Both times are up to the program's own timers, which are late together on a busy machine, so only their order counts.
 */
async function expectAsked(t: CheckContext, house: House): Promise<void> {
  // While datagrams keep coming on one socket, Node reads none of the others.
  for (let turns = 0; turns < 2; turns++) await setImmediate()
  if (await house.hasAsked()) return
  t.fail({
    did: `The checker called browse with a queryMs of ${FIRST_MS}. After the first question, it told of an instance with a TTL of 1.`,
    op: browse.name,
    expected: `the second question ${FIRST_MS} ms after the first one, and so before this instance is lost.`,
    got: 'the event lost for it, but no second question before.',
    hint: 'the first wait is queryMs. Do you double it before you have waited, or wait for something else?',
  })
}

const GOODBYE =
  'a PTR record with a TTL of 0 is a goodbye. The candidate is lost one second later, and not at once, so that another PTR record can save it (RFC 6762, 10.1).'
const FOUND = 'does your program find this instance?'

/** What two messages in a row may take of the second that an instance has. */
const QUICK_MS = 500
const TRIES = 5

/** An instance that was saved before its second was over. On a busy machine, another one is; the ones before are `late`. */
async function inTime(
  t: CheckContext,
  late: Set<string>,
  save: () => Promise<{ one: Instance; took: number }>,
): Promise<Instance> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const { one, took } = await save()
    if (took < QUICK_MS) return one
    late.add(one.instance)
  }
  return t.inconclusive(
    'this machine is so busy that the checker could not send two messages within half a second.',
  )
}

const NO_CASE =
  'names are the same if they differ only in the case of ASCII letters. Do you look for the instance as you compare names?'
const swapCase = (text: string): string =>
  text.replace(/[A-Za-z]/g, letter => String.fromCharCode(letter.charCodeAt(0) ^ 0x20))

/** The program's own goodbye. */
async function withdrawn(t: CheckContext, house: House): Promise<void> {
  const [stays, goes] = [someInstance(t), someInstance(t)]
  t.doing('The checker called announce for two instances.')
  for (const one of t.random.shuffle([stays, goes])) await house.announce(one)
  const instance = swapCase(goes.instance)
  t.doing(
    `The checker called announce for ${told(stays)} and ${told(goes)}, and withdraw for ${JSON.stringify(instance)}.`,
  )
  await hinted(t.call(withdraw, { group: house.group.address, instance }), NO_CASE)
  house.withdrawn(goes)
  const records = recordsOf({ ...goes, ttl: 0 })
  const hint = 'does withdraw send the records of the instance once more, with a TTL of 0, and of no other?'
  const heard = await house.next({ op: withdraw.name, expected: 'the goodbye of your program.', hint })
  for (const record of allOf(records)) {
    const found = heard.answers.find(one => isAbout(record, one))
    if (heard.isResponse && found?.ttl === 0) continue
    t.fail({
      op: withdraw.name,
      expected: `a response with ${titleOf(record)} as an answer, with a TTL of 0.`,
      got: !heard.isResponse ? 'a question.' : found ? `a TTL of ${found.ttl}.` : 'a response without it.',
      hint,
    })
  }
  await expectWithdrawn(t, house, recordsOf(goes), recordsOf(stays))
}
