/** One VS Code for all tests of a suite: each window costs ten seconds of processor time before the first of them begins. */
import { after, afterEach, before } from 'mocha'
import type { Page } from 'playwright-core'
import { screenshot } from './browser.ts'
import { withWorkbench, type WorkbenchOptions } from './workbench.ts'

/**
 * Opens the window before the first test of the suite that calls this and closes it after the last one; the function gives its page. `options` is called then.
 * Tests follow each other in what one of them left. A screenshot is left for each test that fails.
 */
export function sharedWorkbench(options: () => WorkbenchOptions): () => Page {
  let page: Page | undefined
  let close = () => {}
  let closed: Promise<void> = Promise.resolve()

  before(async () => {
    const opened = Promise.withResolvers<Page>()
    const closing = new Promise<void>(resolve => (close = resolve))
    closed = withWorkbench(options(), async workbench => {
      opened.resolve(workbench.page)
      await closing
    })
    closed.catch(opened.reject)
    page = await opened.promise
  })
  afterEach(async function () {
    const { title, state } = this.currentTest ?? {}
    if (state === 'failed' && page)
      console.log(await screenshot(page, `${options().name}-${title}`).catch(() => 'no screenshot'))
  })
  after(async () => {
    close()
    await closed
  })
  return () => page!
}
