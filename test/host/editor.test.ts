/** Working on exercises in the editor, through the same palette, lists, menus and buttons as a learner has. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { exercise } from '../../labs/catalogue.ts'
import { fillLabWorkspace } from '../../scripts/vscode/lab.ts'
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
