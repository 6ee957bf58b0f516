import assert from 'node:assert/strict'
import { clockOffset, readClock } from '../../../network/clock.ts'

/** What a process shows whose clock is 7 ms ahead, at a moment of ours. */
const answerAt = (at: number, monotonic = at) => ({ now: at + 7, monotonic })
const ours = (at: number) => ({ now: at, monotonic: at })

describe('The offset of a clock', () => {
  it('is exact however long and uneven the question and its answer took', () => {
    for (const answered of [100, 101, 150, 999]) {
      assert.equal(clockOffset(ours(100), answerAt(100), ours(answered)), 7)
      assert.equal(clockOffset(ours(100), answerAt(answered), ours(answered)), 7)
    }
  })

  it('is within what the question and its answer allow, where the other system counts differently', () => {
    for (const foreign of [0, 1e9]) {
      assert.equal(clockOffset(ours(100), answerAt(110, foreign), ours(120)), 7)
      const offset = clockOffset(ours(100), answerAt(120, foreign), ours(120))
      assert.ok(offset >= 7 && offset <= 27, String(offset))
    }
  })

  it('to ourselves is none', () => {
    const [asked, answer, answered] = [readClock(), readClock(), readClock()]
    assert.ok(Math.abs(clockOffset(asked, answer, answered)) < 1)
  })
})
