import type { Check } from '../../../check/kit/check.ts'
import { createModel, type Count, type Entry, type State } from './model.ts'
import { expectNothing, expectRead, expectState, json, startReplica } from './replica.ts'

const AN_HOUR = 3_600_000
const HINT = 'look at every field of every count and entry before you merge any of them.'

/** Messages of which one part is wrong and the others are right: none of it counts. */
export const malformed: Check = async t => {
  const { random } = t
  const name = random.bytes(4).toString('hex')
  const replica = await startReplica(t, { peers: 2 })
  const [n2, n3] = replica.peers as [(typeof replica.peers)[0], (typeof replica.peers)[0]]
  const model = createModel()
  const time = Date.now()
  const count: Count = { replica: `n2-${name}`, plus: random.int(1, 9), minus: random.int(1, 9) }
  const entry: Entry = { key: `good-${name}`, value: 'good', time, replica: count.replica }
  const hints = { counter: HINT, entries: HINT }

  t.doing('n2 sent your program a state.')
  n2.send({ type: 'state', counts: [count], entries: [entry] })
  model.merge({ counts: [count], entries: [entry] })
  await expectState(t, n3, {
    what: 'what was new',
    state: { counts: [count], entries: [entry] },
    hint: 'a state that is new is merged and passed on.',
  })

  const good = {
    counts: [{ ...count, plus: count.plus + 1 }],
    // A time that no clock has pushes the clock of whoever takes it.
    entries: [{ ...entry, value: 'bad', time: time + AN_HOUR }],
  }
  const counts = (...more: unknown[]) => ({
    type: 'state',
    counts: [...good.counts, ...more],
    entries: good.entries,
  })
  const entries = (...more: unknown[]) => ({
    type: 'state',
    counts: good.counts,
    entries: [...good.entries, ...more],
  })
  const bad = { key: `bad-${name}`, value: 'bad', time, replica: `n3-${name}` }
  const three = { replica: `n3-${name}`, plus: 3, minus: 0 }
  const messages: [what: string, message: object][] = [
    ['another type', { ...good, type: 'status' }],
    ['no type', good],
    ['no counts', { type: 'state', entries: good.entries }],
    ['no entries', { type: 'state', counts: good.counts }],
    [
      'counts that are not a list',
      { type: 'state', counts: { [count.replica]: count }, entries: good.entries },
    ],
    ['entries that are not a list', { type: 'state', counts: good.counts, entries: { [bad.key]: bad } }],
    ['entries that are null', { type: 'state', counts: good.counts, entries: null }],
    ['a count that is null', counts(null)],
    ['a count that is a number', counts(7)],
    ['a count without a replica', counts({ plus: 3, minus: 0 })],
    ['a count whose replica is a number', counts({ ...three, replica: 3 })],
    ['a count with a negative plus', counts({ ...three, plus: -3 })],
    ['a count with a negative minus', counts({ ...three, minus: -3 })],
    ['a count with a fraction', counts({ ...three, plus: 2.5 })],
    ['a count with a text for plus', counts({ ...three, plus: '3' })],
    ['a count without minus', counts({ replica: three.replica, plus: 3 })],
    ['a count whose minus is null', counts({ ...three, minus: null })],
    ['a count whose plus is true', counts({ ...three, plus: true })],
    ['a count of 2^53', counts({ ...three, plus: 2 ** 53 })],
    ['an entry that is null', entries(null)],
    ['an entry that is a text', entries('bad')],
    ['an entry without a key', entries({ value: 'bad', time, replica: bad.replica })],
    ['an entry whose key is a number', entries({ ...bad, key: 5 })],
    ['an entry without a value', entries({ key: bad.key, time, replica: bad.replica })],
    ['an entry whose value is a number', entries({ ...bad, value: 5 })],
    ['an entry whose value is an object', entries({ ...bad, value: {} })],
    ['an entry whose value is false', entries({ ...bad, value: false })],
    ['an entry with a text for a time', entries({ ...bad, time: `${time}` })],
    ['an entry with a fraction for a time', entries({ ...bad, time: time + 0.5 })],
    ['an entry with a negative time', entries({ ...bad, time: -1 })],
    ['an entry whose time is null', entries({ ...bad, time: null })],
    ['an entry whose time is true', entries({ ...bad, time: true })],
    ['an entry with a time of 2^53', entries({ ...bad, time: 2 ** 53 })],
    ['an entry without a replica', entries({ key: bad.key, value: 'bad', time })],
    ['an entry whose replica is null', entries({ ...bad, replica: null })],
  ]
  for (const [what, message] of random.shuffle(messages)) {
    t.doing(`n2 sent your program a message with ${what}: ${json(message)}.`)
    n2.send(message)
    await replica.settled()
    expectNothing(t, [n3], { when: `after a message with ${what}`, hint: HINT })
    await expectRead(t, replica, model, hints)
  }

  t.doing('After messages that your program ignored, whose times were an hour ahead, the checker called set.')
  const own = { key: `own-${name}`, value: 'own', ...(await replica.set(`own-${name}`, 'own')) }
  if (own.time >= time + AN_HOUR)
    t.fail({
      expected: `a time before ${time + AN_HOUR}, which your program has seen only in messages that it ignored.`,
      got: `${own.time}.`,
      hint: 'ignore all of a malformed message, also its times: note a time when you merge its entry.',
      op: 'set',
      spoke: true,
    })
  model.merge({ entries: [own] })
  await expectState(t, n3, { what: 'the entry of the key', state: { entries: [own] }, hint: HINT })

  const right = async (
    what: string,
    state: State,
    hint: string,
    more: (part: object) => object = part => part,
  ) => {
    t.doing(`n2 sent your program a state with ${what}.`)
    n2.send(more({ type: 'state', counts: state.counts.map(more), entries: state.entries.map(more) }))
    model.merge(state)
    await expectState(t, n3, { what: 'what was new', state, hint })
    await expectRead(t, replica, model, hints)
  }
  const empty = { key: '', value: '', time: 0, replica: bad.replica }
  const zero = { replica: bad.replica, plus: 0, minus: random.int(1, 9) }
  await right(
    'empty texts and zeros',
    { counts: [zero], entries: [empty] },
    "0 and '' are values like any other.",
  )
  // Not the greatest count: whoever adds up all plus first needs room for those of the others.
  const large = Number.MAX_SAFE_INTEGER - 1_000_000
  const most = { replica: `n4-${name}`, plus: large, minus: large }
  const latest = {
    key: `latest-${name}`,
    value: '\0 "}',
    time: Number.MAX_SAFE_INTEGER,
    replica: most.replica,
  }
  await right(
    'the greatest time',
    { counts: [most], entries: [latest] },
    'counts and times are integers from 0 to 2^53 − 1.',
  )
  const newer = { counts: [{ ...zero, plus: 1 }], entries: [{ ...empty, time: 1 }] }
  await right(
    'unknown fields',
    newer,
    'fields that you do not know are no reason to ignore a message.',
    part => ({
      ...part,
      version: 2,
    }),
  )

  t.doing('n2 sent your program a frame that is not JSON, and connected again.')
  n2.send(Buffer.from('00000004', 'hex'), Buffer.from('oops'))
  await replica.settled()
  await n2.dial(replica.port)
  const last = { key: `last-${name}`, value: 'last', time, replica: bad.replica }
  n2.send({ type: 'state', counts: [], entries: [last] })
  model.merge({ entries: [last] })
  await expectState(t, n3, {
    what: 'what was new',
    state: { entries: [last] },
    hint: 'a new connection is as good as the one before.',
  })
  await expectRead(t, replica, model, hints)
}
