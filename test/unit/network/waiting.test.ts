import assert from 'node:assert/strict'
import type { NodeProcess } from '../../../network/orchestrator/node-process.ts'
import { createWaiting } from '../../../network/orchestrator/waiting.ts'

/** What createWaiting uses of a process. */
function processes() {
  const asked: number[] = []
  const ended: number[] = []
  const ups: (() => void)[] = []
  const launch = (alone: boolean) => {
    const { promise: up, resolve } = Promise.withResolvers<void>()
    const pid = ups.push(resolve)
    const process: Pick<NodeProcess, 'pid' | 'alone' | 'up' | 'send' | 'end'> = {
      pid,
      alone,
      up,
      send: ({ type }) => void (type === 'rehearse' && asked.push(pid)),
      end: () => void ended.push(pid),
    }
    return process as NodeProcess
  }
  const allUp = async () => {
    for (const up of ups) up()
    await new Promise(resolve => setImmediate(resolve))
  }
  return { launch, allUp, asked, ended }
}

describe('Processes that wait for nodes', () => {
  it('rehearse so many at a time, each once', async () => {
    const { launch, allUp, asked } = processes()
    const waiting = createWaiting(launch, 2)
    const prepared = waiting.prepare(4, true)
    assert.deepEqual(asked, [], 'not before they are up')
    await allUp()
    assert.deepEqual(asked, [1, 2])
    waiting.rehearsed(prepared[1]!)
    assert.deepEqual(asked, [1, 2, 3])
    waiting.gone(prepared[0]!)
    assert.deepEqual(asked, [1, 2, 3, 4], 'one that ended makes room as well')
    for (const process of prepared) waiting.rehearsed(process)
    assert.deepEqual(asked, [1, 2, 3, 4])
  })

  it('are not asked once they were taken or told to end', async () => {
    const { launch, allUp, asked, ended } = processes()
    const waiting = createWaiting(launch, 1)
    const [first] = waiting.prepare(3, true)
    await allUp()
    assert.equal(waiting.take(true), first)
    assert.equal(waiting.take(true)?.pid, 2)
    waiting.end()
    assert.deepEqual(ended, [3])
    waiting.rehearsed(first!)
    assert.deepEqual(asked, [1])
    assert.equal(waiting.take(true), undefined)
  })

  it('are of one kind, for one node or for several', () => {
    const { launch } = processes()
    const waiting = createWaiting(launch)
    waiting.prepare(1, true)
    waiting.prepare(2, false)
    assert.equal(waiting.prepare(2, false).length, 2)
    assert.deepEqual(
      [waiting.take(false)?.pid, waiting.take(false)?.pid, waiting.take(false)],
      [2, 3, undefined],
    )
    assert.equal(waiting.take(true)?.pid, 1)
  })
})
