import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { cache } from '../../../scripts/vscode/paths.ts'
import { launchChromium } from '../../webview/kit/chromium.ts'
import { giveBackChromium, takeChromium } from '../../webview/kit/shared-chromium.ts'

/** Resolves no name and refuses every address but our own. */
const OFFLINE = ['--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1']

/**
 * Opens a page, in a context of its own, and closes it at the end; leaves a screenshot named `name` when `use` fails.
 * `offline`: the page reaches nothing but 127.0.0.1. `env` goes over the browser's environment; `undefined` takes away. Both need a Chromium of their own.
 */
export async function withPage<T>(
  {
    name,
    offline = false,
    motion = false,
    env = {},
  }: { name: string; offline?: boolean; motion?: boolean; env?: NodeJS.ProcessEnv },
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const own = offline || Object.keys(env).length > 0
  const browser = await (own ? launchChromium({ args: offline ? OFFLINE : [], env }) : takeChromium())
  try {
    const page = await newPage(browser, motion)
    try {
      return await use(page)
    } catch (error) {
      const file = await screenshot(page, name).catch(() => undefined)
      throw file ? new Error(`${message(error)}\nscreenshot: ${file}`, { cause: error }) : error
    } finally {
      await page.context().close()
    }
  } finally {
    if (own) await browser.close()
    else giveBackChromium()
  }
}

/**
 * A page in a context of its own, which the caller closes. Without `motion` nothing moves: lists that glide take a tenth of the processor's time, and
 * spinners another fifth, as VS Code is drawn in software. Our own page moves in test/webview/.
 */
export async function newPage(browser: Browser, motion = false): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width: 1400, height: 900 },
    reducedMotion: motion ? 'no-preference' : 'reduce',
  })
  if (!motion) await page.addInitScript(standStill)
  return page
}

/** In the page. What spins, flashes, shakes or fades in VS Code does so even for those who asked for less motion. */
function standStill(): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync('*, ::before, ::after { animation: none !important; transition: none !important }')
  document.adoptedStyleSheets.push(sheet)
}

/** Writes .vscode-test/screenshots/NAME.png and returns its path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const folder = path.join(cache, 'screenshots')
  await mkdir(folder, { recursive: true })
  const file = path.join(folder, `${name.replaceAll(/[^a-z0-9.]+/gi, '-')}.png`)
  await page.screenshot({ path: file })
  return file
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))
