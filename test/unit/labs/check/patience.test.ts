/** Waiting for a program without letting a clock judge alone. */
import assert from 'node:assert/strict'
import type { CheckContext } from '../../../../labs/check/kit/check.ts'
import { happens, TooBusy, withTime } from '../../../../labs/check/kit/patience.ts'
import type { Program } from '../../../../labs/check/engine/program.ts'

const never = new Promise<void>(() => {})

describe('happens', () => {
  it('is true as soon as the thing happened', async () => {
    const due = Promise.withResolvers<void>()
    let signs = 0
    const known = happens(due.promise, {
      ms: 60_000,
      everyMs: 1,
      signOfLife: async () => void (++signs === 3 && due.resolve()),
    })
    assert.equal(await known, true)
    assert.equal(signs, 3)
  })

  it('is false only after ten signs of life that began after the time', async () => {
    const started = performance.now()
    let late = 0
    const known = await happens(never, {
      ms: 50,
      everyMs: 5,
      signOfLife: async () => void (performance.now() - started >= 50 && late++),
    })
    assert.equal(known, false)
    assert.ok(late >= 10, `${late}`)
  })

  it('does not give up while the program gives no sign of life', async () => {
    const due = Promise.withResolvers<void>()
    const slow = Promise.withResolvers<void>()
    const known = happens(due.promise, { ms: 0, signOfLife: () => slow.promise })
    due.resolve()
    slow.resolve()
    assert.equal(await known, true)
  })

  it('passes on what goes wrong with the thing, and with the signs of life', async () => {
    const gone = new Error('gone')
    const alive = { ms: 1000, everyMs: 1, signOfLife: async () => {} }
    await assert.rejects(happens(Promise.reject(gone), alive), gone)
    await assert.rejects(happens(never, { ...alive, signOfLife: () => Promise.reject(gone) }), gone)
  })
})

describe('withTime', () => {
  const program = { pid: 1 } as Program
  const context = (): CheckContext =>
    ({
      program,
      another: async () => ({ pid: 2 }),
      inconclusive: (why: string) => assert.fail(`inconclusive: ${why}`),
    }) as unknown as CheckContext

  it('tries once where that is enough, with the program that is there', async () => {
    const tries: [number, number][] = []
    await withTime(context(), async (ms, { pid }) => void tries.push([ms, pid]))
    assert.deepEqual(tries, [[200, 1]])
  })

  it('tries again with twice the time and a fresh program when the machine was too busy', async () => {
    const tries: [number, number][] = []
    await withTime(context(), async (ms, { pid }) => {
      tries.push([ms, pid])
      if (tries.length < 3) throw new TooBusy()
    })
    assert.deepEqual(tries, [
      [200, 1],
      [400, 2],
      [800, 2],
    ])
  })

  it('is inconclusive when no time is enough', async () => {
    const busy = withTime(context(), () => Promise.reject(new TooBusy()))
    await assert.rejects(busy, /inconclusive: this machine is so busy that even a timeout of 12\.8 s/)
  })

  it('passes on a failure', async () => {
    const failure = new Error('wrong')
    await assert.rejects(
      withTime(context(), () => Promise.reject(failure)),
      failure,
    )
  })
})
