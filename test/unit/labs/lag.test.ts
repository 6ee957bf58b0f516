/** How late the program and the checker were. */
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { lagUntil } from '../../../labs/check/kit/lag.ts'

const STILL_MS = 120

function standStill(): void {
  const end = performance.now() + STILL_MS
  while (performance.now() < end);
}

describe('The lag of a check', () => {
  it('is what the program takes for a sign of life', async () => {
    const lag = lagUntil(wait(10), () => wait(STILL_MS))
    assert.ok((await lag) >= STILL_MS - 1)
  })

  it('is also the time for which the checker itself stands still between two signs of life', async () => {
    const end = Promise.withResolvers<void>()
    const lag = lagUntil(end.promise, async () => {
      // Once the checker pauses.
      setImmediate(() => {
        standStill()
        end.resolve()
      })
    })
    assert.ok((await lag) >= STILL_MS - 11, String(await lag))
  })
})
