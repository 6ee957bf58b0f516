/** The suite two-labs, in a window that shows two lab workspaces. */
import { CURRENT } from '../../scripts/vscode/versions.ts'
import { TEST_MS } from '../kit/deadlines.ts'
import { runInHost } from './harness/run.ts'

describe('a window with two lab workspaces', function () {
  // The first run on a machine installs VS Code.
  this.timeout(TEST_MS)

  it('acts on the one whose exercise is edited', async () => {
    const { tests } = await runInHost(CURRENT, { two: true, filter: 'two lab workspaces' })
    for (const { title, state, error } of tests)
      if (state !== 'passed')
        throw Object.assign(new Error(error), { message: `${title}: ${state}: ${error}` })
    if (tests.length === 0) throw new Error('no test ran inside VS Code')
  })
})
