import assert from 'node:assert/strict'
import { ALL, createMatches, passes, type Filter } from '../../webview/events/filter.ts'
import { eventText } from '../../webview/events/words.ts'
import { createLog } from '../../webview/time/log.ts'
import { broadcast, peerOf, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'

const network = startUp(10)
const messages = Array.from({ length: 40 }, (_, i) =>
  broadcast(network, `n${(i % 10) + 1}`, {
    id: (0xf00 + i).toString(16),
    seed: i,
    at: 1_795_000_010_000 + i * 100,
  }),
)
const all = [...network.events, ...messages.flatMap(m => m.events)]

describe('the filter of events', () => {
  it('lets through what it says, also while events come and go', () => {
    const filters: Filter[] = [
      ALL,
      { ...ALL, kind: 'Mesh' },
      { ...ALL, kind: 'duplicate' },
      { ...ALL, node: 'n3' },
      { ...ALL, message: messages[38]!.id },
      { kind: 'Messages', node: 'n3', message: messages[38]!.id },
    ]
    for (const filter of filters) {
      const log = createLog(300, 30)
      const matches = createMatches(log)
      for (let i = 0; i < all.length; i += 17) {
        log.append(all.slice(i, i + 17))
        matches(filter)
      }
      const expected = all
        .map((event, position) => ({ event, position }))
        .filter(({ event, position }) => position >= log.first && passes(filter, event, log.state.names))
        .sort((a, b) => a.event.at - b.event.at)
        .map(({ position }) => position)
      assert.deepEqual(matches(filter), expected)
      assert(expected.length > 0 || filter.kind === 'Mesh')
    }
  })

  it('finds a node as the one it happened to and as the other one', () => {
    const { names } = createLogOf().state
    const event = {
      type: 'connected',
      at: 1,
      node: 'n1',
      peer: peerOf('n2'),
      direction: 'inbound',
      address: '',
    } as const
    assert(passes({ ...ALL, node: 'n1' }, event, names))
    assert(passes({ ...ALL, node: 'n2' }, event, names))
    assert(!passes({ ...ALL, node: 'n3' }, event, names))
  })

  it('has a sentence for every event', () => {
    const log = createLogOf()
    for (const event of all) {
      const text = eventText(event, log.state)
      assert(text.length > 5 && !/undefined|object Object/.test(text), text)
    }
    const received = messages[3]!.events.find(e => e.type === 'received')!
    assert.match(eventText(received, log.state), /^n\d+ received message 4 from n\d+$/)
  })
})

function createLogOf() {
  const log = createLog()
  log.append(all)
  return log
}

describe('events in the live view', () => {
  const open = withView()

  it('are a list that holds only what is in sight, for the keyboard, and goes to the moment of an event', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(all)
    await view.page.getByRole('tab', { name: 'Events' }).click()
    const list = view.page.getByRole('grid', { name: 'Events' })
    await view.page.locator('.events-count', { hasText: `${all.length} events` }).waitFor()
    assert.equal(await list.getAttribute('aria-rowcount'), String(all.length))
    assert((await list.locator('[role=row]').count()) < 60)
    await list.focus()
    await view.page.keyboard.press('Home')
    await list.getByRole('row', { name: /network-started/ }).waitFor()
    await view.page.keyboard.press('End')
    const last = list.locator(`[aria-rowindex="${all.length}"]`)
    await last.waitFor()
    assert.equal(await list.getAttribute('aria-activedescendant'), await last.getAttribute('id'))
    await view.page.keyboard.press('PageUp')
    await view.page.keyboard.press('Enter')
    await view.page.getByRole('button', { name: 'LIVE', pressed: false }).waitFor()
    const chosen = await list.locator('.event-row.now').innerText()
    const said = await view.page.locator('.time-event').innerText()
    assert(chosen.includes(said), `${chosen} and ${said}`)
    // One selection: the message of that event is the one in the table.
    const id = await view.page.locator('.messages tr[aria-selected="true"]').getAttribute('data-key')
    assert.match(said, new RegExp(`message ${messages.findIndex(m => m.id === id) + 1}\\b`))
  })

  it('show their words in a narrow panel, too: the kind is left to screen readers', async () => {
    const view = await open()
    await view.page.setViewportSize({ width: 345, height: 800 })
    await view.snapshot()
    await view.send(all)
    await view.page.getByRole('tab', { name: 'Events' }).click()
    const row = view.page.getByRole('row', { name: /network-started/ })
    await view.page.getByRole('grid', { name: 'Events' }).press('Home')
    await row.waitFor()
    const [time, , words] = await row
      .locator('> *')
      .evaluateAll(parts => parts.map(part => part.getBoundingClientRect()))
    assert(words!.left >= time!.right && words!.width > 200, JSON.stringify({ time, words }))
    assert(words!.right <= 345)
  })

  it('stand in the order of their times, and each goes to its own moment', async () => {
    const view = await open()
    await view.snapshot()
    const at = all.at(-1)!.at + 100
    const stopped = (node: string, ms: number) => ({ type: 'node-stopped', at: at + ms, node }) as const
    // Reported by three processes, a little late each.
    await view.send(all)
    await view.send([stopped('n1', 3), stopped('n2', 1), stopped('n3', 2)])
    await view.send([stopped('n4', 5), stopped('n5', 2.5), stopped('n6', 4)])
    await view.page.getByRole('tab', { name: 'Events' }).click()
    await view.page.getByRole('combobox', { name: 'Event kind' }).selectOption('node-stopped')
    const rows = view.page.locator('.event-row:visible')
    await rows.nth(5).waitFor()
    const texts = (await rows.allInnerTexts()).map(text => text.split('\n').at(-1))
    assert.deepEqual(
      texts,
      ['n2', 'n3', 'n5', 'n1', 'n6', 'n4'].map(n => `${n} stopped`),
    )
    const times = (await rows.locator('span:first-child').allInnerTexts()).map(Number.parseFloat)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    await rows.nth(2).click()
    await view.page.locator('.time-event', { hasText: 'n5 stopped' }).waitFor()
    await view.page.locator('.event-row.now', { hasText: 'n5 stopped' }).waitFor()
    assert.deepEqual(
      await view.page
        .locator('.event-row.future')
        .evaluateAll(list => list.map(row => row.textContent!.slice(-10))),
      ['n1', 'n6', 'n4'].map(n => `${n} stopped`),
    )
  })

  it('can be filtered by kind, node and message, and says how many are left', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(all)
    await view.page.getByRole('tab', { name: 'Events' }).click()
    const list = view.page.getByRole('grid', { name: 'Events' })
    await view.page.getByRole('combobox', { name: 'Event kind' }).selectOption('published')
    await view.page.getByText(`40 of ${all.length} events`).waitFor()
    await view.page.getByRole('combobox', { name: 'Node', exact: true }).selectOption('n3')
    await view.page.getByText(`4 of ${all.length} events`).waitFor()
    assert.equal(await list.locator('[role=row]:visible').count(), 4)
    await view.page.getByRole('combobox', { name: 'Message', exact: true }).selectOption({ index: 1 })
    await view.page.getByText('No events match the filter.').waitFor()
    await view.page.getByRole('button', { name: 'Clear Filter' }).click()
    await view.page.locator('.events-count', { hasText: `${all.length} events` }).waitFor()
  })
})
