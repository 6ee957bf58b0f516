/** A page of a webview in a real browser, as the extension makes it, beside a stand-in for the extension. */
import assert from 'node:assert/strict'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { PageOptions } from '../../../webview/shared/html.ts'
import { STEP_MS, TEST_MS } from '../../kit/deadlines.ts'
import { servePage, type PageServer } from './serve-page.ts'
import { giveBackChromium, takeChromium } from './shared-chromium.ts'
import { standIn } from './stand-in.ts'
import { THEMES, type Theme } from './themes.ts'

export interface OpenOptions {
  theme?: Theme
  context?: BrowserContextOptions
}

export interface OpenedPage<Posted> {
  page: Page
  complaints: string[]
  /** Sends a message, as the extension does. */
  send(message: unknown): Promise<void>
  /** What the page posted since it was opened, but for `ready`. */
  posted(): Promise<Posted[]>
}

/**
 * Call it in a describe: gives the function that opens the page of dist/NAME.js and resolves when it is ready. Pages are closed after
 * each test, and must not have complained.
 */
export function withPage<Posted extends { type: string }>(
  html: (options: PageOptions) => string,
  name: string,
  viewport: { width: number; height: number },
): (options?: OpenOptions) => Promise<OpenedPage<Posted>> {
  let browser: Browser | undefined
  let server: PageServer
  let open: { page: Page; complaints: string[] }[] = []
  before(async function () {
    this.timeout(TEST_MS)
    ;[browser, server] = await Promise.all([takeChromium(), servePage(html, name)])
  })
  after(async () => {
    if (browser) giveBackChromium()
    await server?.close()
  })
  afterEach(async () => {
    const pages = open
    open = []
    for (const { page, complaints } of pages) {
      const violations = await page.evaluate(() => window.stand.violations)
      await page.context().close()
      assert.deepEqual([...complaints, ...violations], [], 'the page complained')
    }
  })
  return async ({ theme = THEMES.dark, context } = {}) => {
    const browserContext = await browser!.newContext({ viewport, ...context })
    const page = await browserContext.newPage()
    page.setDefaultTimeout(STEP_MS)
    const complaints: string[] = []
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    open.push({ page, complaints })
    await browserContext.addInitScript(standIn, theme)
    await page.goto(server.url)
    await page.waitForFunction(() => window.stand.posted.length > 0)
    return {
      page,
      complaints,
      send: message => page.evaluate(m => window.postMessage(m, '*'), message),
      async posted() {
        const all = (await page.evaluate(() => window.stand.posted)) as Posted[]
        return all.filter(message => message.type !== 'ready')
      },
    }
  }
}
