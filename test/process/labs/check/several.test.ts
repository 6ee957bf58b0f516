/** One check process for several checks, as the exercise suite has it for wrong programs. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { startCheckProcess } from '../../../../labs/check/client.ts'
import { dist, removeFolders, shown } from '../../../kit/labs.ts'
import { programsOf, runProgram } from '../../../kit/programs.ts'

describe('A check process that stays', function () {
  this.timeout(120_000)
  after(removeFolders)

  it('judges one program after another, each by itself, and ends with its channel', async () => {
    const process = startCheckProcess(dist)
    const pids: number[] = []
    const onProcess = (pid: number) => void pids.push(pid)
    const [wrong] = await programsOf('2.3', 'wrong')
    const only = [wrong!.caught!.check]
    for (const [program, verdict] of [
      [wrong!, 'fail'],
      [(await programsOf('2.3', 'solution'))[0]!, 'pass'],
      [wrong!, 'fail'],
    ] as const) {
      const result = await runProgram(program, { seed: 1, only, process, onProcess })
      assert.equal(result.verdict, verdict, shown(result))
      assert.deepEqual(
        result.checks.map(({ id }) => id),
        only,
      )
    }
    assert.deepEqual(pids, [process.pid, process.pid, process.pid])
    assert.equal(process.listenerCount('message'), 0)
    const ended = once(process, 'exit')
    process.disconnect()
    await ended
  })

  it('is reported like any other when it ends in the middle', async () => {
    const process = startCheckProcess(dist)
    const [program] = await programsOf('1.1', 'solution')
    const result = await runProgram(program!, { process, onCheckStarted: () => process.kill('SIGKILL') })
    assert.equal(result.verdict, 'error')
    assert.match(result.problem!, /^The check process was ended by SIGKILL before it finished/)
  })
})
