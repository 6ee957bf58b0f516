import assert from 'node:assert/strict'
import type { ExerciseResult } from '../../../labs/check/protocol.ts'
import { createHistory } from '../../../extension/testing/history.ts'
import { resultText } from '../../../extension/testing/outcome.ts'
import { createCheckQueue } from '../../../extension/testing/check-queue.ts'

const never = new AbortController().signal

/** Whether it is settled once everything that is ready has happened. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  void promise.then(() => (done = true))
  await new Promise(resolve => setImmediate(resolve))
  return done
}

describe('the runs of one exercise', () => {
  it('wait for one that was asked for', async () => {
    const turns = createCheckQueue()
    for (const reason of ['asked', 'saved'] as const) {
      const first = (await turns.take('1.1', 'asked', never))!
      const next = turns.take('1.1', reason, never)
      assert.equal(await settled(next), false)
      assert.equal(first.signal.aborted, false)
      const other = await turns.take('1.2', 'asked', never)
      other!.end()
      first.end()
      const turn = await next
      turn!.end()
    }
  })

  it('replace one that a save started, and begin when it is over', async () => {
    const turns = createCheckQueue()
    for (const reason of ['asked', 'saved'] as const) {
      const first = await turns.take('1.1', 'saved', never)
      const next = turns.take('1.1', reason, never)
      assert.equal(await settled(next), false)
      assert.equal(first!.signal.aborted, true)
      first!.end()
      const turn = (await next)!
      assert.equal(turn.signal.aborted, false)
      turn.end()
    }
  })

  it('do not begin when they were cancelled while they waited', async () => {
    const turns = createCheckQueue()
    const first = await turns.take('1.1', 'asked', never)
    const given = new AbortController()
    const next = turns.take('1.1', 'saved', given.signal)
    given.abort()
    assert.equal(await next, undefined)
    first!.end()
    assert.ok(await turns.take('1.1', 'asked', never))
  })
})

describe('the history of a window', () => {
  const result = (verdict: ExerciseResult['verdict'], seed: number, problem?: string): ExerciseResult => ({
    exercise: '1.1',
    verdict,
    seed,
    ms: 1,
    checks: [],
    ...(problem !== undefined && { problem }),
  })

  it('knows the last result, and the last run that failed', () => {
    const history = createHistory()
    assert.equal(history.last('1.1'), undefined)
    assert.equal(history.lastFailed('1.1'), undefined)
    history.add(result('fail', 7), ['stop'])
    history.add(result('pass', 8), undefined)
    history.add(result('error', 0, 'no such file'), undefined)
    assert.equal(history.last('1.1')?.problem, 'no such file')
    assert.deepEqual(history.lastFailed('1.1'), { seed: 7, only: ['stop'] })
    history.add(result('inconclusive', 9), undefined)
    assert.deepEqual(history.lastFailed('1.1'), { seed: 9, only: undefined })
  })
})

describe('the output of a check', () => {
  it('has what went over the wire, also on a pass, in lines that a terminal can show', () => {
    const text = resultText({
      id: 'a',
      title: 'A',
      verdict: 'pass',
      ms: 3,
      transcript: [
        { type: 'check-lane', at: 5, lane: 'client 1', role: 'connection' },
        { type: 'check-lane', at: 5, lane: 'program', role: 'program' },
        {
          type: 'check-transmission',
          at: 5,
          from: 'client 1',
          to: 'program',
          kind: 'bytes',
          bytes: 1,
          head: '41',
        },
      ],
    })
    assert.match(
      text,
      /A \(3 ms\)\r\n {4}On the wire:\r\n.*checker → program {2}client 1: 1 byte\r\n.*\|A\|\r\n$/,
    )
    assert.doesNotMatch(text, /[^\r]\n/)
  })
})
