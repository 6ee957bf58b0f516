/** The suite python, in a window on a lab workspace in Python, with an extension that has an exercise with such a track. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { linkExtension } from '../../scripts/vscode/link-extension.ts'
import { CURRENT } from '../../scripts/vscode/versions.ts'
import { TEST_MS } from '../kit/deadlines.ts'
import type { ProjectCopy } from '../kit/project-copy.ts'
import { projectWithPython } from '../kit/project-with-python.ts'
import { FILE } from '../kit/python-track.ts'
import { screenshot } from './harness/browser.ts'
import { runInHost } from './harness/run.ts'
import { answer, runCommand, webviewFrame, withWorkbench } from './harness/workbench.ts'

describe('a window with a lab workspace in Python', function () {
  // The first run on a machine installs VS Code.
  this.timeout(TEST_MS)
  let copy: ProjectCopy
  let home: string
  before(async () => {
    copy = await projectWithPython()
    home = await mkdtemp(path.join(tmpdir(), 'p2plab-python-'))
  })
  after(async () => {
    await copy?.remove()
    if (home) await rm(home, { recursive: true, force: true, maxRetries: 5 })
  })

  it('acts on the Python file of an exercise that has one, and on the TypeScript of the others', async () => {
    const { folder, node } = copy
    const { tests } = await runInHost(CURRENT, {
      extension: folder,
      filter: 'in a lab workspace in Python',
      fill: lab => node(path.join(folder, 'dist/cli.mjs'), 'init', lab, '--language', 'python'),
    })
    for (const { title, state, error } of tests)
      if (state === 'failed')
        throw Object.assign(new Error(error), { message: `${title}: ${state}: ${error}` })
    if (!tests.some(({ state }) => state === 'passed')) throw new Error('no test ran inside VS Code')
  })

  it('is made by Open Lab Workspace, which asks for the language once there are two', async () => {
    const lab = path.join(home, 'my-lab')
    await linkExtension(path.join(home, 'server'), copy.folder)
    const settings = { 'p2plab.labs.folder': lab }
    await withWorkbench(
      { name: 'python', folder: home, home: path.join(home, 'server'), settings },
      async ({ page }) => {
        await runCommand(page, 'P2P Lab: Open Lab Workspace…')
        await answer(page, /Open Lab Workspace/)
        const list = page.locator('.quick-input-widget')
        await list.getByText(/\d+ of \d+ exercises, the others in TypeScript/).waitFor()
        await screenshot(page, 'python-1-language')
        await Promise.all([page.waitForURL(/my-lab/), answer(page, /Open Lab Workspace/, 'Python')])
        const row = page.getByRole('treeitem', { name: /9\.1 Sealed letters in Python/ })
        await page.getByRole('treeitem', { name: /Lab 9: A made-up lab/ }).click()
        await row.click()
        const guide = await webviewFrame(page, '.guide h1')
        await guide.getByText('Lab 9: A made-up lab · 1 of 1 · Python').waitFor()
        await page.getByRole('tab', { name: /1-sealed-letters\.py/ }).waitFor()
        await screenshot(page, 'python-2-exercise')
      },
    )
    assert.match(await readFile(path.join(lab, FILE), 'utf8'), /listen is not written yet/)
  })
})
