/**
 * Takes pictures of the live view in VS Code: a network of twenty that is split, with a faulty link and a hostile node, in all
 * four parts of the view and in three themes.
 *
 *     node scripts/screenshot-faults.ts [FOLDER]
 *
 * They go into FOLDER (default: .vscode-test/pictures). README.md shows media/split.png and media/space-time.png: the graph and
 * space-time of the dark theme without what is around them.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Frame, Page } from 'playwright-core'
import {
  answer,
  quickInput,
  runCommand,
  webviewFrame,
  withWorkbench,
} from '../test/host/harness/workbench.ts'
import { fillLabWorkspace } from './vscode/lab.ts'
import { root } from './vscode/paths.ts'

/** As VS Code's list of themes names them. */
const THEMES = { dark: 'Dark Modern', light: 'Light Modern', contrast: 'Dark High Contrast' }
const PARTS = ['Graph', 'Space-time', 'Numbers', 'Events']
const FOR_README: Record<string, string> = { Graph: 'split.png', 'Space-time': 'space-time.png' }
const to = process.argv[2] ?? path.join(root, '.vscode-test/pictures')

const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-screenshot-'))
const workspace = path.join(folder, 'p2p-lab')
try {
  await mkdir(to, { recursive: true })
  await fillLabWorkspace(workspace)
  const settings = {
    'workbench.colorTheme': 'Default Dark Modern',
    'workbench.layoutControl.enabled': false,
    'chat.disableAIFeatures': true,
    'p2plab.network.discovery': 'assigned',
    'remote.autoForwardPorts': false,
  }
  await withWorkbench({ name: 'screenshot', folder: workspace, settings, motion: true }, async ({ page }) => {
    await page.setViewportSize({ width: 1360, height: 860 })
    const view = await start(page)
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility')
    await breakIt(page, view)
    for (const [name, theme] of Object.entries(THEMES)) {
      await choose(page, theme)
      for (const part of PARTS) await picture(page, view, part, name)
    }
  })
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

async function start(page: Page): Promise<Frame> {
  await runCommand(page, 'P2P Lab: Start Local Network…')
  await answer(page, /Start Local Network/, '20')
  await answer(page, /20 nodes/)
  const view = await webviewFrame(page, 'main[data-page=network]')
  await view.getByText(/^Ready in/).waitFor()
  return view
}

/** All from the view itself. */
async function breakIt(page: Page, view: Frame): Promise<void> {
  const fromMenu = async (item: string) => {
    await view.getByRole('button', { name: 'Break…' }).click()
    await view.getByRole('menuitem', { name: item }).click()
  }
  await fromMenu('Add Hostile Node…')
  await answer(page, /Add Hostile Node/, 'Invalid sender')
  const faults = view.getByRole('region', { name: 'Faults' })
  await faults.getByText(/score −\d/).waitFor()
  // It would have the stage with a message of its own every moment.
  await view.getByRole('row', { name: /^n21 / }).click()
  await page.keyboard.press('p')
  await view.getByRole('row', { name: /^n21 .*paused/ }).waitFor()
  await fromMenu('Split Network…')
  await answer(page, /Split Network/, 'Two halves')
  await faults.getByText(/connections? cut/).waitFor()
  await view.getByRole('row', { name: /^n1 / }).click()
  await view
    .getByRole('button', { name: /^Select the link n1 – / })
    .first()
    .click()
  await view.getByRole('button', { name: 'Slow Down or Break Link…' }).click()
  await answer(page, /Slow Down or Break Links/, 'Far away')
  await faults.getByText(/latency 100 ms/).waitFor()
  await view.getByRole('row', { name: /^n2 / }).click()
  await view.getByRole('button', { name: 'Broadcast from Here' }).first().click()
  await answer(page, /Broadcast/, 'hello, my half')
  // What the hostile node has sent before it was paused may still arrive, and takes the stage.
  await view.getByRole('row', { name: /hello, my half/ }).click()
  await view.getByText(/^Message \d+ from n2: “hello, my half”/).waitFor()
  // The message has gone its way, which the view shows slowed down.
  await view.getByText(/^Reached \d+ of/).waitFor()
}

async function choose(page: Page, theme: string): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme')
  await quickInput(page).fill(theme)
  await page.locator('.quick-input-list .label-name').getByText(theme, { exact: true }).click()
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' })
}

async function picture(page: Page, view: Frame, part: string, theme: string): Promise<void> {
  await view.getByRole('tab', { name: part }).click()
  await view.locator('canvas.graph-canvas:not([aria-busy="true"])').waitFor({ state: 'attached' })
  await page.mouse.move(4, 4)
  await page.screenshot({ path: path.join(to, `${part.toLowerCase()}-${theme}.png`) })
  const name = FOR_README[part]
  // In the package, too: only the part itself, so that it stays small.
  if (name && theme === 'dark')
    await view.locator('.stage').screenshot({ path: path.join(root, 'media', name) })
}
