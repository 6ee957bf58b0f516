import assert from 'node:assert/strict'
import { initialState } from '../../network/state.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import type { ViewPage } from './kit/view-page.ts'

const network = startUp(10)
const sent = broadcast(network, 'n1')
const killedAt = sent.events.at(-1)!.at + 500

/** A network that is ready, has passed a message on, and has lost n4. */
async function busy(view: ViewPage): Promise<void> {
  await view.snapshot()
  await view.send(network.events)
  await view.send(sent.events)
  await view.send([{ type: 'node-killed', at: killedAt, node: 'n4', how: 'SIGKILL' }])
  await view.page.getByRole('row', { name: /^n4.*killed/ }).waitFor()
}
const slider = (view: ViewPage) => view.page.getByRole('slider', { name: 'Time position' })

describe('time in the live view', () => {
  const open = withView()

  it('goes back event by event, and shows the network as it was', async () => {
    const view = await open()
    await busy(view)
    await view.page.getByRole('button', { name: 'Previous Event' }).click()
    await view.page.getByRole('row', { name: /^n4.*listening/ }).waitFor()
    await view.page.getByText(/^n\d+ (received|got) message 1/).waitFor()
    await slider(view).focus()
    await view.page.keyboard.press('Home')
    await view.page.getByText('No nodes yet.').waitFor()
    assert.match((await slider(view).getAttribute('aria-valuetext'))!, /event 0 of/)
    await view.page.keyboard.press('Control+ArrowRight')
    await view.page.getByText('n1 published message 1 to', { exact: false }).waitFor()
    // Text that is not on the screen yet has no innerText: waits for it.
    await view.page.getByRole('row', { name: /^1 n1.* 0 of 9/ }).waitFor()
    await view.page.keyboard.press('End')
    await view.page.getByRole('row', { name: /^n4.*killed/ }).waitFor()
    assert.equal(await slider(view).getAttribute('aria-valuetext'), 'Live')
  })

  it('stays in the past while more happens, and returns to the present', async () => {
    const view = await open()
    await busy(view)
    await view.page.getByRole('button', { name: 'Pause' }).click()
    await view.send([{ type: 'node-stopped', at: killedAt + 1_000, node: 'n5' }])
    await view.page.getByText('1.0 s ago').waitFor()
    await view.page.getByRole('row', { name: /^n5.*listening/ }).waitFor()
    await view.page.getByRole('button', { name: 'LIVE' }).click()
    await view.page.getByRole('row', { name: /^n5.*stopped/ }).waitFor()
  })

  it('plays to the present, and is live then', async () => {
    const view = await open()
    await busy(view)
    await view.page.getByRole('combobox', { name: 'Playback speed' }).selectOption('10×')
    await slider(view).focus()
    for (let i = 0; i < 5; i++) await view.page.keyboard.press('ArrowLeft')
    await view.page.getByRole('row', { name: /^n4.*listening/ }).waitFor()
    await view.page.getByRole('button', { name: 'Play', exact: true }).click()
    await view.page.getByRole('row', { name: /^n4.*killed/ }).waitFor()
    await view.page.getByRole('button', { name: 'LIVE', pressed: true }).waitFor()
  })

  it('asks before it acts from the past, and acts on the present', async () => {
    const view = await open()
    await busy(view)
    await view.page.getByRole('button', { name: 'Previous Event' }).click()
    await view.page.getByRole('row', { name: /^n6/ }).click()
    const details = view.page.getByRole('region', { name: 'Selected node' })
    await details.getByRole('button', { name: 'Kill', exact: true }).click()
    const dialog = view.page.getByRole('dialog', { name: 'This acts on the live network' })
    await dialog.getByText('as it was 500 ms ago').waitFor()
    await dialog.getByText('Currently, n6 is listening.').waitFor()
    await view.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await details.getByRole('button', { name: 'Kill', exact: true }).click()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    assert.equal((await view.posted()).filter(m => m.type === 'killNode').length, 0)
    await details.getByRole('button', { name: 'Kill', exact: true }).click()
    await dialog.getByRole('button', { name: 'Kill n6 Now' }).click()
    await view.untilPosted({ type: 'killNode', node: 'n6' })
    await view.page.getByRole('button', { name: 'LIVE', pressed: true }).waitFor()
    // In the present nothing is asked.
    await details.getByRole('button', { name: 'Stop', exact: true }).click()
    await view.untilPosted({ type: 'stopNode', node: 'n6' })
  })

  it('fetches what happened before it was opened, and can go back there', async () => {
    const view = await open()
    view.lose(network.events)
    view.lose(sent.events)
    await view.snapshot()
    await view.untilPosted({ type: 'history' })
    const events = [...network.events, ...sent.events]
    await view.raw({ type: 'log', first: 0, start: initialState, events: events.slice(0, 50) })
    await view.untilPosted({ type: 'history', from: 50 })
    await view.raw({ type: 'log', first: 50, events: events.slice(50) })
    await view.page.getByText(`${events.length} events`).waitFor()
    await slider(view).focus()
    await view.page.keyboard.press('Home')
    await view.page.getByText('No nodes yet.').waitFor()
  })

  it('says when the beginning is not kept any more', async () => {
    const view = await open()
    view.lose(network.events)
    await view.snapshot()
    await view.untilPosted({ type: 'history' })
    await view.raw({ type: 'log', first: view.state().count, start: view.state(), events: [] })
    await view.send(sent.events)
    await view.page.getByText('earlier events are no longer kept').waitFor()
  })
})
