/** A folder that the user does not trust: demo networks yes, the learner's code no. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { exercise } from '../../labs/catalogue.ts'
import { trackOf } from '../../labs/workspace/track.ts'
import { createTrace } from '../../network/trace.ts'
import { fillLabWorkspace } from '../../scripts/vscode/lab.ts'
import { TEST_MS } from '../kit/deadlines.ts'
import { openFromExplorer } from './harness/side-bar.ts'
import { startNetwork } from './harness/live-view.ts'
import { answer, notification, runCommand, webviewFrame, withWorkbench } from './harness/workbench.ts'

describe('a workspace that is not trusted', function () {
  this.timeout(TEST_MS)
  let folder: string
  let trace: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-trust-'))
    await fillLabWorkspace(folder)
    // A program that leaves a trace as soon as it runs.
    trace = path.join(folder, 'it-ran')
    const program = `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(trace)}, '')\n`
    await (await createTrace(path.join(folder, 'demo.p2ptrace'))).close()
    await writeFile(path.join(folder, trackOf(exercise('1.1')!, 'typescript').file), program)
  })

  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  it('refuses checks and says why, shows recordings, runs demo networks, and checks once it is trusted', async () => {
    await withWorkbench({ name: 'trust', folder, trust: true }, async ({ page }) => {
      await page.locator('.statusbar').getByText('Restricted Mode').waitFor()

      await runCommand(page, 'P2P Lab: Check Exercise')
      await answer(page, /Check Exercise/, '1.1')
      const refusal = await notification(page, /this workspace is not trusted/)
      assert.equal(existsSync(trace), false, 'the learner’s program ran in an untrusted workspace')

      // Opening a recording runs nothing.
      await openFromExplorer(page, 'demo.p2ptrace')
      const recording = await webviewFrame(page, '.recording-name')
      await recording.getByRole('heading', { name: 'demo.p2ptrace' }).waitFor()

      await startNetwork(page, 2)
      await runCommand(page, 'P2P Lab: Stop Network')

      await refusal.getByRole('button', { name: 'Manage Workspace Trust' }).click()
      await page
        .locator('.workspace-trust-editor')
        .getByRole('button', { name: 'Trust', exact: true })
        .click()
      // The editor lies over everything else, over the bell with the notifications, too.
      await page.getByRole('button', { name: /^Close Modal Editor/ }).click()
      await page.locator('.workspace-trust-editor').waitFor({ state: 'hidden' })
      await runCommand(page, 'P2P Lab: Check Exercise')
      await answer(page, /Check Exercise/, '1.1')
      await notification(page, /1\.1 Echo: 0 of \d+ checks passed/)
      assert.equal(existsSync(trace), true, 'the check of a trusted workspace runs the program')
    })
  })
})
