import assert from 'node:assert/strict'
import { lagUntil } from '../../../../labs/check/kit/lag.ts'

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
    const lag = lagUntil(over, async () => {
      await new Promise(resolve => setTimeout(resolve, BUSY_MS))
      end()
    })
    assert.ok((await lag) > BUSY_MS / 2)
  })

  it('counts the time in which the checker itself did not get to run', async () => {
    let end = (): void => {}
    const over = new Promise<void>(resolve => (end = resolve))
    const lag = lagUntil(over, () => Promise.resolve())
    // After the first sign of life, while the next one is not asked for yet.
    setTimeout(() => {
      beBusy()
      end()
    }, 1)
    assert.ok((await lag) > BUSY_MS / 2)
  })

  it('ends when the program gives no sign of life any more', async () => {
    assert.equal(await lagUntil(new Promise(() => {}), () => Promise.reject(new Error('ended'))), 0)
  })
})
