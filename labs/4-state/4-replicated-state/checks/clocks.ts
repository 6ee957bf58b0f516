import type { Check } from '../../../check/kit/check.ts'
import { createModel } from './model.ts'
import { expectRead, json, openDisk, startReplica, stateIn, taken, type Replica } from './replica.ts'

const AN_HOUR = 3_600_000
const TOLERANCE_MS = 60_000

const HINT =
  'the time of a write is at least 1 more than every time that you have seen, of any key and from anyone, tombstones included.'
const READS = { counter: 'nobody has added anything.', entries: HINT }

/** Clocks are wrong by an hour, and a write that replaces what its node sees wins all the same. */
export const clocks: Check = async t => {
  const { random } = t
  const name = random.bytes(4).toString('hex')
  const disk = await openDisk(t)
  t.doing('The checker started your program with a clock that is an hour behind.')
  let replica = await startReplica(t, { disk, clockMs: -AN_HOUR })
  const model = createModel()
  /** Writes, and fails unless it wins over all that was there. */
  const wins = async (what: string, key: string, value: string | null, seen: number) => {
    const { time, replica: by } = await (value === null ? replica.remove(key) : replica.set(key, value))
    model.merge({ entries: [{ key, value, time, replica: by }] })
    await replica.settled()
    const sent = (await taken(replica.peers[0]!))
      .flatMap(message => stateIn(t, message, 'n2').entries)
      .findLast(entry => entry.key === key)
    const told = sent?.time ?? time
    if (time <= seen || told <= seen)
      t.fail({
        expected: `that ${what} has a time after ${seen}, which your program has seen.`,
        got: time <= seen ? `${time}.` : `${told} in the message to n2.`,
        hint: HINT,
        spoke: true,
      })
    await expectRead(t, replica, model, READS)
    return time
  }
  const hears = async (key: string, value: string | null, time: number) => {
    const entry = { key, value, time, replica: `n2-${name}` }
    t.doing(
      `n2, whose clock is an hour ahead, sent your program ${json(entry)}. Then the checker called an op.`,
    )
    model.merge({ entries: [entry] })
    replica.peers[0]!.send({ type: 'state', counts: [], entries: [entry] })
    await replica.settled()
    return time
  }
  const ahead = Date.now() + AN_HOUR

  let seen = await hears(`a-${name}`, 'by n2', ahead)
  seen = await wins('a set of the same key', `a-${name}`, 'by n1', seen)
  seen = await hears(`b-${name}`, 'by n2', seen + random.int(1, 1_000))
  seen = await wins('a remove of the same key', `b-${name}`, null, seen)
  seen = await hears(`c-${name}`, 'by n2', seen + random.int(1, 1_000))
  seen = await wins('a set of another key', `d-${name}`, 'by n1', seen)
  seen = await hears(`e-${name}`, null, seen + random.int(1, 1_000))
  seen = await wins('a set after a tombstone', `f-${name}`, 'by n1', seen)
  seen = await wins('the next set', `f-${name}`, 'by n1 again', seen)

  const restart = async (clockMs: number): Promise<Replica> => {
    await replica.kill()
    return startReplica(t, { disk, clockMs, program: await t.another() })
  }
  seen = await hears(`g-${name}`, 'by n2', seen + random.int(1, 1_000))
  replica = await restart(-2 * AN_HOUR)
  t.doing(
    'The checker killed your program, started it again with a clock that is two hours behind, and called set.',
  )
  seen = await wins('a set after the restart', `g-${name}`, 'by n1', seen)

  replica = await restart(3 * AN_HOUR)
  t.doing(
    'The checker killed your program, started it again with a clock that is three hours ahead, and called set.',
  )
  const before = Date.now() + 3 * AN_HOUR
  const time = await wins('a set', `h-${name}`, 'by n1', seen)
  if (Math.abs(time - before) > TOLERANCE_MS)
    t.fail({
      expected: `a time of about ${before}: your clock, which is now ahead of all that you have seen.`,
      got: `${time}.`,
      hint: 'the time of a write is Date.now() + clockMs, unless you have seen a later one: the clock of this start.',
      spoke: true,
    })
}
