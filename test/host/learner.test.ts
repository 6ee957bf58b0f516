/** A learner's first exercise, through the same windows, keys and buttons as a learner has. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { exercise } from '../../labs/catalogue.ts'
import { loadPack } from '../../labs/pack.ts'
import { trackOf } from '../../labs/workspace/track.ts'
import { root } from '../../scripts/vscode/paths.ts'
import { screenshot } from './harness/browser.ts'
import { answer, runCommand, webviewFrame, withWorkbench } from './harness/workbench.ts'

/** What is typed stands as it was typed. */
const AS_TYPED = {
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingComments': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoIndent': 'none',
  'editor.formatOnType': false,
  'editor.acceptSuggestionOnCommitCharacter': false,
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.parameterHints.enabled': false,
}

describe('a learner', function () {
  this.timeout(300_000)
  let folder: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-learner-'))
  })
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  it('opens the lab workspace, fails, takes a hint, writes exercise 1.1, saves, passes, and goes on', async () => {
    const lab = path.join(folder, 'my-lab')
    const { checks } = exercise('1.1')!
    const { file } = trackOf(exercise('1.1')!, 'typescript')
    const { programs, hints } = (await loadPack(path.join(root, 'dist'))).exercises['1.1']!
    const { solution } = programs.typescript!
    // An automatic save that is under way takes Ctrl+S in, and is no reason to check.
    const settings = { ...AS_TYPED, 'p2plab.labs.folder': lab, 'files.autoSave': 'off' }
    await withWorkbench({ name: 'learner', folder, settings }, async ({ page }) => {
      await runCommand(page, 'P2P Lab: Open Lab Workspace…')
      await Promise.all([page.waitForURL(/my-lab/), answer(page, /Open Lab Workspace/)])
      const welcome = await webviewFrame(page, 'h1')
      await welcome.getByRole('heading', { name: 'P2P Lab workspace' }).waitFor()
      await screenshot(page, 'learner-1-workspace')

      await page.getByRole('treeitem', { name: /1\.1 Echo/ }).click()
      const guide = await webviewFrame(page, '.guide h1')
      await guide.getByRole('heading', { name: '1.1 Echo' }).waitFor()
      await guide.getByRole('heading', { name: 'The task' }).waitFor()
      await guide.getByText('not checked yet', { exact: true }).waitFor()
      await screenshot(page, 'learner-2-guide')

      await guide.getByRole('button', { name: 'Check', exact: true }).click()
      await guide.getByText(`0 of ${checks.length} passed`, { exact: true }).waitFor()
      await guide
        .getByText(/listen is not written yet/)
        .first()
        .waitFor()
      await screenshot(page, 'learner-3-failed')

      await guide.getByRole('button', { name: 'Hint', exact: true }).click()
      await guide.getByRole('heading', { name: `Hint 1 of ${hints.length}` }).waitFor()
      await screenshot(page, 'learner-4-hint')

      await guide.getByLabel('Check on save').check()
      await guide.locator('header[data-on-save=true]').waitFor()
      await write(page, solution)
      await page.keyboard.press('ControlOrMeta+S')
      await guide.getByRole('heading', { name: '1.1 Echo passed' }).waitFor()
      assert.equal(await readFile(path.join(lab, file), 'utf8'), solution)
      await page.getByRole('treeitem', { name: /1\.1 Echo, passed/ }).waitFor()
      await screenshot(page, 'learner-5-passed')

      await guide.getByRole('button', { name: 'Next: 1.2 Frames' }).click()
      await guide.getByRole('heading', { name: '1.2 Frames' }).waitFor()
      await page.locator('.tab.active', { hasText: '2-frames.ts' }).waitFor()
      await screenshot(page, 'learner-6-next')
    })
  })
})

/** Replaces all that stands in the editor. */
async function write(page: Page, text: string): Promise<void> {
  await page.locator('.editor-instance .view-lines').first().click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(text)
}
