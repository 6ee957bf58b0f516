/** Working on exercises in the editor, through the same palette, lists, menus and buttons as a learner has. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { exercise } from '../../labs/catalogue.ts'
import { loadPack } from '../../labs/pack.ts'
import { fillLabWorkspace } from '../../scripts/vscode/lab.ts'
import { root } from '../../scripts/vscode/paths.ts'
import { screenshot } from './harness/browser.ts'
import { notification, quickInput, runCommand, withWorkbench } from './harness/workbench.ts'

describe('a learner who works in the editor', function () {
  this.timeout(300_000)
  let lab: string

  beforeEach(async () => {
    lab = await mkdtemp(path.join(tmpdir(), 'p2plab-editor-'))
    await fillLabWorkspace(lab)
  })
  afterEach(() => rm(lab, { recursive: true, force: true, maxRetries: 5 }))

  it('is asked which exercise to catch up to, also while one is open', async () => {
    await withWorkbench({ name: 'catch-up', folder: lab }, async ({ page }) => {
      await openFromExplorer(page, exercise('1.4')!.file)
      await runCommand(page, 'P2P Lab: Catch Up to Exercise…')
      const list = page.locator('.quick-input-widget')
      await list.getByText('Catch Up to Exercise').first().waitFor()
      const suggested = list.locator('.monaco-list-row.focused')
      await suggested.getByText('1.4').first().waitFor()
      await screenshot(page, 'editor-catch-up')
      await quickInput(page).fill('1.3')
      await list.locator('.monaco-list-row.focused').getByText('1.3').first().waitFor()
      await page.keyboard.press('Enter')
      await notification(page, /1-echo\.ts and 1-tcp\/2-frames\.ts/)
      const text = await readFile(path.join(lab, exercise('1.3')!.file), 'utf8')
      assert.match(text, /not written yet/)
    })
  })

  it('sees no mark of an earlier check after a reset, in the gutter or in the Testing view', async () => {
    const { file, checks } = exercise('1.1')!
    const { solution } = (await loadPack(path.join(root, 'dist'))).exercises['1.1']!
    await writeFile(path.join(lab, file), solution)
    await withWorkbench({ name: 'reset', folder: lab }, async ({ page }) => {
      await openFromExplorer(page, file)
      const gutter = page.locator('.testing-run-glyph')
      await gutter.and(page.locator('.codicon-testing-run-all-icon')).waitFor()
      await runCommand(page, 'P2P Lab: Check Current Exercise')
      await notification(page, new RegExp(`1.1 Echo passed: ${checks.length} of ${checks.length} checks`))
      await gutter.and(page.locator('.codicon-testing-passed-icon')).waitFor()
      await runCommand(page, 'Testing: Focus on Test Explorer View')
      const item = page.locator('.test-explorer-tree').getByRole('treeitem', { name: /1\.1 Echo/ })
      await item.locator('.codicon-testing-passed-icon').first().waitFor()

      await runCommand(page, 'P2P Lab: Reset Exercise…')
      await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click()
      await notification(page, /Reset 1\.1 Echo/)
      await gutter.and(page.locator('.codicon-testing-run-all-icon')).waitFor()
      await item.locator('.codicon-testing-unset-icon').first().waitFor()
      await screenshot(page, 'editor-reset')
      await page.reload()
      await gutter.and(page.locator('.codicon-testing-run-all-icon')).waitFor()
      // The exercise that began anew is checked like any other.
      await runCommand(page, 'P2P Lab: Check Current Exercise')
      await gutter.and(page.locator('.codicon-testing-failed-icon')).waitFor()
    })
  })
})

/** Opens a file of the window's folder to stay, as a double click in the Explorer does. */
async function openFromExplorer(page: Page, file: string): Promise<void> {
  const row = (name: string) =>
    page.locator('.explorer-folders-view').getByRole('treeitem', { name, exact: true })
  const [folder, name] = file.split('/')
  if (!(await row(name!).isVisible())) await row(folder!).click()
  await row(name!).dblclick()
  await page.locator('.tab.active', { hasText: name! }).waitFor()
}
