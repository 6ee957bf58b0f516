/** Takes media/live-view.png, the picture in README.md: a broadcast under way in a network of ten, in VS Code. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { answer, runCommand, webviewFrame, withWorkbench } from '../test/host/workbench.ts'
import { fillLabWorkspace } from './vscode/lab.ts'
import { root } from './vscode/paths.ts'

const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-screenshot-'))
const workspace = path.join(folder, 'p2p-lab')
try {
  await fillLabWorkspace(workspace)
  const settings = { 'workbench.colorTheme': 'Default Dark Modern', 'workbench.layoutControl.enabled': false }
  await withWorkbench({ name: 'screenshot', folder: workspace, settings }, async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 860 })
    await runCommand(page, 'P2P Lab: Start Local Network…')
    await answer(page, /Start Local Network/, '10')
    await answer(page, /10 nodes/)
    const view = await webviewFrame(page, 'main#app')
    await view.getByText(/^Ready in/).waitFor()
    await page.locator('.activitybar').getByRole('tab', { name: 'P2P Lab' }).click()
    await view.getByRole('button', { name: 'Broadcast' }).click()
    await answer(page, /Broadcast/, 'hello, peers')
    // The picture is of the moment when some nodes have it and others do not.
    await view.getByText(/^[3-7] of 9 nodes/).waitFor()
    await page.screenshot({ path: path.join(root, 'media/live-view.png') })
  })
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
