/** Drives VS Code's workbench the way a person does: palette, quick input, notifications, the inside of a webview. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Frame, Locator, Page } from 'playwright-core'
import { ensureCodeServer } from '../../../scripts/vscode/code-server.ts'
import { linkExtension } from '../../../scripts/vscode/link-extension.ts'
import { startServer, type Server } from '../../../scripts/vscode/server.ts'
import { writeSettings } from '../../../scripts/vscode/settings.ts'
import { CURRENT, type VSCodeVersion } from '../../../scripts/vscode/versions.ts'
import { STEP_MS } from '../../kit/deadlines.ts'
import { withPage } from './browser.ts'
import { PLAIN, WITHOUT_TYPES } from './plain.ts'

export interface WorkbenchOptions {
  /** Names the screenshot that is left when something fails. */
  name: string
  version?: VSCodeVersion
  /** The folder to open. */
  folder: string
  /** The server's data with what is installed; default: a new one with the extension as it is built here. */
  home?: string
  /** Whether the folder has to be trusted first, as users have it. Default: every folder is trusted. */
  trust?: boolean
  /** Over that of the server and of the browser; `undefined` takes a variable away. */
  env?: NodeJS.ProcessEnv
  settings?: Record<string, unknown>
  /** The browser reaches nothing but this machine. */
  offline?: boolean
  /** Things move as for most users; default: nothing moves. */
  motion?: boolean
}

export interface Workbench {
  page: Page
  server: Server
}

const FOR_TESTS = {
  ...PLAIN,
  ...WITHOUT_TYPES,
  'workbench.startupEditor': 'none',
  // Diagrams in screenshots need a font of which all letters have one width; not every machine has the default one.
  'editor.fontFamily': "'DejaVu Sans Mono', monospace",
  // What takes the focus while the window fills itself does not close a question.
  'workbench.quickOpen.closeOnFocusLost': false,
}

/** Opens a VS Code of its own in a browser of its own and ends both. */
export async function withWorkbench<T>(
  options: WorkbenchOptions,
  use: (workbench: Workbench) => Promise<T>,
): Promise<T> {
  const {
    name,
    version = CURRENT,
    folder,
    trust = false,
    env = {},
    offline = false,
    motion = false,
  } = options
  const codeServer = await ensureCodeServer(version, console.log)
  const home = options.home ?? (await mkdtemp(path.join(tmpdir(), 'p2plab-workbench-')))
  if (!options.home) await linkExtension(home)
  await writeSettings(home, { ...FOR_TESTS, ...options.settings })
  // Without the driver: it hides notifications.
  const server = await startServer(codeServer, { home, trust, driver: false, env })
  try {
    return await withPage({ name, offline, motion, env }, async page => {
      page.setDefaultTimeout(STEP_MS)
      await page.goto(server.url(folder))
      await page.locator('.monaco-workbench .part.statusbar').waitFor()
      return await use({ page, server })
    })
  } finally {
    await server.end()
    if (!options.home) await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Runs a command by its title, as in "P2P Lab: Add Node", from the palette. It must be there and enabled. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = await findCommand(page, title)
  await row.click()
}

/** Opens the palette, types the title and gives the row of exactly that command. */
async function findCommand(page: Page, title: string): Promise<Locator> {
  const input = quickInput(page)
  const label = page.locator('.label-name').getByText(title, { exact: true })
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ has: label }).first()
  const deadline = Date.now() + STEP_MS
  for (;;) {
    // A key can be lost while what had the focus goes away, as a webview or the trust editor does: press it again.
    await page.keyboard.press('F1')
    if (!(await appears(input, 5_000))) {
      assert(Date.now() < deadline, `F1 opens no palette within ${STEP_MS / 1000} s`)
      continue
    }
    await input.fill(`>${title}`)
    // The palette lists what was known when it opened: until the extension is loaded it has to be opened again.
    if (await appears(row, 2_000)) return row
    assert(Date.now() < deadline, `the palette has no command "${title}" after ${STEP_MS / 1000} s`)
    await page.keyboard.press('Escape')
    await input.waitFor({ state: 'hidden' })
  }
}

const appears = (locator: Locator, timeout: number): Promise<boolean> =>
  locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  )

/** The text field of the palette, of a question, or of a list to pick from. */
export const quickInput = (page: Page): Locator => page.locator('.quick-input-widget input').first()

/** Waits for the question or list with this title, types `text` (if any) and presses Enter: in a list, the best match. */
export async function answer(page: Page, title: RegExp, text?: string): Promise<void> {
  await page.locator('.quick-input-widget .quick-input-title', { hasText: title }).waitFor()
  if (text !== undefined) await quickInput(page).fill(text)
  await quickInput(page).press('Enter')
}

/** Chooses an entry of the open context menu. In the first tenth of a second a menu of VS Code's takes no click, so it is clicked again. */
export async function chooseFromMenu(page: Page, entry: string): Promise<void> {
  const menu = page.locator('.context-view .monaco-menu')
  const item = menu.getByRole('menuitem', { name: entry })
  await item.click()
  for (const deadline = Date.now() + STEP_MS; Date.now() < deadline;) {
    const gone = await menu.waitFor({ state: 'hidden', timeout: 1_000 }).then(
      () => true,
      () => false,
    )
    if (gone) return
    await item.click({ timeout: 1_000 }).catch(() => {})
  }
  assert.fail(`the menu does not take ${entry}`)
}

/** Answers VS Code's own dialog for a file. It takes no Enter while it reads a folder, so the key is pressed again. */
export async function answerFile(page: Page, title: RegExp, file: string): Promise<void> {
  const dialog = page.locator('.quick-input-widget .quick-input-title', { hasText: title })
  await answer(page, title, file)
  for (const deadline = Date.now() + STEP_MS; Date.now() < deadline;) {
    const gone = await dialog.waitFor({ state: 'hidden', timeout: 3_000 }).then(
      () => true,
      () => false,
    )
    if (gone) return
    await quickInput(page)
      .press('Enter', { timeout: 1_000 })
      .catch(() => {})
  }
  assert.fail(`the dialog ${title} does not take ${file}`)
}

/** How long a notification is looked for where it comes up, in milliseconds. It goes by itself after ten seconds. */
const TOAST_MS = 5_000

/**
 * Waits for a notification with this text: where it comes up, or, when a busy machine was late to look, in the list behind the bell. While the pointer
 * is over it, it stays.
 */
export async function notification(page: Page, text: RegExp): Promise<Locator> {
  const item = page.locator('.notification-list-item', { hasText: text }).first()
  const list = page.locator('.notifications-center.visible')
  for (const deadline = Date.now() + STEP_MS; Date.now() < deadline;) {
    if (await appears(item, TOAST_MS)) {
      const stays = await item.hover({ timeout: TOAST_MS }).then(
        () => true,
        () => false,
      )
      if (stays) return item
    }
    // A dialog may lie over it.
    if (!(await list.isVisible()))
      await page
        .locator('[id="status.notifications"] a')
        .click({ timeout: TOAST_MS })
        .catch(() => {})
  }
  assert.fail(`no notification says ${text} after ${STEP_MS / 1000} s`)
}

/** The frame of the webview in which `selector` can be seen. */
export async function webviewFrame(page: Page, selector: string): Promise<Frame> {
  const deadline = Date.now() + STEP_MS
  while (Date.now() < deadline) {
    for (const frame of page.frames()) {
      const count =
        frame === page.mainFrame()
          ? 0
          : await frame
              .locator(selector)
              .count()
              .catch(() => 0)
      if (count > 0) return frame
    }
    // Frames come and go while a webview loads; the next look is at whatever is there then.
    await page.waitForTimeout(100)
  }
  assert.fail(`no webview shows ${selector} after ${STEP_MS / 1000} s`)
}
