/** What the network commands ask, and what the network view leaves to VS Code, in the real one. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fillLabWorkspace } from '../../scripts/vscode/lab.ts'
import { screenshot } from './harness/browser.ts'
import { startNetwork } from './harness/live-view.ts'
import { answer, quickInput, runCommand, withWorkbench } from './harness/workbench.ts'

describe('a running network in VS Code', function () {
  // The first run on a machine installs VS Code.
  this.timeout(600_000)
  let folder: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-network-view-'))
    await fillLabWorkspace(folder)
  })
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  it('is not ended, and no question is closed, without a word', async () => {
    await withWorkbench({ name: 'network-questions', folder }, async ({ page }) => {
      const view = await startNetwork(page, 3)
      const input = quickInput(page)

      await runCommand(page, 'P2P Lab: Slow Down or Break Links…')
      await answer(page, /Slow Down or Break Links/)
      const missing = 'Select at least one link, then press Enter'
      await page.locator(`.quick-input-widget input[placeholder="${missing}"]`).waitFor()
      await screenshot(page, 'network-questions-links')
      // A click on it selects it.
      await page.locator('.quick-input-list .monaco-list-row').first().click()
      await input.press('Enter')
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Other…' }).waitFor()
      await page.keyboard.press('Escape')

      await runCommand(page, 'P2P Lab: Split Network…')
      await answer(page, /Split Network/, 'Selected nodes')
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'n3' }).waitFor()
      await answer(page, /Split Network/)
      await page.getByPlaceholder('Select at least one node, then press Enter').waitFor()
      await page.keyboard.press('Escape')

      await runCommand(page, 'P2P Lab: Run Scenario…')
      await page
        .getByPlaceholder('Select a scenario to run. The running network (3 nodes) stops first.')
        .waitFor()
      await page.keyboard.press('Escape')
      await view.getByText(/^Ready in/).waitFor()
    })
  })
})
