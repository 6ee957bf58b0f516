import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createSeries, percentile } from '../../webview/numbers/series.ts'
import { createLog } from '../../webview/time/log.ts'
import { seededRandom } from '../../network/random.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'

const network = startUp(10)
const messages = Array.from({ length: 8 }, (_, i) =>
  broadcast(network, `n${i + 1}`, { id: (0xd00 + i).toString(16), seed: i, at: 1_795_000_010_000 + i * 700 }),
)
const all = [...network.events, ...messages.flatMap(m => m.events)]

describe('the percentiles of the numbers', () => {
  it('are the smallest value that so many do not exceed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1_000), { minLength: 1 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (values, part) => {
          const sorted = [...values].sort((a, b) => a - b)
          const p = percentile(sorted, part)!
          assert(sorted.filter(v => v <= p).length >= part * sorted.length)
          assert(sorted.filter(v => v < p).length < part * sorted.length)
        },
      ),
    )
    assert.equal(percentile([], 0.5), undefined)
  })
})

describe('the numbers of a log', () => {
  it('count every arrival once, however the events come in', () => {
    fc.assert(
      fc.property(fc.nat(), seed => {
        const next = seededRandom(seed)
        const log = createLog()
        const series = createSeries(log)
        for (let i = 0; i < all.length;) {
          log.append(all.slice(i, (i += 1 + Math.floor(next() * 40))))
          series()
        }
        const { seconds, messages: told, discoveryMs } = series()
        const of = (type: string) => all.filter(e => e.type === type).length
        assert.equal(
          seconds.reduce((sum, s) => sum + s.deliveries, 0),
          of('received'),
        )
        assert.equal(
          seconds.reduce((sum, s) => sum + s.duplicates, 0),
          of('duplicate'),
        )
        seconds.forEach((s, i) =>
          assert(i === 0 || s.at === seconds[i - 1]!.at + 1_000, 'a second is missing'),
        )
        for (const sent of messages) {
          const found = told.find(m => m.id === sent.id)!
          const expected = sent.hops.map(hop => hop.ms).sort((a, b) => a - b)
          assert.equal(found.delays.length, expected.length)
          found.delays.forEach((ms, i) => assert(Math.abs(ms - expected[i]!) < 0.01))
          assert.equal(found.copies, sent.events.length - 1)
        }
        assert(discoveryMs! > 0 && discoveryMs! < 902.4)
      }),
      { numRuns: 20 },
    )
  })

  it('forget what the log forgets', () => {
    const log = createLog(200, 20)
    const series = createSeries(log)
    for (let i = 0; i < 400; i++) {
      const at = 1_795_000_010_000 + i * 2_000
      log.append(broadcast(network, 'n1', { id: (0xe000 + i).toString(16), seed: i, at }).events)
      series()
    }
    const { seconds, messages } = series()
    assert(
      messages.length < 20 && seconds.length < 60,
      `${messages.length} messages, ${seconds.length} seconds`,
    )
  })
})

interface Label {
  text: string
  /** Of the canvas. */
  left: number
}
declare global {
  interface Window {
    labels: Label[]
  }
}

/** Runs in the page before its script: what is written at the side of the plots. */
function spyOnLabels(): void {
  window.labels = []
  const { fillText } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    if (this.textAlign === 'right' && this.canvas.closest('.plot'))
      window.labels.push({ text, left: x + this.getTransform().e - this.measureText(text).width })
    fillText.call(this, text, x, y)
  }
}

describe('numbers in the live view', () => {
  const open = withView()

  it('have room for the labels of their axes', async () => {
    const view = await open({ init: spyOnLabels })
    await view.snapshot()
    await view.send(network.events)
    const slow = messages[0]!.events.map(e => ({ ...e, at: e.type === 'published' ? e.at : e.at + 59_000 }))
    await view.send(slow)
    await view.page.getByRole('tab', { name: 'Numbers' }).click()
    await view.page.waitForFunction(() => window.labels.some(({ text }) => /^\d\d,000 ms$/.test(text)))
    const cut = await view.page.evaluate(() => window.labels.filter(({ left }) => left < 0))
    assert.deepEqual(cut, [])
    if (process.env['SHOT']) await view.page.screenshot({ path: `${process.env['SHOT']}/numbers.png` })
  })

  it('show also what one second holds, before it is over', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    // The end of the log is at the beginning of a second.
    await view.send(messages[0]!.events)
    await view.page.getByRole('tab', { name: 'Numbers' }).click()
    const plot = view.page.locator('.plot', { hasText: 'Arrivals per second' })
    await plot.getByText('Peak per second: 9 deliveries.').waitFor()
    await view.page.waitForFunction(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.plot canvas')!
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
      let mesh = 0
      for (let i = 0; i < data.length; i += 4)
        if (data[i] === 0x59 && data[i + 1] === 0xa4 && data[i + 2] === 0xf9) mesh++
      return mesh > 5
    })
    if (process.env['SHOT']) await view.page.screenshot({ path: `${process.env['SHOT']}/numbers-1.png` })
  })

  it('are those of the moment that is shown, and a click on a plot goes there', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.page.getByRole('tab', { name: 'Numbers' }).click()
    const numbers = view.page.getByRole('group', { name: 'Numbers' })
    await numbers.getByText('902 ms').waitFor()
    for (const { events } of messages) await view.send(events)
    const value = (name: string) => numbers.locator('.tiles > div', { hasText: name }).locator('dd').first()
    await value('Deliveries').getByText('72', { exact: true }).waitFor()
    await numbers
      .getByRole('img', { name: /^Arrivals per second.*Peak per second: \d+ deliveries/ })
      .waitFor()
    const plot = (await numbers.locator('.u-over').first().boundingBox())!
    await view.page.mouse.click(plot.x + 2, plot.y + 20)
    await view.page.getByRole('button', { name: 'LIVE', pressed: false }).waitFor()
    await value('Deliveries').getByText('0', { exact: true }).waitFor()
    await view.page.getByRole('button', { name: 'LIVE' }).click()
    await value('Deliveries').getByText('72', { exact: true }).waitFor()
    assert.deepEqual(await view.page.evaluate(() => window.stand.violations), [])
  })
})
