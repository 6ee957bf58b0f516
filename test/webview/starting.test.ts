/** What the view shows until a network is ready. */
import assert from 'node:assert/strict'
import { startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import type { ViewPage } from './kit/view-page.ts'

const network = startUp(6)
const index = (type: string) => network.events.findIndex(e => e.type === type)
const shot = async (view: ViewPage, name: string) => {
  if (process.env['SHOT']) await view.page.screenshot({ path: `${process.env['SHOT']}/${name}.png` })
}

describe('the view while a network starts', () => {
  const open = withView()

  it('has its graph and says how far it is, and has no slider before there is anything to go back to', async () => {
    const view = await open()
    const { page } = view
    const slider = page.getByRole('slider', { name: 'Time position' })
    assert.equal(await slider.isVisible(), false, 'before the first snapshot')
    await shot(view, 'starting-0')
    await view.snapshot()
    await page.getByRole('button', { name: 'Start Network' }).waitFor()
    assert.equal(await slider.isVisible(), false, 'without a network')
    await view.raw({ type: 'starting', starting: true })
    await page.getByRole('heading', { name: 'Starting the network' }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Start Network' }).count(), 0)
    await view.raw({ type: 'starting', starting: false })
    await page.getByRole('heading', { name: 'No network is running' }).waitFor()
    await view.raw({ type: 'starting', starting: true })

    await view.send(network.events.slice(0, 1))
    const word = page.locator('.starting')
    await word.getByText('Starting 6 nodes').waitFor()
    await word.getByText('0 of 6 listening').waitFor()
    await page.locator('canvas.graph-canvas').waitFor()
    await page.getByRole('button', { name: 'LIVE', pressed: true }).waitFor()
    await view.send(network.events.slice(1, index('node-listening') + 1))
    await word.getByText('1 of 6 listening').waitFor()
    await shot(view, 'starting-1')
    await view.send(network.events.slice(index('node-listening') + 1, index('dialling')))
    await word.getByText('All are listening.', { exact: false }).waitFor()
    await view.send(network.events.slice(index('dialling')))
    await word.waitFor({ state: 'hidden' })
  })

  it('shows the new network, also where it was in the past of the one before', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.page.getByRole('button', { name: 'Previous Event' }).click()
    await view.page.locator('.time:not([data-live])').waitFor()
    const second = startUp(3, { network: 'net-2', at: network.events.at(-1)!.at + 5_000 })
    await view.send(second.events)
    await view.page.getByRole('button', { name: 'LIVE', pressed: true }).waitFor()
    await view.page.locator('.time[data-live]').waitFor()
    await view.page.getByRole('row', { name: /^n3.*listening/ }).waitFor()
  })
})
