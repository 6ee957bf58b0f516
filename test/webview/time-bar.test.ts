/** The time bar keeps its shape: what the pointer holds stays under it, whatever the texts beside it say. */
import assert from 'node:assert/strict'
import type { NetworkEvent } from '../../network/events.ts'
import { splitUp, halves } from './kit/breaking.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import { serveRecording, type ViewPage } from './kit/view-page.ts'

const network = startUp(6)
const ready = network.events.at(-1)!.at
const long =
  'a message with a text that is longer than any time bar is wide, so that it has to be cut somewhere'
const happened: NetworkEvent[] = Array.from({ length: 12 }, (_, i) => [
  ...broadcast(network, 'n1', { id: `a${i}00`, at: ready + 5_000 * i * i, text: long, seed: i }).events,
]).flat()
const end = happened.at(-1)!.at

const box = (view: ViewPage, selector: string) =>
  view.page.evaluate(s => {
    const { x, y, width, height } = document.querySelector(s)!.getBoundingClientRect()
    return { x, y, width, height }
  }, selector)

/** Everything in the bar that can be used. */
const SHAPES = ['.time', '.time-slider', '.time-buttons', '.time > select', 'button.live']
const shape = async (view: ViewPage) => Promise.all(SHAPES.map(s => box(view, s)))

describe('the shape of the time bar', () => {
  for (const width of [1100, 400])
    it(`stays the same while the slider is dragged, ${width} pixels wide`, async () => {
      const view = await withWidth(openLive, width)
      await view.snapshot()
      await view.send([...network.events, ...happened])
      await view.page.getByRole('row', { name: /^12 n1/ }).waitFor()
      const before = await shape(view)
      const slider = before[1]!
      const y = slider.y + slider.height / 2
      await view.page.mouse.move(slider.x + slider.width - 8, y)
      await view.page.mouse.down()
      let text = 'Live'
      for (let part = 9; part >= 0; part--) {
        await view.page.mouse.move(slider.x + 8 + (part / 10) * (slider.width - 16), y)
        text = await said(view, text)
        assert.deepEqual(await shape(view), before)
      }
      await view.page.mouse.up()
      await view.send(splitUp(view.state(), halves(network.nodes), end + 90_000))
      await said(view, text)
      assert.deepEqual(await shape(view), before, 'and while more happens')
      const inside = await view.page.evaluate(() => document.body.scrollWidth <= innerWidth)
      assert(inside, 'nothing sticks out')
      if (process.env['SHOT'])
        await view.page.screenshot({ path: `${process.env['SHOT']}/time-${width}.png` })
    })

  it('stays the same while a recording plays', async () => {
    const view = await withWidth(openRecording, 700)
    const events = [...network.events, ...happened]
    await view.raw({ type: 'recording', name: 'demo.p2ptrace', createdAt: '2026-01-31T12:00:00.000Z' })
    await view.raw({ type: 'part', first: 0, events })
    await view.raw({ type: 'whole', notes: [] })
    await view.page.getByRole('button', { name: 'Pause' }).waitFor()
    const before = await shape(view)
    await view.page.getByRole('combobox', { name: 'Playback speed' }).selectOption('10×')
    let text = await said(view, null)
    for (let i = 0; i < 8; i++) {
      text = await said(view, text)
      assert.deepEqual(await shape(view), before)
    }
    await view.page.getByRole('button', { name: 'End', exact: true }).click()
    await view.page.getByRole('button', { name: 'Play from the Start' }).waitFor()
    assert.deepEqual(await shape(view), before)
    if (process.env['SHOT']) await view.page.screenshot({ path: `${process.env['SHOT']}/time-recording.png` })
  })

  const openLive = withView()
  const openRecording = withView(serveRecording)
  const withWidth = (open: typeof openLive, width: number) =>
    open({ context: { viewport: { width, height: 700 } } })
})

/** What the bar says of the moment. It is written a few times a second: waits until it is not `before` any more. */
async function said(view: ViewPage, before: string | null): Promise<string> {
  const now = await view.page.waitForFunction(was => {
    const text = document.querySelector('.time-slider')!.getAttribute('aria-valuetext')
    return text !== was && text
  }, before)
  return String(await now.jsonValue())
}

describe('the clock of the view', () => {
  const open = withView()

  it('counts from the start of the network, also in a view that opens when its beginning is not kept any more', async () => {
    const view = await open()
    view.lose([...network.events, ...happened])
    await view.snapshot()
    const from = view.state().at
    await view.send(broadcast(network, 'n2', { id: 'bb01', at: from + 2_000 }).events)
    const since = view.state().at - network.events[0]!.at
    await view.page.locator('.time-moment', { hasText: `${(since / 1_000).toFixed(1)} s` }).waitFor()
    await view.page.getByRole('slider', { name: 'Time position' }).press('Home')
    const start = `${((from - network.events[0]!.at) / 1_000).toFixed(1)} s from the start`
    await view.page.waitForFunction(
      text => document.querySelector('.time-slider')?.getAttribute('aria-valuetext')?.startsWith(text),
      start,
    )
    await view.page.getByText('earlier events are no longer kept').waitFor()
    await view.page.getByRole('tab', { name: 'Events' }).click()
    const first = view.page.locator('.event-row').first().locator('span').first()
    assert.equal(
      Math.round(Number.parseFloat(await first.innerText())),
      Math.round((from + 2_000 - network.events[0]!.at) / 1_000),
    )
  })
})
