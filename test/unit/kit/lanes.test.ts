import assert from 'node:assert/strict'
import { aFewAtATime } from '../../kit/lanes.ts'

describe('A few at a time', () => {
  /** Items that end when they are told to, and how many run. */
  const items = (count: number) => {
    const ends = new Map<number, PromiseWithResolvers<number>>()
    const begun = new Map(Array.from({ length: count }, (_, i) => [i, Promise.withResolvers<void>()]))
    return {
      list: [...begun.keys()],
      begins: (item: number) => begun.get(item)!.promise,
      running: () => ends.size,
      run(item: number) {
        const end = Promise.withResolvers<number>()
        ends.set(item, end)
        begun.get(item)!.resolve()
        return end.promise
      },
      end(item: number) {
        ends.get(item)!.resolve(item)
        ends.delete(item)
      },
    }
  }

  it('runs the least there may be on a busy machine, in order, and begins the next when one ends', async () => {
    const { list, run, running, end, begins } = items(4)
    let looks = 0
    const twice = Promise.withResolvers<void>()
    const idle = () => {
      if (++looks === 2) twice.resolve()
      return 0
    }
    const results = aFewAtATime(list, { least: 2, most: 4, idle }, run)
    const keepAlive = setInterval(() => {}, 1_000)
    await twice.promise
    assert.equal(running(), 2)
    end(1)
    assert.equal(await results.get(1), 1)
    await begins(2)
    assert.equal(running(), 2)
    end(0)
    await begins(3)
    end(2)
    end(3)
    assert.deepEqual(await Promise.all(results.values()), [0, 1, 2, 3])
    clearInterval(keepAlive)
  })

  it('runs more while the processors have time left, and no more than the most', async () => {
    const { list, run, running, end, begins } = items(5)
    let looks = 0
    const often = Promise.withResolvers<void>()
    const idle = () => {
      if (++looks === 4) often.resolve()
      return 1
    }
    const results = aFewAtATime(list, { least: 1, most: 3, idle }, run)
    const keepAlive = setInterval(() => {}, 1_000)
    await begins(2)
    await often.promise
    assert.equal(running(), 3)
    for (const item of [0, 1, 2]) end(item)
    for (const item of [3, 4]) {
      await begins(item)
      end(item)
    }
    assert.deepEqual(await Promise.all(results.values()), [0, 1, 2, 3, 4])
    clearInterval(keepAlive)
  })

  it('goes on with as many, and with fewer once the processors have no time left', async () => {
    const { list, run, running, end, begins } = items(9)
    let left = 1
    let looks = 0
    let looked = Promise.withResolvers<void>()
    const idle = () => {
      looks++
      looked.resolve()
      return left
    }
    const look = () => (looked = Promise.withResolvers<void>()).promise
    const results = aFewAtATime(list, { least: 1, most: 3, idle }, run)
    const keepAlive = setInterval(() => {}, 1_000)
    await begins(2)
    left = 0.1
    await look()
    const before = looks
    for (const item of [0, 1, 2]) end(item)
    for (const item of [3, 4, 5]) await begins(item)
    assert.equal(looks, before, 'at once, and not at the next look')
    left = 0
    for (let i = 0; i < 4; i++) await look()
    for (const item of [3, 4, 5]) end(item)
    await begins(6)
    await look()
    assert.equal(running(), 1)
    for (const item of [6, 7, 8]) {
      await begins(item)
      end(item)
    }
    assert.equal((await Promise.all(results.values())).length, 9)
    clearInterval(keepAlive)
  })

  it('gives a rejection to whoever awaits that result, and goes on', async () => {
    const results = aFewAtATime([1, 2], { least: 1, most: 1 }, async item => {
      if (item === 1) throw new Error('one')
      return item
    })
    await assert.rejects(results.get(1)!, /^Error: one$/)
    assert.equal(await results.get(2), 2)
  })
})
