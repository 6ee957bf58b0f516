/** A learner's first exercise, and the beginning of each later lab, through the same windows, keys and buttons as a learner has. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { exercise, EXERCISES, LABS } from '../../labs/catalogue.ts'
import { loadPack } from '../../labs/pack.ts'
import { trackOf } from '../../labs/workspace/track.ts'
import { fillLabWorkspace } from '../../scripts/vscode/lab.ts'
import { root } from '../../scripts/vscode/paths.ts'
import { STEP_MS, TEST_MS } from '../kit/deadlines.ts'
import { screenshot } from './harness/browser.ts'
import { openFromExplorer, showLabs } from './harness/side-bar.ts'
import { sharedWorkbench } from './harness/shared-workbench.ts'
import { answer, notification, quickInput, runCommand, webviewFrame } from './harness/workbench.ts'

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

/** A line of the solution that a learner forgets, and what says so. */
const RUNS = [
  {
    id: '2.4',
    line: '      clearTimeout(timer)\n',
    check: 'timeout',
    hint: /does a complete handshake stop the timer/,
  },
  {
    id: '3.4',
    line: '    client.close()\n',
    check: 'at-once',
    hint: /do you close the socket at the end of each lookup/,
  },
  {
    id: '4.1',
    line: '  if (seen.size > window) seen.delete(oldest!)\n',
    check: 'window',
    hint: /whose id is forgotten/,
  },
]

const fileOf = (id: string): string => trackOf(exercise(id)!, 'typescript').file

const labTitle = (id: string): string => LABS.find(({ lab }) => lab === Number(id[0]))!.title

describe('a learner', function () {
  this.timeout(TEST_MS)
  let folder: string
  let lab: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-learner-'))
    lab = path.join(folder, 'my-lab')
  })
  const window = sharedWorkbench(() => ({
    name: 'learner',
    folder,
    // An automatic save that is under way takes Ctrl+S in, and is no reason to check.
    settings: { ...AS_TYPED, 'p2plab.labs.folder': lab, 'files.autoSave': 'off' },
  }))
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  /** The window as the first test leaves it, also where that did not run. */
  const inLab = async () => {
    const { page, server } = window()
    if (!page.url().includes('my-lab')) {
      await fillLabWorkspace(lab)
      await page.goto(server.url(lab))
    }
    await runCommand(page, 'View: Close All Editors')
    return page
  }

  it('opens the lab workspace, fails, takes a hint, writes exercise 1.1, saves, passes, and goes on', async () => {
    const { page } = window()
    const { checks } = exercise('1.1')!
    const file = fileOf('1.1')
    const { programs, hints } = (await loadPack(path.join(root, 'dist'))).exercises['1.1']!
    const { solution } = programs.typescript!
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

    await guide.getByLabel('Check on save').click()
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

    await guide.getByLabel('Check on save').click()
    await guide.locator('header[data-on-save=false]').waitFor()
  })

  for (const run of RUNS) {
    const { id } = run
    it(`goes on at ${id}: catches up where it builds on others, looks at the transcript of a failure, mends one line, and passes`, async () => {
      const page = await inLab()
      const { title, checks, buildsOn } = exercise(id)!
      const earlier = buildsOn.length > 0 ? exercise(buildsOn.at(-1)!)! : undefined
      const file = fileOf(id)
      const { exercises } = await loadPack(path.join(root, 'dist'))
      const solutionOf = (of: string) => exercises[of]!.programs.typescript!.solution
      const solution = solutionOf(id)
      const at = solution.indexOf(run.line)
      const wrong = solution.slice(0, at) + solution.slice(at + run.line.length)
      assert.ok(at >= 0)
      const screen = (what: string) => screenshot(page, `learner-${id}-${what}`)
      await showLabs(page)
      // All rows of a lab are in sight while no other one is open.
      const labs = page.getByRole('treeitem', { name: /^Lab \d/ })
      await labs.and(page.locator('[aria-expanded=true]')).first().click()
      await page.getByRole('treeitem', { name: `Lab ${id[0]}: ${labTitle(id)}` }).click()
      await page.getByRole('treeitem', { name: `${id} ${title}` }).click()
      const guide = await webviewFrame(page, '.guide h1')
      await guide.getByRole('heading', { name: `${id} ${title}` }).waitFor()
      if (earlier) {
        await guide.getByText(`This exercise builds on`, { exact: false }).first().waitFor()
        await guide.getByText(`${earlier.id} ${earlier.title}`, { exact: false }).first().waitFor()
        await screen('1-guide')
        await guide.getByRole('button', { name: 'Catch Up…' }).click()
        const filled = await notification(page, /Filled in with the reference solution: \d-/)
        await filled.getByRole('button', { name: 'Clear Notification' }).click()
        for (const before of EXERCISES.slice(0, EXERCISES.indexOf(exercise(id)!)))
          assert.equal(await readFile(path.join(lab, fileOf(before.id)), 'utf8'), solutionOf(before.id))
      }

      await guide.getByRole('button', { name: 'Check', exact: true }).click()
      await guide.getByText(`0 of ${checks.length} passed`, { exact: true }).waitFor()
      await screen('2-failed')

      await write(page, wrong)
      await page.keyboard.press('ControlOrMeta+S')
      await guide.getByRole('button', { name: 'Check', exact: true }).click()
      await guide.getByText(`${checks.length - 1} of ${checks.length} passed`, { exact: true }).waitFor()
      await guide.getByText(run.hint).waitFor()
      await screen('3-one-left')
      const failed = checks.find(check => check.id === run.check)!
      await guide.getByRole('button', { name: `Transcript: ${failed.title}` }).click()
      const transcript = await webviewFrame(page, '.transcript-header h1')
      await transcript.getByRole('heading', { name: `${id} ${title}: ${failed.title}` }).waitFor()
      await screen('4-transcript')

      await page.locator('.tab', { hasText: path.basename(file) }).click()
      await page.keyboard.press('Control+G')
      await page.keyboard.insertText(`${solution.slice(0, at).split('\n').length}`)
      await page.keyboard.press('Enter')
      await quickInput(page).waitFor({ state: 'hidden' })
      await untilDirty(page, () => page.keyboard.insertText(run.line))
      await page.keyboard.press('ControlOrMeta+S')
      await transcript.getByRole('button', { name: 'Guide', exact: true }).click()
      const again = await webviewFrame(page, '.guide h1')
      await again.getByRole('button', { name: 'Check', exact: true }).click()
      await again.getByRole('heading', { name: `${id} ${title} passed` }).waitFor()
      await page.getByRole('treeitem', { name: `${id} ${title}, passed` }).waitFor()
      await screen('5-passed')
      assert.equal(await readFile(path.join(lab, file), 'utf8'), solution)
    })
  }

  it('has the guide beside a file that was opened from the Explorer, once, and Debug wherever there is Check', async () => {
    const page = await inLab()
    const file = fileOf('1.3')
    await openFromExplorer(page, file)
    const guide = await webviewFrame(page, '.guide h1')
    await guide.getByRole('heading', { name: '1.3 Room' }).waitFor()
    await guide.getByRole('button', { name: 'Debug', exact: true }).waitFor()
    const lenses = page.locator('.codelens-decoration').first()
    await lenses.getByText('Debug').waitFor()
    assert.match((await lenses.textContent())!, /Check.*Debug.*Hint/)
    await screenshot(page, 'editor-explorer')

    const tabOf = (name: string) => page.getByRole('tab', { name: `Guide: ${name}` })
    await tabOf('1.3 Room').click({ button: 'middle' })
    await tabOf('1.3 Room').waitFor({ state: 'detached' })
    await openFromExplorer(page, 'package.json')
    await openFromExplorer(page, file)
    assert.equal(await tabOf('1.3 Room').count(), 0)
    // The other file's guide comes after what the first would have opened.
    await openFromExplorer(page, fileOf('1.4'))
    await tabOf('1.4 Limits').waitFor()
    await openFromExplorer(page, file)
    await tabOf('1.3 Room').waitFor()
  })
})

/** Replaces all that stands in the editor. */
const write = (page: Page, text: string): Promise<void> =>
  untilDirty(page, async () => {
    // A click into the text would scroll it away first, to its middle: then what is typed is lost, mostly.
    await page.locator('.editor-group-container').first().locator('.tab.active').click()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.insertText(text)
  })

/** How long an editor may take to show that it has changed, in milliseconds. */
const SHOWN_MS = 10_000

/** Types until the editor has got it: a key can be lost while the focus leaves a webview. */
async function untilDirty(page: Page, type: () => Promise<void>): Promise<void> {
  const dirty = page.locator('.tab.dirty').first()
  for (const deadline = Date.now() + STEP_MS; Date.now() < deadline;) {
    await type()
    const shown = await dirty.waitFor({ timeout: SHOWN_MS }).then(
      () => true,
      () => false,
    )
    if (shown) return
  }
  assert.fail('the editor takes no text')
}
