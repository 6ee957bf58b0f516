/** What the network commands ask, and what the network view leaves to VS Code. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { STEP_MS } from '../../kit/deadlines.ts'
import { screenshot } from '../harness/browser.ts'
import { openFromExplorer } from '../harness/side-bar.ts'
import { startNetwork } from '../harness/live-view.ts'
import {
  answer,
  answerFile,
  chooseFromMenu,
  notification,
  quickInput,
  runCommand,
  webviewFrame,
  type Workbench,
} from '../harness/workbench.ts'

/** What is in the file, once something is. */
async function written(file: string): Promise<Buffer> {
  for (const deadline = Date.now() + STEP_MS; ; await pause(50)) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0))
    if (bytes.length > 0 || Date.now() > deadline) return bytes
  }
}

/** Tests in a window on a lab workspace. */
export function aRunningNetwork(window: () => Workbench, folder: () => string): void {
  it('is not ended, and no question is closed, without a word', async () => {
    const steps = [{ do: 'start', nodes: 2 }]
    const scenario = JSON.stringify({ title: 'Own', description: 'A test.', steps })
    await writeFile(path.join(folder(), 'own.p2pscenario.json'), scenario)
    const { page } = window()
    const view = await startNetwork(page, 3)
    const input = quickInput(page)

    await runCommand(page, 'P2P Lab: Slow Down or Break Links…')
    await answer(page, /Slow Down or Break Links/)
    const missing = 'Select at least one link, then press Enter'
    await page.locator(`.quick-input-widget input[placeholder="${missing}"]`).waitFor()
    await screenshot(page, 'network-questions-links')
    // A click on it selects it.
    await page.locator('.quick-input-list .monaco-list-row').first().click()
    await input.press('Enter')
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Other…' }).waitFor()
    await page.keyboard.press('Escape')

    await runCommand(page, 'P2P Lab: Split Network…')
    await answer(page, /Split Network/, 'Selected nodes')
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'n3' }).waitFor()
    await answer(page, /Split Network/)
    await page.getByPlaceholder('Select at least one node, then press Enter').waitFor()
    await page.keyboard.press('Escape')

    await runCommand(page, 'P2P Lab: Run Scenario…')
    await page
      .getByPlaceholder('Select a scenario to run. The running network (3 nodes) stops first.')
      .waitFor()
    await page.keyboard.press('Escape')
    await view.getByText(/^Ready in/).waitFor()

    // From a file there is no list to choose from.
    await openFromExplorer(page, 'own.p2pscenario.json')
    await page.locator('.editor-actions').getByRole('button', { name: 'Run Scenario…' }).click()
    const dialog = page.getByRole('dialog', { name: /Stop the running network\?/ })
    await dialog.getByText('The running network (3 nodes) stops first.', { exact: false }).waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.locator('.tab', { hasText: 'P2P Network' }).click()
    const still = await webviewFrame(page, 'main#app')
    await still.getByText(/^Ready in/).waitFor()
    await runCommand(page, 'P2P Lab: Stop Network')
    await still.getByText(/^Ready in/).waitFor({ state: 'hidden' })
  })

  it('has VS Code’s context menu for its nodes and for itself, with the mouse and from the keyboard', async () => {
    const { page } = window()
    const view = await startNetwork(page, 3)
    const menu = page.locator('.context-view .monaco-menu')
    const entries = async () => {
      await menu.getByRole('menuitem').first().waitFor()
      return (await menu.getByRole('menuitem').allInnerTexts()).map(text => text.trim())
    }
    await view.getByRole('row', { name: /^n2/ }).click({ button: 'right' })
    const node = await entries()
    await screenshot(page, 'network-menu-node')
    for (const wanted of [
      'Broadcast Message…',
      'Pause Node…',
      'Kill Node…',
      'Show Node Log…',
      'Copy Peer ID',
    ])
      assert(node.includes(wanted), `${wanted} is in ${node}`)
    for (const other of ['Resume Node…', 'Add Node', 'Cut', 'Paste']) assert(!node.includes(other), other)
    await chooseFromMenu(page, 'Kill Node…')
    await view.getByRole('row', { name: /^n2.*killed/ }).waitFor()

    // A corner of the graph, where no node is.
    await view.locator('canvas.graph-canvas').click({ position: { x: 8, y: 120 } })
    await page.keyboard.press('Shift+F10')
    const network = await entries()
    await screenshot(page, 'network-menu')
    for (const wanted of ['Add Node', 'Split Network…', 'Run Scenario…', 'Stop Network'])
      assert(network.includes(wanted), `${wanted} is in ${network}`)
    assert(!network.includes('Kill Node…') && !network.includes('Cut'))
    await page.keyboard.press('Escape')

    for (const [name, begins] of [
      ['graph.png', '\x89PNG'],
      ['graph.svg', '<svg'],
    ] as const) {
      await view.getByRole('tabpanel').getByRole('button', { name: 'Save Picture…' }).click()
      const file = path.join(folder(), name)
      // The dialog writes its proposal into the field when it has looked at the folder: what was typed before is lost.
      await page.waitForFunction(
        () =>
          document
            .querySelector<HTMLInputElement>('.quick-input-widget input[type=text]')
            ?.value.endsWith('network-graph.png') === true,
      )
      await answerFile(page, /Save Picture/, file)
      assert.equal((await written(file)).toString('latin1', 0, 4), begins)
      const saved = await notification(page, new RegExp(`Saved the picture as ${name}`))
      await saved.getByRole('button', { name: 'Clear Notification' }).click()
    }
    await runCommand(page, 'P2P Lab: Stop Network')
    await view.getByText(/^Ready in/).waitFor({ state: 'hidden' })
  })
}
