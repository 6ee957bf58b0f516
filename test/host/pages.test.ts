/** Our pages in a real VS Code: they start in every locale, and one that cannot start says so and leads to the log. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { root } from '../../scripts/vscode/paths.ts'
import { linkExtension } from '../../scripts/vscode/link-extension.ts'
import { fillLabWorkspace } from '../../scripts/vscode/lab.ts'
import { TEST_MS } from '../kit/deadlines.ts'
import { LOCALES } from '../kit/locales.ts'
import { screenshot } from './harness/browser.ts'
import { startNetwork } from './harness/live-view.ts'
import { answer, runCommand, webviewFrame, withWorkbench } from './harness/workbench.ts'

describe('the pages in VS Code', function () {
  // The first run on a machine installs VS Code.
  this.timeout(TEST_MS)
  let folder: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-pages-'))
    await fillLabWorkspace(path.join(folder, 'lab'))
  })
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  // All other tests run in C.UTF-8 (scripts/test/main.ts); test/webview/locales.test.ts has every locale.
  for (const { name, env } of LOCALES.filter(locale => /tr_TR|neither/.test(locale.name)))
    it(`start with ${name}`, async () => {
      const lab = path.join(folder, 'lab')
      await withWorkbench({ name: `pages-${name}`, folder: lab, env }, async ({ page }) => {
        const view = await startNetwork(page, 2)
        await view.getByRole('tab', { name: 'Numbers' }).click()
        await view.locator('.plot-box canvas').first().waitFor()
        await runCommand(page, 'P2P Lab: Show Guide')
        await answer(page, /Show Guide/, '1.1')
        const guide = await webviewFrame(page, '.guide h1')
        await guide.getByRole('heading', { name: '1.1 Echo' }).waitFor()
      })
    })

  it('say what failed when their script throws, and open the log', async () => {
    // The extension as it is built, but for a page that cannot start.
    const extension = path.join(folder, 'extension')
    const home = path.join(folder, 'home')
    await mkdir(extension, { recursive: true })
    for (const name of ['package.json', 'package.nls.json'])
      await cp(path.join(root, name), path.join(extension, name))
    await symlink(path.join(root, 'media'), path.join(extension, 'media'), 'junction')
    await cp(path.join(root, 'dist'), path.join(extension, 'dist'), { recursive: true })
    await writeFile(path.join(extension, 'dist/view.js'), "throw new RangeError('no such language')")
    await linkExtension(home, extension)
    await withWorkbench(
      { name: 'pages-broken', folder: path.join(folder, 'lab'), home },
      async ({ page }) => {
        await runCommand(page, 'P2P Lab: Show Network View')
        const view = await webviewFrame(page, '[role=alert]')
        const alert = view.getByRole('alert')
        await alert
          .getByText('This page could not start: RangeError: no such language.', { exact: true })
          .waitFor()
        await screenshot(page, 'pages-broken')
        await alert.getByRole('button', { name: 'Show Log' }).click()
        // What is in it cannot be seen here: the server of the tests has no part that writes logs.
        const panel = page.locator('.part.panel')
        await panel.locator('.action-item.checked').getByText('Output').waitFor()
        await panel.locator('select').filter({ hasText: 'P2P Lab' }).first().waitFor()
      },
    )
  })
})
