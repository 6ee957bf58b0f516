/** Histories of which it is known whether they are linearizable. */
import assert from 'node:assert/strict'
import {
  linearizability,
  register,
  type Operation,
  type RegisterInput,
  type RegisterOutput,
} from '../../../../labs/check/cluster/linearizability.ts'
import { createRandom } from '../../../../labs/check/kit/random.ts'

type One = Operation<RegisterInput<number>, RegisterOutput<number>>
const write = (value: number, calledAt: number, answeredAt: number): One => ({
  input: { op: 'write', value },
  output: answeredAt === Infinity ? undefined : {},
  calledAt,
  answeredAt,
})
const read = (value: number, calledAt: number, answeredAt: number): One => ({
  input: { op: 'read' },
  output: { value },
  calledAt,
  answeredAt,
})
const cas = (
  expected: number,
  value: number,
  ok: boolean | undefined,
  calledAt: number,
  answeredAt: number,
): One => ({
  input: { op: 'cas', expected, value },
  output: ok === undefined ? undefined : { ok },
  calledAt,
  answeredAt,
})
const verdict = (...history: One[]) => linearizability(register<number>(0), history).verdict

describe('Linearizability of a register', () => {
  it('holds for what happens one after another', () => {
    assert.equal(verdict(), 'linearizable')
    assert.equal(verdict(read(0, 0, 1), write(1, 2, 3), read(1, 4, 5)), 'linearizable')
  })

  it('does not hold for a stale read', () => {
    assert.equal(verdict(write(1, 0, 1), read(0, 2, 3)), 'not linearizable')
    assert.equal(verdict(read(1, 0, 1), write(1, 2, 3)), 'not linearizable')
  })

  it('lets a read beside a write see either value, and no later read the old one', () => {
    assert.equal(verdict(write(1, 0, 10), read(0, 1, 2), read(1, 3, 4)), 'linearizable')
    // The example of Herlihy and Wing: once one reader saw the new value, nobody sees the old one.
    assert.equal(verdict(write(1, 0, 10), read(1, 1, 2), read(0, 3, 4)), 'not linearizable')
    assert.equal(verdict(write(1, 0, 10), read(1, 1, 4), read(0, 2, 3)), 'linearizable')
  })

  it('counts an operation without an answer as done, at any later time, or never', () => {
    assert.equal(verdict(write(1, 0, Infinity), read(0, 1, 2), read(1, 3, 4)), 'linearizable')
    assert.equal(verdict(write(1, 0, Infinity), read(0, 1, 2), read(0, 3, 4)), 'linearizable')
    assert.equal(verdict(write(1, 0, Infinity), read(1, 1, 2), read(0, 3, 4)), 'not linearizable')
    assert.equal(verdict(cas(0, 5, undefined, 0, Infinity), read(5, 1, 2)), 'linearizable')
    assert.equal(verdict(read(1, 1, 2), write(1, 3, Infinity)), 'not linearizable')
  })

  it('lets one of two equal compare-and-sets win', () => {
    assert.equal(verdict(cas(0, 1, true, 0, 5), cas(0, 2, false, 0, 5), read(1, 6, 7)), 'linearizable')
    assert.equal(verdict(cas(0, 1, true, 0, 5), cas(0, 2, true, 0, 5)), 'not linearizable')
    assert.equal(verdict(cas(0, 1, false, 0, 5), cas(0, 2, false, 0, 5)), 'not linearizable')
    assert.equal(verdict(cas(0, 1, true, 0, 5), cas(1, 0, true, 0, 5), cas(0, 2, true, 0, 5)), 'linearizable')
  })

  it('takes operations that touch at one moment as beside each other', () => {
    assert.equal(verdict(write(1, 0, 1), read(0, 1, 2)), 'linearizable')
  })

  it('says how far it came', () => {
    const result = linearizability(register<number>(0), [write(1, 0, 1), read(1, 2, 3), read(0, 4, 5)])
    assert.ok(result.verdict === 'not linearizable')
    assert.deepEqual(
      result.longest.map(({ calledAt }) => calledAt),
      [0, 2],
    )
    assert.deepEqual(
      result.stuck.map(({ calledAt }) => calledAt),
      [4],
    )
  })

  it('gives up after so many steps', () => {
    const history = Array.from({ length: 40 }, (_, i) => write(i, 0, 100))
    const result = linearizability(register<number>(0), [...history, read(-1, 101, 102)], 10_000)
    assert.equal(result.verdict, 'unknown')
  })

  it('agrees with every order tried, in small histories at random', () => {
    for (let seed = 0; seed < 400; seed++) {
      const random = createRandom(seed)
      const history = Array.from({ length: 5 }, (): One => {
        const calledAt = random.int(0, 8)
        const answeredAt = calledAt + random.int(1, 5)
        const kind = random.int(0, 3)
        if (kind === 0)
          return write(random.int(0, 2), calledAt, random.int(0, 4) === 0 ? Infinity : answeredAt)
        if (kind === 1)
          return cas(random.int(0, 2), random.int(0, 2), random.int(0, 1) === 1, calledAt, answeredAt)
        return read(random.int(0, 2), calledAt, answeredAt)
      })
      assert.equal(
        verdict(...history),
        byTrying(history) ? 'linearizable' : 'not linearizable',
        `seed ${seed}`,
      )
    }
  })

  it('holds for what a real register did, forty operations of five clients', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = createRandom(seed)
      let value = 0
      const history: One[] = []
      for (let client = 0; client < 5; client++) {
        let time = random.int(0, 5)
        for (let i = 0; i < 8; i++) {
          const calledAt = time
          const answeredAt = calledAt + random.int(1, 20)
          time = answeredAt + random.int(1, 5)
          history.push({ input: { op: 'read' }, output: undefined, calledAt, answeredAt })
        }
      }
      // Each takes effect at a moment of its own, in the order of these moments.
      const moments = history.map(
        one => one.calledAt + ((one.answeredAt - one.calledAt) * random.int(0, 1000)) / 1000,
      )
      const inOrder = history.map((_, i) => i).sort((a, b) => moments[a]! - moments[b]!)
      for (const i of inOrder) {
        const one = history[i]!
        if (random.int(0, 1) === 0) history[i] = { ...one, output: { value } }
        else {
          value = random.int(1, 5)
          history[i] = { ...one, input: { op: 'write', value }, output: {} }
        }
      }
      assert.equal(verdict(...history), 'linearizable', `seed ${seed}`)
    }
  })
})

/** All orders of all choices of the unanswered ones. */
function byTrying(history: readonly One[]): boolean {
  const model = register<number>(0)
  const go = (state: number, left: readonly One[]): boolean => {
    if (left.every(({ output }) => output === undefined)) return true
    return left.some(one => {
      if (left.some(other => other !== one && other.answeredAt < one.calledAt)) return false
      const next = model.step(state, one.input, one.output)
      return (
        next !== undefined &&
        go(
          next,
          left.filter(other => other !== one),
        )
      )
    })
  }
  return go(model.initial, history)
}
