import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { createModel, same, type Count, type Entry, type State } from './model.ts'
import { randomSchedule, type Schedule } from './schedules.ts'
import { difference, json, startReplica, type Replica } from './replica.ts'

const ROUNDS = 10
const AT_ONCE = 100
/** Messages of 10 to 20 kB. */
const AT_A_TIME = 3
/** Reads that give the same, after which nothing more is under way. */
const STILL = 8

const COUNTER =
  'do not add what comes in a message: keep plus and minus of each replica, each the greatest that you have seen. Then neither duplicates nor order count.'

/** States come in any order and more than once; what becomes of them is known. */
export const merges: Check = async t => {
  const replica = await startReplica(t)
  await duplicates(t, replica)
  await ties(t, replica)
  await schedules(t, replica)
}

type Reading = Awaited<ReturnType<Replica['read']>>

const send = async ({ peers, settled }: Replica, ...states: readonly Partial<State>[]) => {
  peers[0]!.send(...states.map(({ counts = [], entries = [] }) => ({ type: 'state', counts, entries })))
  await settled()
}

/** A count twice, and an older one after a newer one. */
async function duplicates(t: CheckContext, replica: Replica): Promise<void> {
  const { random } = t
  const name = random.bytes(4).toString('hex')
  const older: Count = { replica: `n2-${name}`, plus: random.int(10, 50), minus: random.int(1, 9) }
  const newer: Count = {
    replica: older.replica,
    plus: older.plus + random.int(1, 9),
    minus: older.minus + random.int(20, 90),
  }
  const total = newer.plus - newer.minus
  const newest: Count = { ...newer, plus: newer.plus + random.int(2, 9) }
  const between: Count = { ...newest, plus: newest.plus - 1 }
  const steps: [what: string, counts: Count[], counter: number][] = [
    ['a count,', [older], older.plus - older.minus],
    ['the same count again,', [older], older.plus - older.minus],
    ['a newer count of the same replica,', [newer], total],
    ['the older count once more,', [older], total],
    [
      'a still newer count twice, and then an older one, in one message,',
      [newest, newest, between],
      newest.plus - newest.minus,
    ],
  ]
  for (const [what, counts, counter] of steps) {
    t.doing(`n2 sent your program ${what} ${counts.map(json).join(', ')}.`)
    await send(replica, { counts })
    const got = await replica.read()
    if (got.counter === counter) continue
    t.fail({
      expected: `that the counter is ${counter}.`,
      got: `${got.counter}.`,
      hint: COUNTER,
      op: 'read',
      spoke: true,
    })
  }
}

/** Writes of one time: the same one wins in both orders. */
async function ties(t: CheckContext, replica: Replica): Promise<void> {
  const { random } = t
  const name = random.bytes(4).toString('hex')
  const time = Date.now()
  const pairs: [string, string][] = [
    [`n10-${name}`, `n9-${name}`],
    [`Zoe-${name}`, `adam-${name}`],
    [`n1-${name}`, `n1-${name}0`],
    [random.bytes(4).toString('hex'), random.bytes(4).toString('hex')],
  ]
  for (const [i, pair] of pairs.entries()) {
    for (const removed of [undefined, 0, 1]) {
      for (const order of [0, 1]) {
        const key = `tie-${name}-${i}-${removed ?? 'none'}-${order}`
        const both = pair.map((by, at): Entry => ({
          key,
          value: at === removed ? null : `by ${by}`,
          time,
          replica: by,
        }))
        if (order === 1) both.reverse()
        t.doing(
          `n2 sent your program two writes of one key with the same time, first by ${both[0]!.replica}, then by ${both[1]!.replica}.`,
        )
        await send(replica, { entries: [both[0]!] }, { entries: [both[1]!] })
        const won = createModel({ entries: both }).whole().entries[0]!
        const got = (await replica.read()).entries.find(entry => entry.key === key)?.value ?? null
        if (got === won.value) continue
        t.fail({
          expected: `that the write by ${won.replica} wins${won.value === null ? ', which removes the key' : ''}.`,
          got: got === null ? 'the key has no value.' : `the key has the value ${json(got)}.`,
          hint: 'if the times are equal, the greater replica wins, compared as text with >, whatever came first and whatever it wrote.',
          op: 'read',
          spoke: true,
        })
      }
    }
  }
}

/** 1,000 of them; 50 at a time share their messages, with keys and replicas of their own. */
async function schedules(t: CheckContext, replica: Replica): Promise<void> {
  const { random } = t
  const { counter: base, entries: before } = await replica.read()
  const model = createModel({ entries: before.map(entry => ({ ...entry, time: 0, replica: '' })) })
  const counts = new Map<string, Count>()
  let from = Date.now()
  for (let round = 0; round < ROUNDS; round++) {
    from += 20
    const running = Array.from({ length: AT_ONCE }, (_, i) => randomSchedule(random, `s${i}`, from, counts))
    const longest = Math.max(...running.map(({ deliveries }) => deliveries.length))
    const messages = Array.from({ length: longest }, (_, step) => joined(random.shuffle(running), step))
    t.doing(
      `n2 sent your program states in random order and more than once: ${AT_ONCE} random schedules at a time, each of three replicas that write the same two keys.`,
    )
    for (const message of messages) model.merge(message)
    // A program reads at most so much in a turn of its event loop.
    for (let i = 0; i < messages.length; i += AT_A_TIME)
      await send(replica, ...messages.slice(i, i + AT_A_TIME))
    const expected = model.read()
    const counter = base + expected.counter
    const got = await readsInTheEnd(replica, { ...expected, counter })
    if (got.counter !== counter)
      t.fail({
        expected: `that the counter is ${counter}.`,
        got: `${got.counter}.`,
        hint: COUNTER,
        op: 'read',
        spoke: true,
      })
    if (same(got.entries, expected.entries)) continue
    const { key, what, instead } = difference(expected.entries, got.entries)
    t.fail({
      expected: `that ${json(key)} ${what}.`,
      got: `${instead}.`,
      hint: 'compare each entry with the one that you have: the greater time wins, and the greater replica if the times are equal.',
      trail: messages.flatMap(({ entries }) => (entries ?? []).filter(entry => entry.key === key)).map(json),
      op: 'read',
      spoke: true,
    })
  }
}

/** What the program reads: as expected, or what stays so although it had time for all that was sent. */
async function readsInTheEnd(replica: Replica, expected: Reading): Promise<Reading> {
  let last = await replica.read()
  for (let still = 0; still < STILL && !same(last, expected);) {
    await replica.settled()
    const got = await replica.read()
    still = same(got, last) ? still + 1 : 0
    last = got
  }
  return last
}

/** The delivery of this step of each schedule, in one state. */
const joined = (running: readonly Schedule[], step: number): Partial<State> => {
  const due = running.flatMap(({ deliveries }) => deliveries[step] ?? [])
  return {
    counts: due.flatMap(({ counts = [] }) => counts),
    entries: due.flatMap(({ entries = [] }) => entries),
  }
}
