/** Working on exercises in the editor, through the same palette, lists, menus and buttons as a learner has. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Locator } from 'playwright-core'
import { exercise } from '../../labs/catalogue.ts'
import { loadPack } from '../../labs/pack.ts'
import { trackOf } from '../../labs/workspace/track.ts'
import { fillLabWorkspace } from '../../scripts/vscode/lab.ts'
import { root } from '../../scripts/vscode/paths.ts'
import { STEP_MS, TEST_MS } from '../kit/deadlines.ts'
import { screenshot } from './harness/browser.ts'
import { openFromExplorer } from './harness/side-bar.ts'
import { sharedWorkbench } from './harness/shared-workbench.ts'
import { answer, notification, quickInput, runCommand, webviewFrame } from './harness/workbench.ts'

/** What a check came to is told in a notification where no guide shows it. */
const NO_GUIDE = { 'p2plab.labs.openGuide': false }

const fileOf = (id: string) => trackOf(exercise(id)!, 'typescript').file

describe('a learner who works in the editor, without the guide', function () {
  this.timeout(TEST_MS)
  let lab: string

  before(async () => {
    lab = await mkdtemp(path.join(tmpdir(), 'p2plab-editor-'))
    await fillLabWorkspace(lab)
  })
  const window = sharedWorkbench(() => ({ name: 'editor', folder: lab, settings: NO_GUIDE }))
  after(() => rm(lab, { recursive: true, force: true, maxRetries: 5 }))

  it('is offered in the menu of an exercise only what can be done with it', async () => {
    const { page } = window()
    await page.getByRole('tab', { name: /^P2P Lab/ }).click()
    const row = (name: RegExp) => page.getByRole('treeitem', { name })
    const offered = async (name: RegExp) => {
      await row(name).click({ button: 'right' })
      const menu = page.locator('.context-view .actions-container')
      await menu.getByText('Show Guide').waitFor()
      const items = await menu.locator('.action-label:not(.separator)').allTextContents()
      await screenshot(page, 'editor-menu')
      await page.keyboard.press('Escape')
      await menu.waitFor({ state: 'detached' })
      return items.filter(item => item !== '')
    }
    const offeredWith = async (item: string) => {
      const deadline = Date.now() + STEP_MS
      let items = await offered(/1\.1 Echo/)
      while (!items.includes(item) && Date.now() < deadline) items = await offered(/1\.1 Echo/)
      return items
    }
    const always = ['Open Exercise File', 'Show Guide', 'Check Exercise', 'Debug Exercise']
    assert.deepEqual(await offered(/1\.1 Echo/), [...always, 'Show Hint'])
    assert.deepEqual(await offered(/1\.2 Frames/), [...always, 'Show Hint', 'Catch Up to Exercise…'])

    await writeFile(path.join(lab, fileOf('1.1')), '// mine\n')
    await runCommand(page, 'P2P Lab: Check Exercise')
    await answer(page, /Check Exercise/, '1.1')
    await row(/1\.1 Echo, failed/).waitFor()
    const after = ['Check Again with the Same Seed', 'Show Transcript']
    // The run ends a moment after its result is there.
    const failed = await offeredWith(after[0]!)
    assert.deepEqual(failed, [...always, ...after, 'Show Hint', 'Reset Exercise…'])

    await runCommand(page, 'P2P Lab: Reset Exercise…')
    await answer(page, /Reset Exercise/, '1.1')
    await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click()
    await row(/1\.1 Echo, not checked yet/).waitFor()
    await row(/1\.1 Echo/).hover()
    // Copies come to light with what the file system tells.
    const items = await offeredWith('Restore Copy…')
    assert.deepEqual(items, [...always, ...after, 'Show Hint', 'Restore Copy…'])
  })

  it('is asked which exercise to catch up to, also while one is open', async () => {
    const { page } = window()
    await openFromExplorer(page, fileOf('1.4'))
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
    const text = await readFile(path.join(lab, fileOf('1.3')), 'utf8')
    assert.match(text, /not written yet/)
  })

  it('sees no mark of an earlier check after a reset, in the gutter or in the Testing view', async () => {
    const { checks } = exercise('1.1')!
    const file = fileOf('1.1')
    const { solution } = (await loadPack(path.join(root, 'dist'))).exercises['1.1']!.programs.typescript!
    await writeFile(path.join(lab, file), solution)
    const { page } = window()
    await openFromExplorer(page, file)
    const gutter = page.locator('.testing-run-glyph')
    await gutter.and(page.locator('.codicon-testing-run-all-icon')).waitFor()
    await runCommand(page, 'P2P Lab: Check Exercise')
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
    await runCommand(page, 'P2P Lab: Check Exercise')
    await gutter.and(page.locator('.codicon-testing-failed-icon')).waitFor()
    await screenshot(page, 'editor-failed')
  })

  it('runs a scenario in the Testing view, step by step, and opens the recording of the run', async () => {
    const { page } = window()
    // The exercises of all labs and the steps of a scenario are in sight.
    await page.setViewportSize({ width: 1280, height: 1500 })
    await runCommand(page, 'Testing: Focus on Test Explorer View')
    const tree = page.locator('.test-explorer-tree')
    const open = async (row: Locator) => {
      await row.waitFor()
      if ((await row.getAttribute('aria-expanded')) !== 'true') await row.click()
    }
    await open(tree.getByRole('treeitem', { name: /^P2P Lab Scenarios/ }))
    const scenario = tree.getByRole('treeitem', { name: /First broadcast/ })
    await scenario.hover()
    await scenario.getByRole('button', { name: /^Run Test/ }).click()
    await scenario.locator('.codicon-testing-passed-icon').waitFor()
    await open(scenario)
    const step = tree.getByRole('treeitem', { name: /1\. start 6 nodes/ })
    await step.locator('.codicon-testing-passed-icon').waitFor()
    await screenshot(page, 'editor-scenario')
    await scenario.hover()
    await scenario.getByRole('button', { name: 'Open Recording of the Last Run' }).click()
    await page.getByRole('tab', { name: /^First-broadcast-.*\.p2ptrace/ }).waitFor()
    const view = await webviewFrame(page, 'main#app')
    await view.getByText('hello, everyone').first().waitFor()
    await screenshot(page, 'editor-scenario-recording')
  })

  it('is told nothing about the ports of the programs of exercises', async () => {
    const listen = `import('node:net').then(net => {
      const server = net.createServer().listen(0, '127.0.0.1', () => console.log(server.address().port))
    })`
    const children: ChildProcess[] = []
    /** A program that listens, and its port. */
    const start = async (file: string) => {
      await writeFile(path.join(lab, file), listen)
      const child = spawn(process.execPath, [file], { cwd: lab, stdio: ['ignore', 'pipe', 'inherit'] })
      children.push(child)
      const [line] = await once(createInterface(child.stdout!), 'line')
      return String(line)
    }
    try {
      const { page } = window()
      await runCommand(page, 'Ports: Focus on Ports View')
      const rowOf = (port: string) =>
        page.locator('.monaco-table .monaco-list-row', { hasText: port }).first()
      const isSeen = (port: string) =>
        rowOf(port)
          .waitFor({ timeout: 5_000 })
          .then(
            () => true,
            () => false,
          )
      // What listens when VS Code looks for the first time is not announced: more are started until one is.
      // On a busy machine, VS Code looks for ports every few minutes: it waits twenty times as long as a look takes.
      const deadline = Date.now() + 5 * STEP_MS
      let own: string
      do {
        assert(Date.now() < deadline, 'VS Code announces no port at all')
        own = await start('1-tcp/9-own.ts')
        // It looks at all ports at once: when it has found this one, it has seen the other.
      } while (!(await isSeen(await start('another.js'))))
      await screenshot(page, 'editor-ports')
      assert.equal(await rowOf(own).count(), 0)
    } finally {
      for (const child of children) child.kill('SIGKILL')
    }
  }).timeout(TEST_MS)
})
