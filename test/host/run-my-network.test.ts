/** Run My Network: from the guide of an exercise to a split network of the learner's own nodes. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadPack } from '../../labs/pack.ts'
import { fillLabWorkspace } from '../../scripts/vscode/lab.ts'
import { root } from '../../scripts/vscode/paths.ts'
import { screenshot } from './harness/browser.ts'
import { answer, webviewFrame, withWorkbench } from './harness/workbench.ts'

describe('Run My Network', function () {
  this.timeout(600_000)
  let folder: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-run-mine-'))
  })
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  it('starts copies of the program, which broadcast, split and heal in the live view', async () => {
    await fillLabWorkspace(folder)
    const { programs } = (await loadPack(path.join(root, 'dist'))).exercises['4.1']!
    await writeFile(path.join(folder, '4-state/1-flooding.ts'), programs.typescript!.solution)
    // What is set for networks of libp2p nodes must not get in the way.
    const settings = {
      'p2plab.network.discovery': 'mdns',
      'p2plab.network.metrics': true,
      'files.autoSave': 'off',
    }
    await withWorkbench({ name: 'run-my-network', folder, settings }, async ({ page }) => {
      await page.locator('.activitybar').getByRole('tab', { name: 'P2P Lab' }).click()
      await page.getByRole('treeitem', { name: /Lab 4/ }).click()
      await page.getByRole('treeitem', { name: /4\.1 Flooding/ }).click()
      const guide = await webviewFrame(page, '.guide h1')
      await guide.getByRole('button', { name: 'Run My Network…' }).click()
      await answer(page, /Run My Network/, '4')
      await answer(page, /Run My Network: .*4 nodes/, 'Ring')
      const view = await webviewFrame(page, 'main[data-page=network]')
      await view.getByText(/^Ready in/).waitFor()
      await view.getByText(/your program of exercise 4\.1/).waitFor()
      assert.equal(await view.getByRole('button', { name: 'Add Node' }).isVisible(), false)

      await view.getByRole('row', { name: /^n2 / }).click()
      await view.getByRole('button', { name: 'Broadcast from Here' }).first().click()
      await answer(page, /Broadcast/, 'hello')
      await view.getByText(/Message 1 from n2: “hello”/).waitFor()
      await view
        .getByText(/3 of 3 nodes/)
        .first()
        .waitFor()

      // The list is at its end, where these are.
      await view.getByRole('tab', { name: 'Events' }).click()
      for (const text of [/^n\d reported delivered/, /^n\d sent flood to n\d/])
        await view.getByText(text).first().waitFor()

      await view.getByRole('button', { name: 'Break…' }).click()
      assert.equal(await view.getByRole('menuitem', { name: 'Add Hostile Node…' }).isVisible(), false)
      await view.getByRole('menuitem', { name: 'Split Network…' }).click()
      await answer(page, /Split Network/, 'Two halves')
      await view.getByText('Split into A and B', { exact: true }).waitFor()
      await screenshot(page, 'run-my-network-split')
      await view.getByRole('button', { name: 'Heal' }).click()
      await view.getByText('Split into A and B', { exact: true }).waitFor({ state: 'hidden' })
    })
  })
})
