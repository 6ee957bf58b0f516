/** One server for a file of tests, and the browser of all; every page is closed after its test, and must not have complained. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { STEP_MS, TEST_MS } from '../../kit/deadlines.ts'
import type { PageServer } from './serve-page.ts'
import { giveBackChromium, takeChromium } from './shared-chromium.ts'
import { openView, serveView, type ViewPage } from './view-page.ts'

type Options = Parameters<typeof openView>[2]

/** Call it in a describe: gives the function that opens the view, with an empty network unless told otherwise. `serve` is the page. */
export function withView(serve = serveView): (options?: Options) => Promise<ViewPage> {
  let browser: Browser | undefined
  let server: PageServer
  let pages: ViewPage[] = []
  before(async function () {
    this.timeout(TEST_MS)
    const bundle = path.join(import.meta.dirname, '../../../dist/view.js')
    assert(existsSync(bundle), 'dist/view.js is missing: run npm run build')
    ;[browser, server] = await Promise.all([takeChromium(), serve()])
  })
  after(async () => {
    if (browser) giveBackChromium()
    await server?.close()
  })
  afterEach(async () => {
    const open = pages
    pages = []
    for (const page of open) await page.close()
  })
  return async options => {
    const view = await openView(browser!, server.url, options)
    view.page.setDefaultTimeout(STEP_MS)
    pages.push(view)
    return view
  }
}
