import type { Check } from '../../../check/kit/check.ts'
import { createModel, type Entry, type State } from './model.ts'
import { expectChanged, expectNothing, expectRead, expectState, json, startReplica } from './replica.ts'

/** What a clock may be off in a run of the machine, in ms: only that it is the wall clock is judged. */
const TOLERANCE_MS = 2_000
const AN_HOUR = 3_600_000

const TOTALS = 'plus and minus are totals of your replica: both only grow. add −2 makes minus greater by 2.'
const ONE_MORE = 'two writes can come in one millisecond: the second has a time that is at least 1 more.'
const READS = {
  counter: 'the counter is the sum of every plus, minus the sum of every minus.',
  entries:
    'read gives all keys whose last value is not null. Any text is a key: a Map takes "__proto__", too.',
}

/** Two peers watch what ops do to the state of a replica. */
export const writes: Check = async t => {
  const { random } = t
  const clockMs = random.int(-AN_HOUR, AN_HOUR)
  const replica = await startReplica(t, { peers: 2, clockMs })
  const model = createModel()
  let id: string | undefined
  let last = -1
  const told = async (what: string, change: Partial<State>, hint: string, after: string) => {
    model.merge(change)
    for (const peer of replica.peers) await expectState(t, peer, { what, state: change, hint })
    await expectChanged(t, replica, model, after)
  }

  let plus = 0
  let minus = 0
  const add = async (amount: number) => {
    t.doing(`The checker called add with ${amount}.`)
    if (amount > 0) plus += amount
    else minus -= amount
    await replica.add(amount)
    const { counts } = await firstOf(amount)
    id ??= counts[0]?.replica ?? ''
    await told(
      'the totals of your replica',
      { counts: [{ replica: id, plus, minus }] },
      TOTALS,
      `after add ${amount}`,
    )
  }
  /** What the replica calls itself is seen in the first message, and stays so. */
  const firstOf = async (amount: number): Promise<{ counts: readonly { replica?: string }[] }> => {
    if (id !== undefined) return { counts: [] }
    await replica.settled()
    const message = replica.peers[0]!.waiting().find(({ type }) => type === 'state')
    if (!message)
      return t.fail({
        expected: `a message with the totals of your replica to ${replica.peers[0]!.id} after add ${amount}.`,
        got: 'none.',
        hint: 'links.send(peer, { type: "state", … }) for each of the peers.',
        spoke: true,
      })
    const { counts } = message
    return { counts: Array.isArray(counts) ? (counts as { replica?: string }[]) : [] }
  }
  const write = async (key: string, value: string | null, hintOfTime = ONE_MORE) => {
    const call = value === null ? `remove with ${json(key)}` : `set with ${json(key)} and ${json(value)}`
    t.doing(`The checker called ${call}.`)
    const before = Date.now() + clockMs
    const { time, replica: by } = await (value === null ? replica.remove(key) : replica.set(key, value))
    const after = Date.now() + clockMs
    if (by !== id)
      t.fail({
        expected: `that the write is by the replica ${json(id)}, whose counts your program has sent.`,
        got: `${json(by)}.`,
        hint: 'one replica has one ID, made at its first start.',
        spoke: true,
      })
    if (time <= last)
      t.fail({
        expected: `a time after ${last}, that of the write before.`,
        got: `${time}.`,
        hint: hintOfTime,
        spoke: true,
      })
    // What was written before may have pushed it ahead of the clock, by 1 each.
    if (time < before - TOLERANCE_MS || time > after + TOLERANCE_MS)
      t.fail({
        expected: `a time from ${before} to ${after}: Date.now(), and ${clockMs} ms that your clock is ahead.`,
        got: `${time}.`,
        hint: 'the time of a write is Date.now() + clockMs, in milliseconds, unless you have seen a later one.',
        spoke: true,
      })
    last = time
    const entry: Entry = { key, value, time, replica: by }
    const hint =
      value === null
        ? 'remove is a write of null, also of a key that you do not know: send its entry.'
        : 'a write sends the entry of its key, with the time and replica that you return.'
    await told('the entry of the key', { entries: [entry] }, hint, `after ${call}`)
  }

  await add(random.int(1, 1_000))
  await add(-random.int(1, 2_000))
  const own = random.bytes(4).toString('hex')
  const keys = random.shuffle([`k-${own}`, '', '__proto__', 'constructor', '10', '9', 'clé 🔑'])
  for (const key of keys) await write(key, random.bytes(3).toString('hex'))
  for (let i = 0; i < 4; i++) await write(keys[0]!, `${own} ${i}`)
  // Of two equal values, the second is a write all the same: it wins over what others wrote meanwhile.
  await write(
    keys[0]!,
    `${own} 3`,
    'to set the value that a key has already is a write like any other, with a time of its own.',
  )
  await write(keys[1]!, '')
  await add(random.int(1, 1_000_000_000))
  await write(keys[2]!, null)
  await write(`never-${own}`, null)
  await expectRead(t, replica, model, READS)

  t.doing('The checker called set ten times without waiting for the replies.')
  const many = await Promise.all(
    Array.from({ length: 10 }, (_, i) => replica.set(`many-${i % 3}`, `${own} ${i}`)),
  )
  const stamps = many.map(({ time }) => time)
  const increasing = stamps.every((time, i) => time > (stamps[i - 1] ?? last))
  if (!increasing)
    t.fail({
      expected: 'ten times, each greater than the one before.',
      got: `${json(stamps)}.`,
      hint: ONE_MORE,
      spoke: true,
    })
  for (const [i, { time }] of many.entries()) {
    const entry: Entry = { key: `many-${i % 3}`, value: `${own} ${i}`, time, replica: id! }
    await told(
      'the entry of the key',
      { entries: [entry] },
      'send each write in a message of its own.',
      'after set',
    )
  }
  await expectRead(t, replica, model, READS)
  const nothingMore = async (when: string, hint: string) => {
    await replica.settled()
    expectNothing(t, replica.peers, { when, hint })
    const event = replica.program.told.waiting()[0]
    if (event)
      t.fail({
        expected: `no more events ${when}.`,
        got: `${json(event)}.`,
        hint,
        spoke: true,
      })
  }
  await nothingMore('than one for each write', 'each change goes to each peer once. read changes nothing.')
  t.doing('The checker called add with 0.')
  await replica.add(0)
  await nothingMore('for add 0', 'your totals are the same: if nothing changed, send nothing.')
}
