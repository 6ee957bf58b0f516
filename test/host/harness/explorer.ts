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
  if (!(await row(name).isVisible())) await row(path.dirname(file)).click()
  await row(name).dblclick()
  await page.locator('.tab.active', { hasText: name }).waitFor()
}
