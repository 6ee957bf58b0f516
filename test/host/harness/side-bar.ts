/** What the side bar of VS Code shows. */
import path from 'node:path'
import type { Page } from 'playwright-core'
import { runCommand } from './workbench.ts'

/** Opens a file of the window's folder to stay, as a double click in the Explorer does. */
export async function openFromExplorer(page: Page, file: string): Promise<void> {
  const row = (name: string) =>
    page.locator('.explorer-folders-view').getByRole('treeitem', { name, exact: true })
  const name = path.basename(file)
  if (!(await row('package.json').isVisible())) await runCommand(page, 'View: Show Explorer')
  await row('package.json').waitFor()
  const folder = path.dirname(file)
  if (folder !== '.' && !(await row(name).isVisible())) await row(folder).click()
  await row(name).dblclick()
  await page.locator('.tab.active', { hasText: name }).waitFor()
}

/** Shows the Labs view: a click on the tab of a view that is shown would hide it. */
export async function showLabs(page: Page): Promise<void> {
  const lab = page.getByRole('treeitem', { name: /^Lab 1:/ })
  if (!(await lab.isVisible()))
    await page.locator('.activitybar').getByRole('tab', { name: 'P2P Lab' }).click()
  await lab.waitFor()
}
