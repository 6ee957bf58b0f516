/** The guide in a real browser, on the very page the extension makes; see view-page.ts. */
import assert from 'node:assert/strict'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { FromGuide, Guide, ToGuide } from '../../../webview/shared/guide-messages.ts'
import { guideHtml } from '../../../webview/shared/html.ts'
import { launchChromium } from './chromium.ts'
import { servePage, type PageServer } from './serve-page.ts'
import { standIn } from './stand-in.ts'
import { THEMES, type Theme } from './themes.ts'

export interface GuidePage {
  page: Page
  /** Sends the guide, or none, as the extension does. */
  show(guide?: Guide): Promise<void>
  raw(message: unknown): Promise<void>
  /** What the guide posted since the page was opened, but for `ready`. */
  posted(): Promise<FromGuide[]>
  complaints: string[]
}

type Options = { theme?: Theme; context?: BrowserContextOptions }

/** Call it in a describe: gives the function that opens the guide. Pages are closed after each test, and must not have complained. */
export function withGuide(): (options?: Options) => Promise<GuidePage> {
  let browser: Browser
  let server: PageServer
  let open: GuidePage[] = []
  before(async function () {
    this.timeout(60_000)
    ;[browser, server] = await Promise.all([launchChromium(), servePage(guideHtml, 'guide')])
  })
  after(async () => {
    await browser?.close()
    await server?.close()
  })
  afterEach(async () => {
    const pages = open
    open = []
    for (const { page, complaints } of pages) {
      await page.context().close()
      assert.deepEqual(complaints, [], 'the page complained')
    }
  })
  return async (options = {}) => {
    const guide = await openGuide(browser, server.url, options)
    open.push(guide)
    return guide
  }
}

async function openGuide(browser: Browser, url: string, { theme, context }: Options): Promise<GuidePage> {
  const browserContext = await browser.newContext({ viewport: { width: 620, height: 900 }, ...context })
  const page = await browserContext.newPage()
  page.setDefaultTimeout(30_000)
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await browserContext.addInitScript(standIn, theme ?? THEMES.dark)
  await page.goto(url)
  await page.waitForFunction(() => window.stand.posted.length > 0)
  const raw = (message: unknown) => page.evaluate(m => window.postMessage(m, '*'), message)
  return {
    page,
    complaints,
    raw,
    show: guide => raw({ type: 'show', ...(guide && { guide }) } satisfies ToGuide),
    async posted() {
      const all = (await page.evaluate(() => window.stand.posted)) as FromGuide[]
      return all.filter(message => message.type !== 'ready')
    },
  }
}

/** The guide of an exercise of which nothing was tried yet. */
export const fresh: Guide = {
  id: '1.2',
  title: 'Frames',
  lab: 'Lab 1: TCP and UDP',
  number: 2,
  of: 8,
  state: 'not-run',
  text: '# 1.2 Frames\n\nWhy it matters.\n\n## The task\n\n| op | result |\n| --- | --- |\n| `listen` | a port |\n\n[RFC 9293](https://www.rfc-editor.org/rfc/rfc9293)\n\n```\n00 00 00 05\n```\n',
  file: '1-tcp/2-frames.ts',
  checks: [
    { id: 'one-frame', title: 'Answers a frame', state: 'not-run' },
    { id: 'every-cut', title: 'Understands every cut', state: 'not-run' },
    { id: 'empty', title: 'Answers an empty frame', state: 'not-run' },
  ],
  hints: [],
  allHints: 3,
  solution: 'closed',
  passed: 'Your decoder finds every message.\n\nNext, frames go to everybody.',
  needs: [],
  previous: { id: '1.1', title: 'Echo' },
  next: { id: '1.3', title: 'Room' },
  trusted: true,
  checkOnSave: false,
}

export const running: Guide = {
  ...fresh,
  state: 'running',
  checks: fresh.checks.map((check, i) => (i === 0 ? { ...check, state: 'running' } : check)),
}

export const failed: Guide = {
  ...fresh,
  state: 'failed',
  seed: 42,
  checks: [
    { id: 'one-frame', title: 'Answers a frame', state: 'passed' },
    {
      id: 'every-cut',
      title: 'Understands every cut',
      state: 'failed',
      message: 'Expected: 5 bytes.\nGot: 3.',
    },
    { id: 'empty', title: 'Answers an empty frame', state: 'failed', message: 'Expected: a frame.' },
  ],
}

export const passed: Guide = {
  ...fresh,
  state: 'passed',
  seed: 43,
  solution: 'open',
  checks: fresh.checks.map(check => ({ ...check, state: 'passed' })),
}
