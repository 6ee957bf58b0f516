import assert from 'node:assert/strict'
import { deadline, pause } from '../../../../labs/check/kit/deadline.ts'
import { inspectorFilter } from '../../../../labs/check/engine/inspector.ts'
import { elapsed, going, isSuspended, resume, suspend } from '../../../../labs/check/engine/suspension.ts'

/** So many milliseconds of everybody's time. */
const passed = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

describe("the checker's time", () => {
  afterEach(() => {
    resume('a')
    resume('b')
  })

  it('stands still until every reason is taken back', async () => {
    suspend('a')
    suspend('b')
    const before = elapsed()
    const again = going()
    await passed(120)
    assert.equal(elapsed(), before)
    resume('a')
    resume('a')
    assert.equal(isSuspended(), true)
    resume('b')
    await again
    assert.equal(isSuspended(), false)
    assert.ok(elapsed() - before < 100)
    await passed(10)
    assert.ok(elapsed() > before)
  })

  it('is that of deadlines, but not of those that are always on', async () => {
    let expired = false
    suspend('a')
    const limit = deadline(50, () => (expired = true))
    await new Promise<void>(resolve => deadline(200, resolve, { always: true }))
    assert.equal(expired, false)
    resume('a')
    await new Promise<void>(resolve => deadline(200, resolve))
    assert.equal(expired, true)
    limit.clear()
  })

  it('is that of pauses', async () => {
    let over = false
    const paused = pause(60).then(() => (over = true))
    suspend('a')
    await passed(150)
    assert.equal(over, false)
    resume('a')
    await paused
    await pause(0)
  })
})

describe("what Node's inspector prints", () => {
  it('is told apart from what the program prints, however it is cut', () => {
    const printed =
      'mine\nDebugger listening on ws://127.0.0.1:40123/0f2c936f\nFor help, see: https://nodejs.org/learn/getting-started/debugging\n' +
      'mine, too\nP2P Lab: The program waits for a debugger.\nDebugger attached.\r\nDebugger is mine\nWaiting for the debugger to disconnect...\nlast'
    for (let size = 1; size <= printed.length; size++) {
      const told: (string | number)[] = []
      const filter = inspectorFilter({
        listening: port => told.push(port),
        attached: () => told.push('attached'),
      })
      let own = ''
      // Not when Node names the port: the program does not wait yet.
      for (let at = 0; at < printed.length; at += size)
        own += filter.push(Buffer.from(printed.slice(at, at + size)))
      own += filter.end()
      assert.equal(own, 'mine\nmine, too\nDebugger is mine\nlast')
      assert.deepEqual(told, [40123, 'attached'])
      assert.equal(filter.end(), '')
    }
  })
})
