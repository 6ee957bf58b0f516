import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { NetworkEvent } from '../../network/events.ts'
import { arrowsBetween, type Arrow } from '../../webview/spacetime/diagram.ts'
import {
  laneHeight,
  scrollEnd,
  ticks,
  timeOf,
  xOf,
  zoomTime,
  type Frame,
} from '../../webview/spacetime/frame.ts'
import { createTracer } from '../../webview/spacetime/from-log.ts'
import { createLog } from '../../webview/time/log.ts'
import { seededRandom } from '../../network/random.ts'
import { broadcast, peerOf, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'

const network = startUp(10)
const messages = Array.from({ length: 12 }, (_, i) =>
  broadcast(network, `n${(i % 10) + 1}`, {
    id: (0xb00 + i).toString(16),
    seed: i,
    at: 1_795_000_010_000 + i * 30,
  }),
)
const all = [...network.events, ...messages.flatMap(m => m.events)]
const text = ({ group, from, to, start, end, kind }: Arrow) =>
  `${group} ${from} ${to} ${start} ${end} ${kind}`

/** What the diagram has to show, worked out from the events as a whole. */
function expected(events: readonly NetworkEvent[]): string[] {
  const name = (peer: string) => network.nodes.find(n => peerOf(n) === peer)!
  const had = new Map<string, number>()
  for (const e of events)
    if ((e.type === 'published' || e.type === 'received') && !had.has(`${e.message} ${e.node}`))
      had.set(`${e.message} ${e.node}`, e.at)
  return events
    .flatMap(e => {
      if (e.type !== 'received' && e.type !== 'duplicate' && e.type !== 'rejected') return []
      const from = name(e.from)
      const start = had.get(`${e.message} ${from}`)
      return [
        text({
          from,
          to: e.node,
          start: start === undefined ? undefined : Math.min(start, e.at),
          end: e.at,
          kind: e.type === 'received' ? 'first' : e.type,
          group: e.message,
        }),
      ]
    })
    .sort()
}

describe('the space-time diagram of a log', () => {
  it('has an arrow for each copy, from when its sender had it, in whatever order the reports come', () => {
    fc.assert(
      fc.property(fc.nat(), seed => {
        const next = seededRandom(seed)
        // Reports of different processes overtake each other by a few places.
        const order = all
          .map((event, i) => ({ event, key: i < network.events.length ? i : i + next() * 25 }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event)
        const log = createLog()
        const trace = createTracer(log)
        for (let i = 0; i < order.length;) {
          log.append(order.slice(i, (i += 1 + Math.floor(next() * 20))))
          trace()
        }
        const { arrows, lanes } = trace()
        assert.deepEqual(arrows.map(text).sort(), expected(order))
        assert(
          arrows.every((a, i) => i === 0 || arrows[i - 1]!.end <= a.end),
          'they are not in order',
        )
        assert.deepEqual(
          lanes.map(l => l.id),
          network.nodes,
        )
      }),
      { numRuns: 30 },
    )
  })

  it('gives exactly the arrows that are at least partly between two times', () => {
    const log = createLog()
    log.append(all)
    const diagram = createTracer(log)()
    fc.assert(
      fc.property(fc.nat(400), fc.nat(60), (offset, length) => {
        const from = 1_795_000_010_000 + offset
        const found: Arrow[] = []
        arrowsBetween(diagram, from, from + length, a => found.push(a))
        const wanted = diagram.arrows.filter(a => a.end >= from && (a.start ?? a.end) <= from + length)
        assert.deepEqual(found, wanted)
      }),
    )
  })

  it('marks rejected copies, and how long each node lived', () => {
    const log = createLog()
    const at = 1_795_000_020_000
    log.append([
      ...network.events,
      { type: 'rejected', at, node: 'n2', message: 'ee', topic: 't', from: peerOf('n1'), reason: 'too big' },
      { type: 'node-killed', at: at + 1, node: 'n2', how: 'SIGKILL' },
    ])
    const { arrows, lanes, marks } = createTracer(log)()
    assert.deepEqual(arrows.map(text), [`ee n1 n2 undefined ${at} rejected`])
    assert.equal(lanes.find(l => l.id === 'n2')!.lives[0]!.to, at + 1)
    assert.equal(lanes.find(l => l.id === 'n3')!.lives[0]!.to, Infinity)
    assert.deepEqual(
      marks.map(({ lane, kind }) => `${lane} ${kind}`),
      ['n2 lost'],
    )
  })

  it('forgets what the log forgets', () => {
    const log = createLog(200, 20)
    const trace = createTracer(log)
    for (let i = 0; i < 300; i++) {
      log.append(
        broadcast(network, 'n1', { id: (0xc000 + i).toString(16), seed: i, at: 1_795_000_010_000 + i * 30 })
          .events,
      )
      trace()
    }
    const { arrows, head, marks } = trace()
    assert(arrows.length - head <= 240, `${arrows.length - head} arrows`)
    assert(marks.length <= 240)
    assert.equal(arrows[head]!.end >= log.timeAt(log.first), true)
  })
})

describe('the frame of a space-time diagram', () => {
  const frame = (from: number, to: number): Frame => ({
    size: { width: 800, height: 500 },
    from,
    to,
    laneHeight: 20,
    scroll: 0,
  })

  it('zooms about the time under the pointer, and goes back to where it was', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        (length, factor) => {
          const f = frame(1_000, 1_000 + length)
          const at = timeOf(f, 300)
          const near = { ...f, ...zoomTime(f, at, factor) }
          assert(Math.abs(xOf(near, at) - 300) < 1e-3)
        },
      ),
    )
  })

  it('has a few ticks at round times for every zoom', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 1e7, noNaN: true }), length => {
        const list = ticks(frame(5_000, 5_000 + length), 0)
        assert(list.length >= 2 && list.length <= 12, `${list.length} ticks`)
        assert.equal(new Set(list.map(t => t.text)).size, list.length, 'two ticks say the same')
      }),
    )
  })

  it('keeps lanes readable, or all in sight when asked', () => {
    const size = { width: 800, height: 500 }
    assert(laneHeight(size, 10, false) > 40)
    assert.equal(scrollEnd(size, 10, laneHeight(size, 10, false)), 0)
    assert(laneHeight(size, 200, false) >= 16)
    assert(scrollEnd(size, 200, laneHeight(size, 200, false)) > 0)
    assert.equal(Math.round(scrollEnd(size, 200, laneHeight(size, 200, true))), 0)
  })
})

describe('space-time in the live view', () => {
  const open = withView()

  it('shares the selection of nodes and messages with the tables, by keyboard and by mouse', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    for (const { events } of messages.slice(0, 3)) await view.send(events)
    await view.untilPosted({ type: 'watched' }, 3)
    await view.page.getByRole('tab', { name: 'Graph' }).focus()
    await view.page.keyboard.press('ArrowRight')
    await view.page.getByRole('tabpanel', { name: 'Space-time' }).waitFor()
    await view.page.getByRole('row', { name: /^3 n3/ }).click()
    const diagram = view.page.getByRole('group', { name: 'Space-time diagram' })
    await diagram.getByRole('img', { name: /Message 3 reached 9 of 9 nodes/ }).waitFor()
    await diagram.focus()
    await view.page.keyboard.press('ArrowDown')
    await view.page.locator('tr[data-key="n1"][aria-selected="true"]').waitFor()
    await view.page.keyboard.press('ArrowDown')
    await view.page.locator('tr[data-key="n2"][aria-selected="true"]').waitFor()
    const box = (await diagram.boundingBox())!
    // The name of the last lane, in the column at the left.
    const lanes = box.height - 24 - 36
    await view.page.mouse.click(box.x + 20, box.y + Math.min(lanes / 10, 64) * 9.5)
    await view.page.locator('tr[data-key="n10"][aria-selected="true"]').waitFor()
  })

  it('moves the time cursor where its row of times is clicked', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.send(messages[0]!.events)
    await view.untilPosted({ type: 'watched' })
    await view.page.getByRole('tab', { name: 'Space-time' }).click()
    const box = (await view.page.getByRole('group', { name: 'Space-time diagram' }).boundingBox())!
    await view.page.mouse.click(box.x + box.width / 2, box.y + box.height - 8)
    await view.page.getByRole('button', { name: 'LIVE', pressed: false }).waitFor()
    const told = await view.page.getByRole('slider', { name: 'Time position' }).getAttribute('aria-valuetext')
    assert.match(told!, /n\d+ (received|got|published) message 1/)
  })

  it('selects the message of an arrow that is clicked, and can be zoomed and given back', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.send(messages[0]!.events)
    await view.untilPosted({ type: 'watched' })
    await view.page.getByRole('button', { name: /Hide Message Path/ }).click()
    await view.page.getByRole('tab', { name: 'Space-time' }).click()
    await view.page.getByRole('row', { name: /^1 n1/ }).click()
    const follow = view.page.getByRole('button', { name: /^Follow/ })
    await view.page.locator('.spacetime').focus()
    await view.page.keyboard.press('+')
    assert.equal(await follow.getAttribute('aria-pressed'), 'false')
    await view.page.keyboard.press('f')
    assert.equal(await follow.getAttribute('aria-pressed'), 'true')
    await view.page.keyboard.press('c')
    const dense = view.page.getByRole('button', { name: /^Show All Lanes/ })
    assert.equal(await dense.getAttribute('aria-pressed'), 'true')
  })
})
