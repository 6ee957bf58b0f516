/** A page that cannot start says what failed and leads to the log; a part that fails leaves the others alone. */
import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { TEST_MS } from '../kit/deadlines.ts'
import { barriers } from './kit/barriers.ts'
import { launchChromium } from './kit/chromium.ts'
import { onPage, PAGES } from './kit/every-page.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import { THEMES } from './kit/themes.ts'

const THROWS = Buffer.from(`"use strict";\nthrow new RangeError('Invalid language tag: en-US@posix')`)

describe('a page that cannot start', function () {
  this.timeout(TEST_MS)
  let browser: Browser
  before(async () => {
    browser = await launchChromium()
  })
  after(() => browser?.close())

  for (const which of PAGES) {
    it(`says what its script threw on its first line, and opens the log: ${which.name}`, async () => {
      const change = (files: Map<string, Buffer>) => files.set(`${which.bundle}.js`, THROWS)
      await onPage(browser, which, { change }, async ({ page, posted, violations }) => {
        const alert = page.getByRole('alert')
        await alert
          .getByText('This page could not start: RangeError: Invalid language tag: en-US@posix.', {
            exact: true,
          })
          .waitFor()
        assert.equal(await page.locator('#app').isVisible(), false)
        const [failed] = await posted()
        assert.equal(failed?.type, 'failed')
        assert.match(failed.error!, /RangeError[^]*\.js:2/, 'the log gets the stack')
        await alert.getByRole('button', { name: 'Show Log' }).click()
        assert.equal((await posted()).at(-1)?.type, 'openLog')
        assert.deepEqual(await violations(), [])
        assert.deepEqual(await barriers(page), [])
      })
    })

    it(`says that its script is missing: ${which.name}`, async () => {
      const change = (files: Map<string, Buffer>) => files.delete(`${which.bundle}.js`)
      await onPage(browser, which, { change }, async ({ page }) => {
        const words = new RegExp(
          `^This page could not start: http://.*/${which.bundle}\\.js did not load\\.$`,
        )
        await page.getByRole('alert').getByText(words).waitFor()
      })
    })

    it(`says that none of its files is there, as after an update of the extension: ${which.name}`, async () => {
      await onPage(browser, which, { change: files => files.clear() }, async ({ page }) => {
        await page.getByText(/^This page could not start because its files are missing\./).waitFor()
      })
    })

    it(`says nothing of the kind otherwise: ${which.name}`, async () => {
      await onPage(browser, which, {}, async ({ page, posted }) => {
        await page.waitForFunction(() => window.stand.posted.length > 0)
        assert.deepEqual(
          (await posted()).map(m => m.type),
          ['ready'],
        )
        assert.equal(await page.getByText('could not start').count(), 0)
      })
    })
  }

  for (const [name, theme] of Object.entries(THEMES)) {
    it(`can be read in the ${name} theme`, async () => {
      const change = (files: Map<string, Buffer>) => files.set('view.js', THROWS)
      await onPage(browser, PAGES[0]!, { change, theme }, async ({ page }) => {
        await page.getByRole('alert').waitFor()
        assert.deepEqual(await barriers(page, 'colours'), [])
      })
    })
  }
})

/** Runs in the page before its script: nothing can be drawn on the space-time diagram. */
function breakSpaceTime(): void {
  const { clearRect } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.clearRect = function (...args) {
    if (this.canvas.classList.contains('spacetime-canvas')) throw new TypeError('the lanes are broken')
    clearRect.apply(this, args)
  }
}

/** The numbers cannot even be made. */
function breakPlots(): void {
  const { setAttribute } = Element.prototype
  Element.prototype.setAttribute = function (name, value) {
    if (value === 'plot-box') throw new TypeError('there are no plots')
    setAttribute.call(this, name, value)
  }
}

describe('a part of the live view that fails', () => {
  const open = withView()
  const network = startUp(4)

  it('shows its sentence in its place, and the others go on', async () => {
    const view = await open({ init: breakSpaceTime })
    const { page } = view
    await view.snapshot()
    await view.send(network.events)
    await page.getByRole('tab', { name: 'Space-time' }).click()
    const words = 'The space-time diagram cannot be shown: TypeError: the lanes are broken.'
    await page.getByRole('tabpanel', { name: 'Space-time' }).getByRole('alert').getByText(words).waitFor()
    assert.equal(await page.getByRole('alert').count(), 1)
    await page.getByRole('button', { name: 'Show Log' }).click()
    await view.untilPosted({ type: 'openLog' } as never)
    assert.equal((await view.posted()).filter(m => (m.type as string) === 'failed').length, 1)

    await view.send(broadcast(network, 'n2', { id: 'a1', text: 'still here' }).events)
    await page.getByRole('grid', { name: 'Messages' }).getByText('still here').waitFor()
    await page.getByRole('tab', { name: 'Graph' }).click()
    await view.untilPosted({ type: 'watched', message: 'a1' })
    await page.getByRole('row', { name: /^n3/ }).click()
    await page.getByRole('region', { name: 'Selected node' }).getByRole('heading', { name: 'n3' }).waitFor()
  })

  it('does so also where it cannot be made at all', async () => {
    const view = await open({ init: breakPlots })
    const { page } = view
    await view.snapshot()
    await view.send(network.events)
    await page.getByRole('tab', { name: 'Numbers' }).click()
    await page.getByText('The numbers cannot be shown: TypeError: there are no plots.').waitFor()
    await page.getByRole('tab', { name: 'Graph' }).click()
    await page.getByRole('row', { name: /^n4/ }).waitFor()
    assert.equal(await page.getByRole('alert').count(), 0, 'it is behind its tab')
  })

  it('is told above the page where nobody knows which part it is, and can be closed', async () => {
    const view = await open()
    const { page } = view
    await view.snapshot()
    await view.send(network.events)
    await page.evaluate(() => {
      window.dispatchEvent(new ErrorEvent('error', { error: new Error('a timer went wrong') }))
    })
    const alert = page.getByRole('alert')
    await alert.getByText('Something on this page failed: Error: a timer went wrong.').waitFor()
    await page.getByRole('row', { name: /^n4/ }).waitFor()
    assert.deepEqual(await barriers(page), [])
    await alert.getByRole('button', { name: 'Close' }).click()
    await alert.waitFor({ state: 'detached' })
  })
})
