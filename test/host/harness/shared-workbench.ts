/** One VS Code for all tests of a suite: each window costs ten seconds of processor time before the first of them begins. */
import { after, afterEach, before } from 'mocha'
import { screenshot } from './browser.ts'
import { withWorkbench, type Workbench, type WorkbenchOptions } from './workbench.ts'

/**
 * Opens the window before the first test of the suite that calls this and closes it after the last one; the function gives it. `options` is called then.
 * Tests follow each other in what one of them left. A screenshot is left for each test that fails.
 */
export function sharedWorkbench(options: () => WorkbenchOptions): () => Workbench {
  let workbench: Workbench | undefined
  let close = () => {}
  let closed: Promise<void> = Promise.resolve()

  before(async () => {
    const opened = Promise.withResolvers<Workbench>()
    const closing = new Promise<void>(resolve => (close = resolve))
    closed = withWorkbench(options(), async workbench => {
      opened.resolve(workbench)
      await closing
    })
    closed.catch(opened.reject)
    workbench = await opened.promise
  })
  afterEach(async function () {
    const { title, state } = this.currentTest ?? {}
    if (state === 'failed' && workbench)
      console.log(await screenshot(workbench.page, `${options().name}-${title}`).catch(() => 'no screenshot'))
  })
  after(async () => {
    close()
    await closed
  })
  return () => workbench!
}
