import assert from 'node:assert/strict'
import { CheckFailure } from '../../../../labs/check/kit/finding.ts'
import { TooBusy } from '../../../../labs/check/kit/patience.ts'
import { lateUntil, unlessLate, watchLateness } from '../../../../labs/check/kit/lateness.ts'

const BUSY_MS = 100

/** Nothing else of this process runs meanwhile. */
function beBusy(): void {
  const until = performance.now() + BUSY_MS
  while (performance.now() < until);
}

describe('how late a program and the checker are', () => {
  it('counts the time that the program takes for a sign of life', async () => {
    let end = (): void => {}
    const over = new Promise<void>(resolve => (end = resolve))
    const late = lateUntil(over, async () => {
      await new Promise(resolve => setTimeout(resolve, BUSY_MS))
      end()
    })
    assert.ok((await late) > BUSY_MS / 2)
  })

  it('counts the time in which the checker itself did not get to run', async () => {
    let end = (): void => {}
    const over = new Promise<void>(resolve => (end = resolve))
    const late = lateUntil(over, () => Promise.resolve())
    // After the first sign of life, while the next one is not asked for yet.
    setTimeout(() => {
      beBusy()
      end()
    }, 1)
    assert.ok((await late) > BUSY_MS / 2)
  })

  it('ends when the program gives no sign of life any more', async () => {
    assert.ok(
      (await lateUntil(new Promise(() => {}), () => Promise.reject(new Error('ended')))) < BUSY_MS / 2,
    )
  })

  it('is known before the end: of a program that hangs, it grows', async () => {
    const lateness = watchLateness(() => new Promise(() => {}))
    beBusy()
    assert.ok(lateness.most() > BUSY_MS / 2)
    beBusy()
    assert.ok(lateness.most() > (3 / 2) * BUSY_MS)
    lateness.stop()
    const last = lateness.most()
    beBusy()
    assert.equal(lateness.most(), last)
  })

  it('counts from a moment on what was late after it only', async () => {
    const lateness = watchLateness(() => Promise.resolve())
    beBusy()
    const from = performance.now()
    assert.ok(lateness.most() > BUSY_MS / 2)
    assert.ok(lateness.most(from) < lateness.most())
    beBusy()
    assert.ok(lateness.most(from) > BUSY_MS / 2)
    assert.ok(lateness.most(0, from) > BUSY_MS / 2, 'what began before its end counts, however long it lasts')
    lateness.stop()
  })

  it('tells the longest time in which nothing was late', async () => {
    let busy = false
    const lateness = watchLateness(() => {
      if (busy) beBusy()
      return Promise.resolve()
    })
    const quietly = performance.now()
    while (performance.now() < quietly + 2 * BUSY_MS) await new Promise(resolve => setTimeout(resolve, 5))
    busy = true
    await new Promise(resolve => setTimeout(resolve, 4 * BUSY_MS))
    const quiet = lateness.quiet(BUSY_MS / 2)
    assert.ok(quiet > BUSY_MS / 2, `${quiet}`)
    assert.ok(lateness.quiet(BUSY_MS / 2, quietly + 3 * BUSY_MS) < quiet)
    assert.ok(lateness.quiet(Infinity) > 4 * BUSY_MS)
    lateness.stop()
  })

  it('takes a failure for one of the machine while something was late, and no other', async () => {
    const failure = new CheckFailure({ expected: 'something.', got: 'nothing.' })
    const attempt = (error: Error, late: boolean) =>
      unlessLate(
        BUSY_MS / 2,
        () => Promise.resolve(),
        () => {
          if (late) beBusy()
          return Promise.reject(error)
        },
      )
    await assert.rejects(attempt(failure, true), TooBusy)
    const other = new Error('a fault of ours')
    await assert.rejects(attempt(other, true), other)
    await assert.rejects(
      unlessLate(
        Infinity,
        () => Promise.resolve(),
        () => Promise.reject(failure),
      ),
      failure,
    )
    assert.equal(
      await unlessLate(
        0,
        () => Promise.resolve(),
        () => Promise.resolve(7),
      ),
      7,
    )
  })
})
