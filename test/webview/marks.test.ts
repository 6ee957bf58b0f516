/** Marks on the time slider, the ways to go to them, and the user's own notes. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { NetworkEvent } from '../../network/events.ts'
import { createCursor } from '../../webview/time/cursor.ts'
import { createLog } from '../../webview/time/log.ts'
import { createMarks, goTo, markFrom } from '../../webview/time/marks.ts'
import { barriers } from './kit/barriers.ts'
import { halves, spammer, splitUp } from './kit/breaking.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import { serveRecording, type ViewPage } from './kit/view-page.ts'

const network = startUp(6)
const at = network.events.at(-1)!.at + 1_000
const whole = [...network.events]
const sent = broadcast(network, 'n1', { id: 'aa01', at })
const note = (text: string, moment: number, ms: number): NetworkEvent => ({
  type: 'note',
  at: at + ms,
  moment,
  text,
})
/** A broadcast, a kill, a split that is healed, and a note about the time before all that. */
const story: NetworkEvent[] = [
  ...sent.events,
  { type: 'node-killed', at: at + 1_000, node: 'n4', how: 'SIGKILL' },
  { type: 'partitioned', at: at + 2_000, groups: halves(network.nodes) },
  { type: 'healed', at: at + 3_000 },
  note('before it all', at - 500, 4_000),
]

const slider = (view: ViewPage) => view.page.getByRole('slider', { name: 'Time position' })
const shot = async (view: ViewPage, name: string) => {
  if (process.env['SHOT']) await view.page.screenshot({ path: `${process.env['SHOT']}/${name}.png` })
}

describe('the marks of a log', () => {
  it('are the same however the events come in, and bounded by the log', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.constantFrom(150, 10_000), (size, limit) => {
        const all = [...whole, ...story]
        const log = createLog(limit, 10)
        const marks = createMarks(log)
        for (let i = 0; i < all.length; i += size) {
          log.append(all.slice(i, i + size))
          marks()
        }
        const anew = createMarks(log)()
        assert.deepEqual(marks(), anew)
        assert.deepEqual(
          anew.map(m => m.kind).filter(kind => limit > 150 || kind !== 'note'),
          [...(limit > 150 ? ['note'] : []), 'broadcast', 'kill', 'split', 'heal'],
        )
      }),
    )
  })

  it('can be gone through in both directions, and leave out a spammer', () => {
    const log = createLog()
    log.append([...whole, ...story])
    const spam = spammer('n7', 'n1', -1, at + 5_000)
    log.append([...spam, { ...sent.events[0]!, node: 'n7', message: 'bb', at: at + 5_100 } as NetworkEvent])
    const marks = createMarks(log)
    const cursor = createCursor(log)
    const gone = (direction: 1 | -1) => {
      const kinds = []
      for (let m = markFrom(marks(), cursor, direction); m; m = markFrom(marks(), cursor, direction)) {
        goTo(cursor, m)
        kinds.push(m.kind)
      }
      return kinds
    }
    const back = gone(-1)
    assert.deepEqual(back, ['heal', 'split', 'kill', 'broadcast', 'note'])
    assert.deepEqual(gone(1), back.slice(0, -1).reverse())
  })
})

describe('marks on the time slider', () => {
  const open = withView()
  const openRecording = withView(serveRecording)

  it('are gone to with buttons, keys and the mouse, and say what they are', async () => {
    const view = await open()
    const { page } = view
    await view.snapshot()
    await view.send([...whole, ...story])
    await page.getByRole('row', { name: /^n4.*killed/ }).waitFor()
    await shot(view, 'marks')
    const said = (text: string) => page.locator('.time-event', { hasText: text }).waitFor()
    const previous = page.getByRole('button', { name: 'Previous Mark' })
    await previous.click()
    await said('the split was healed')
    await previous.click()
    await said('the network was split into A')
    await slider(view).press('Shift+ArrowLeft')
    await said('n4 was killed')
    await page.getByRole('row', { name: /^n4.*killed/ }).waitFor()
    await slider(view).press('Shift+ArrowLeft')
    await said('n1 published message 1')
    await slider(view).press('Shift+ArrowLeft')
    await said('Note: before it all')
    assert.match((await slider(view).getAttribute('aria-valuetext'))!, /Note: before it all$/)
    await page.locator('[aria-label="Previous Mark"][aria-disabled="true"]').waitFor()
    await page.getByRole('button', { name: 'Next Mark' }).click()
    await said('n1 published message 1')

    const canvas = page.locator('canvas.time-marks')
    const box = (await canvas.boundingBox())!
    const start = network.events[0]!.at
    const x = 8 + ((at + 2_000 - start) / (at + 4_000 - start)) * (box.width - 16)
    await canvas.hover({ position: { x, y: 5 } })
    assert.match((await canvas.getAttribute('title'))!, /^the network was split/)
    await canvas.click({ position: { x, y: 5 } })
    await said('the network was split into A')
  })

  it('take a note about the moment that is shown', async () => {
    const view = await open()
    const { page } = view
    await view.snapshot()
    await view.send([...whole, ...story])
    await slider(view).press('Shift+ArrowLeft')
    await slider(view).press('n')
    const dialog = page.getByRole('dialog', { name: 'Add Note' })
    await dialog.getByText(/^About the network \d\.\d s after its start\./).waitFor()
    await page.keyboard.press('Enter')
    assert(await dialog.isVisible(), 'a note without a text is none')
    await page.keyboard.type('  whole again ')
    await shot(view, 'note')
    assert.deepEqual(await barriers(page), [])
    await page.keyboard.press('Enter')
    await view.untilPosted({ type: 'addNote', moment: at + 3_000, text: 'whole again' })
    await dialog.waitFor({ state: 'hidden' })
    await view.send([note('whole again', at + 3_000, 6_000)])
    await page.locator('.time-event', { hasText: 'Note: whole again' }).waitFor()
    await page.getByRole('button', { name: 'Add Note' }).click()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    assert.equal((await view.posted()).filter(m => m.type === 'addNote').length, 1)
  })

  it('are in a recording, which takes no notes', async () => {
    const view = await openRecording({
      context: { reducedMotion: 'reduce', viewport: { width: 400, height: 700 } },
    })
    const { page } = view
    await view.raw({ type: 'recording', name: 'demo.p2ptrace', createdAt: '2026-01-31T12:00:00.000Z' })
    await view.raw({
      type: 'part',
      first: 0,
      events: [...whole, ...splitUp(view.state(), halves(network.nodes), at), ...story],
    })
    await view.raw({ type: 'whole', notes: [] })
    await slider(view).press('Home')
    await page.getByRole('button', { name: 'Next Mark' }).click()
    await page.locator('.time-event', { hasText: 'Note: before it all' }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Add Note' }).count(), 0)
    await shot(view, 'marks-400')
  })
})
