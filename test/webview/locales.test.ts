/** Every page starts in a browser of any locale: also of one that is no language at all, as containers have it. */
import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { TEST_MS } from '../kit/deadlines.ts'
import { launchChromium } from './kit/chromium.ts'
import { onPage, PAGES } from './kit/every-page.ts'
import { LOCALES } from '../kit/locales.ts'

for (const { name, env } of LOCALES) {
  describe(`with ${name}`, function () {
    this.timeout(TEST_MS)
    let browser: Browser
    before(async () => {
      browser = await launchChromium({ env })
    })
    after(() => browser?.close())

    for (const which of PAGES) {
      it(`${which.name} starts`, async () => {
        await onPage(browser, which, {}, async ({ page, posted }) => {
          await page.waitForFunction(() => window.stand.posted.length > 0)
          assert.deepEqual(
            (await posted()).map(m => m.type),
            ['ready'],
          )
          // As uPlot does, which is in the view.
          // eslint-disable-next-line no-restricted-syntax
          const format = () => new Intl.NumberFormat(navigator.language).format(1)
          if (which.bundle === 'view') assert.equal(await page.evaluate(format), '1')
        })
      })
    }
  })
}
