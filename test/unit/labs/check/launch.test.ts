import assert from 'node:assert/strict'
import { assertRunnable } from '../../../../labs/check/engine/launch.ts'
import { CannotRun } from '../../../../labs/check/kit/finding.ts'
import { learnerProgram } from '../../../../labs/workspace/track.ts'

describe('what can be started', () => {
  it('is no Python file in a network folder of Windows, which is one sentence that says what to do', () => {
    const track = { language: 'python', file: '1-tcp/1-echo.py' } as const
    const spec = learnerProgram(track, '\\\\server\\share\\lab', 'win32')
    assert.throws(
      () => assertRunnable({ spec, exercise: '1.1', seed: 0, dist: '' }, 'win32'),
      error =>
        error instanceof CannotRun &&
        error.message.startsWith(
          'Windows cannot run "py -3 1-tcp/1-echo.py" in the network folder \\\\server',
        ) &&
        /drive letter/.test(error.message),
    )
  })
})
