/** Takes media/guide.png, the picture of the guide in README.md: an echo that treats bytes as text, and what the checks say. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadPack } from '../labs/pack.ts'
import { webviewFrame, withWorkbench } from '../test/host/harness/workbench.ts'
import { fillLabWorkspace } from './vscode/lab.ts'
import { root } from './vscode/paths.ts'

const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-screenshot-'))
const workspace = path.join(folder, 'p2p-lab')
try {
  await fillLabWorkspace(workspace)
  // What many write first: bytes made a string on their way back.
  const { solution } = (await loadPack(path.join(root, 'dist'))).exercises['1.1']!.programs.typescript!
  const wrong = solution.replace(
    'socket.pipe(socket)',
    "socket.on('data', data => socket.write(data.toString()))\n    socket.on('end', () => socket.end())",
  )
  await writeFile(path.join(workspace, '1-tcp/1-echo.ts'), wrong)
  const settings = {
    'workbench.colorTheme': 'Default Dark Modern',
    'workbench.layoutControl.enabled': false,
    'editor.minimap.enabled': false,
    'chat.disableAIFeatures': true,
    'remote.autoForwardPorts': false,
  }
  await withWorkbench({ name: 'screenshot', folder: workspace, settings }, async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 860 })
    await page.locator('.activitybar').getByRole('tab', { name: 'P2P Lab' }).click()
    await page.getByRole('treeitem', { name: /1\.1 Echo/ }).click()
    const guide = await webviewFrame(page, '.guide h1')
    await page.getByText('Check').first().waitFor()
    await guide.getByRole('button', { name: 'Check', exact: true }).click()
    await guide.locator('header[data-state=failed]').waitFor()
    await page.getByText('failed', { exact: true }).first().waitFor()
    await page.screenshot({ path: path.join(root, 'media/guide.png') })
  })
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
