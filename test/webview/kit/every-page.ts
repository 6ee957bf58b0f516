/** All pages that the extension makes, each opened by itself: for what is to hold of every one. */
import type { Browser, Page } from 'playwright-core'
import { guideHtml, transcriptHtml, viewHtml, type PageOptions } from '../../../webview/shared/html.ts'
import { STEP_MS } from '../../kit/deadlines.ts'
import { servePage } from './serve-page.ts'
import { standIn } from './stand-in.ts'
import { THEMES, type Theme } from './themes.ts'

export const PAGES: readonly { name: string; bundle: string; html: (options: PageOptions) => string }[] = [
  { name: 'the live view', bundle: 'view', html: options => viewHtml(options) },
  { name: 'a recording', bundle: 'view', html: options => viewHtml(options, 'recording') },
  { name: 'the guide', bundle: 'guide', html: guideHtml },
  { name: 'the transcript', bundle: 'transcript', html: transcriptHtml },
]

export interface OpenPage {
  page: Page
  /** What the page posted since it was opened. */
  posted(): Promise<{ type: string; what?: string; error?: string }[]>
  /** Of its content security policy. */
  violations(): Promise<string[]>
}

/** Opens a page in a context of its own, and closes both page and server when `use` is done. */
export async function onPage(
  browser: Browser,
  { bundle, html }: (typeof PAGES)[number],
  { change, theme = THEMES.dark }: { change?: (files: Map<string, Buffer>) => void; theme?: Theme },
  use: (open: OpenPage) => Promise<void>,
): Promise<void> {
  const server = await servePage(html, bundle, change)
  const context = await browser.newContext({ viewport: { width: 700, height: 500 } })
  try {
    await context.addInitScript(standIn, theme)
    const page = await context.newPage()
    page.setDefaultTimeout(STEP_MS)
    await page.goto(server.url)
    await use({
      page,
      posted: () => page.evaluate(() => window.stand.posted) as Promise<{ type: string }[]>,
      violations: () => page.evaluate(() => window.stand.violations),
    })
  } finally {
    await context.close()
    await server.close()
  }
}
