/** A learner's own network: from the guide of an exercise to a split network in the live view, and what the capstone reports. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EXERCISES } from '../../../labs/catalogue.ts'
import { loadPack } from '../../../labs/pack.ts'
import { trackOf } from '../../../labs/workspace/track.ts'
import { root } from '../../../scripts/vscode/paths.ts'
import { screenshot } from '../harness/browser.ts'
import { showLabs } from '../harness/side-bar.ts'
import { answer, runCommand, webviewFrame, type Workbench } from '../harness/workbench.ts'

/** All checks of 4.8, on a machine that draws VS Code in software beside them. */
const CHECKED_MS = 180_000

/** A test in a window on a lab workspace. */
export function runMyNetwork(window: () => Workbench, folder: () => string): void {
  it('starts copies of the program, which broadcast, split and heal in the live view; 4.8 has a report', async () => {
    const { page } = window()
    const { exercises } = await loadPack(path.join(root, 'dist'))
    for (const entry of EXERCISES) {
      const { file } = trackOf(entry, 'typescript')
      await writeFile(path.join(folder(), file), exercises[entry.id]!.programs.typescript!.solution)
    }
    await runCommand(page, 'View: Close All Editors')
    await showLabs(page)
    // Closed, so that all rows of Lab 4 are in sight.
    await page.getByRole('treeitem', { name: /Lab 1/ }).click()
    await page.getByRole('treeitem', { name: /Lab 4/ }).click()
    await page.getByRole('treeitem', { name: /4\.1 Flooding/ }).click()
    const guide = await webviewFrame(page, '.guide h1')
    await guide.getByRole('button', { name: 'Run My Network…' }).click()
    await answer(page, /Run My Network/, '4')
    await answer(page, /Run My Network: .*4 nodes/, 'Ring')
    const view = await webviewFrame(page, 'main[data-page=network]')
    await view.getByText(/^Ready in/).waitFor()
    await view.getByText(/your program of exercise 4\.1/).waitFor()
    assert.equal(await view.getByRole('button', { name: 'Add Node' }).isVisible(), false)

    await view.getByRole('row', { name: /^n2 / }).click()
    await view.getByRole('button', { name: 'Broadcast from Here' }).first().click()
    await answer(page, /Broadcast/, 'hello')
    await view.getByText(/Message 1 from n2: “hello”/).waitFor()
    await view
      .getByText(/3 of 3 nodes/)
      .first()
      .waitFor()

    // The list is at its end, where these are.
    await view.getByRole('tab', { name: 'Events' }).click()
    for (const text of [/^n\d reported delivered/, /^n\d sent flood to n\d/])
      await view.getByText(text).first().waitFor()

    await view.getByRole('button', { name: 'Break…' }).click()
    assert.equal(await view.getByRole('menuitem', { name: 'Add Hostile Node…' }).isVisible(), false)
    await view.getByRole('menuitem', { name: 'Split Network…' }).click()
    await answer(page, /Split Network/, 'Two halves')
    await view.getByText('Split into A and B', { exact: true }).waitFor()
    await screenshot(page, 'run-my-network-split')
    await view.getByRole('button', { name: 'Heal' }).click()
    await view.getByText('Split into A and B', { exact: true }).waitFor({ state: 'hidden' })
    await runCommand(page, 'P2P Lab: Stop Network')

    await page.getByRole('treeitem', { name: /4\.8 / }).click()
    const capstone = await webviewFrame(page, '.guide h1')
    await capstone.getByRole('heading', { name: /^4\.8 / }).waitFor()
    await capstone.getByRole('button', { name: 'Check', exact: true }).click()
    await capstone.getByRole('button', { name: 'Show Report' }).click({ timeout: CHECKED_MS })
    const report = await webviewFrame(page, '.vscode-body h1')
    await report.getByRole('heading', { name: '4.8 Capstone: the Mini P2P Network' }).waitFor()
    await report.getByRole('heading', { name: 'What happened' }).waitFor()
    await screenshot(page, 'run-my-network-report')
  })
}
