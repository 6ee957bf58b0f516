import assert from 'node:assert/strict'
import { programFor } from '../../../cli/check.ts'
import { UsageError } from '../../../cli/command.ts'
import { exercise } from '../../../labs/catalogue.ts'

describe('p2plab check with a program', () => {
  const entry = exercise('1.1')!

  it('says in one line on Windows that no command line runs in a network folder, and what to do', async () => {
    for (const workspace of ['\\\\server\\share\\lab', '\\\\wsl$\\Ubuntu\\home\\anna\\lab'])
      await assert.rejects(
        programFor(entry, { workspace, program: 'py -3 echo.py' }, 'win32'),
        error =>
          error instanceof UsageError &&
          error.message.includes(workspace) &&
          /drive letter/.test(error.message) &&
          !error.message.includes('\n'),
      )
  })

  it('runs it in any other folder', async () => {
    const { program, track } = await programFor(entry, {
      workspace: import.meta.dirname,
      program: 'python3 echo.py',
    })
    assert.deepEqual([program.kind, track], ['command', undefined])
  })
})
