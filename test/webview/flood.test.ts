/** A spammer publishes more messages than anybody keeps: the table shows what happened, and nothing else. */
import assert from 'node:assert/strict'
import type { NetworkEvent } from '../../network/events.ts'
import { spammer } from './kit/breaking.ts'
import { broadcast, peerOf, startUp, TOPIC } from './kit/recording.ts'
import { withView } from './kit/suite.ts'

const network = startUp(4)
const at = network.events.at(-1)!.at + 1_000
const FLOOD = 11_400

const id = (i: number) => `5bad${i.toString(16).padStart(12, '0')}`
const spam = (i: number): NetworkEvent => ({
  type: 'published',
  at: at + 10 * i,
  node: 'n5',
  message: id(i),
  topic: TOPIC,
  bytes: 6,
  text: 'spam 1',
  recipients: [peerOf('n1')],
})
const again = (i: number, type: 'duplicate' | 'rejected'): NetworkEvent =>
  ({
    type,
    at: at + 10 * FLOOD,
    node: 'n2',
    message: id(i),
    topic: TOPIC,
    from: peerOf('n1'),
    ...(type === 'rejected' && { reason: 'ignore' }),
  }) as NetworkEvent

describe('the table of messages in a flood', () => {
  const open = withView()

  it('keeps the messages of the user, and makes no new one of a late copy', async () => {
    const view = await open()
    await view.snapshot()
    await view.send([...network.events, ...broadcast(network, 'n2', { id: 'aa01', text: 'mine', at }).events])
    await view.send(spammer('n5', 'n1', -3, at + 1))
    const all = Array.from({ length: FLOOD }, (_, i) => spam(i))
    for (let i = 0; i < all.length; i += 3_000) await view.send(all.slice(i, i + 3_000))
    await view.send([again(3, 'duplicate'), again(4, 'rejected'), again(7_000, 'duplicate')])
    const table = view.page.getByRole('grid', { name: 'Messages' })
    const first = table.locator('tbody tr').first().locator('th, td')
    await first.first().getByText('11,401', { exact: true }).waitFor()
    assert.deepEqual((await first.allTextContents()).slice(0, 3), ['11,401', 'n5', '“spam 1”'])
    const cut = await table
      .locator('th')
      .evaluateAll(cells => cells.filter(c => c.scrollWidth > c.clientWidth).map(c => c.textContent))
    assert.deepEqual(cut, [], 'every number can be read')
    assert.equal(await table.getByText('?', { exact: true }).count(), 0)
    assert.equal(await table.getByText('0 bytes').count(), 0)
    await table.getByRole('row', { name: /^1 n2 “mine” 3 of 3/ }).click()
    await view.page
      .getByRole('group', { name: 'Current message' })
      .getByText(/^Message 1 from n2/)
      .waitFor()
    if (process.env['SHOT']) await view.page.screenshot({ path: `${process.env['SHOT']}/flood.png` })
  })
})

describe('a message that the user chose', () => {
  const open = withView()

  it('stays on the graph while older ones still wait for their turn, and makes room for a new one', async () => {
    const view = await open()
    await view.snapshot()
    const mine = broadcast(network, 'n2', { id: 'aa01', text: 'mine', at })
    const queued = Array.from(
      { length: 40 },
      (_, i) =>
        broadcast(network, 'n1', { id: `bb${String(i).padStart(2, '0')}`, text: `later ${i}`, at: at + 1 })
          .events,
    )
    const caption = view.page.getByRole('group', { name: 'Current message' })
    await view.send([...network.events, ...mine.events, ...queued.flat()])
    await view.page.getByRole('row', { name: /^1 n2 “mine”/ }).click()
    await caption.getByText(/^Message 1 from n2/).waitFor()
    // All of them have been played: the newest one was the last to begin.
    await view.untilPosted({ type: 'watched', message: 'bb39' })
    await caption.getByText(/^Message 1 from n2/).waitFor()
    await view.send(broadcast(network, 'n3', { id: 'cc01', text: 'new', at: at + 2 }).events)
    await caption.getByText(/^Message 42 from n3/).waitFor()
  })
})

describe('the notice about a spammer', () => {
  const open = withView()

  it('ends with the spammer, and is not there at a moment before it came', async () => {
    const view = await open()
    const { page } = view
    const text = 'n5 is a spammer. Each node accepts 20 messages per second from one publisher.'
    await view.snapshot()
    await view.send([
      ...network.events,
      ...spammer('n5', 'n1', -3, at),
      { type: 'notice', at: at + 1, level: 'info', text, node: 'n5' },
      { type: 'node-degree', at: at + 2, node: 'n1', degree: 3 },
    ])
    const notices = page.getByRole('region', { name: 'Notices' })
    await notices.getByText(text).waitFor()
    const slider = page.getByRole('slider', { name: 'Time position' })
    await slider.press('Home')
    await notices.waitFor({ state: 'hidden' })
    await slider.press('End')
    await notices.getByText(text).waitFor()
    await view.send([{ type: 'node-killed', at: at + 9, node: 'n5', how: 'SIGKILL' }])
    await notices.waitFor({ state: 'hidden' })
    await slider.press('ArrowLeft')
    await notices.getByText(text).waitFor()
  })
})
