import assert from 'node:assert/strict'
import { nodeRadius } from '../../webview/graph/camera.ts'
import type { Saved } from '../../webview/view-state.ts'
import { TEST_MS } from '../kit/deadlines.ts'
import { spyOnCanvas } from './kit/canvas-spy.ts'
import { onPage, settled } from './kit/places.ts'
import { broadcast, peerOf, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import type { ViewPage } from './kit/view-page.ts'

const network = startUp(10)
const at = network.events.at(-1)!.at + 1_000
/** The layout comes to its end at once: where nodes are is the subject, not how they got there. */
const STILL = { context: { reducedMotion: 'reduce', viewport: { width: 1000, height: 700 } } } as const

const pixel = (view: ViewPage, p: { x: number; y: number }) =>
  view.page.evaluate(({ x, y }) => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.graph-canvas')!
    const box = canvas.getBoundingClientRect()
    const ratio = canvas.width / box.width
    return [
      ...canvas.getContext('2d')!.getImageData((x - box.left) * ratio, (y - box.top) * ratio, 1, 1).data,
    ]
  }, p)

describe('the graph of the live view', () => {
  const open = withView()

  it('draws every node where it says it is, and nothing in the corner', async () => {
    const view = await open(STILL)
    await view.snapshot()
    await view.send(network.events)
    const saved = await settled(view, 10)
    for (const node of network.nodes) {
      // Beside the name, which may be of any colour.
      const p = await onPage(view, saved, node)
      assert.deepEqual(
        await pixel(view, { x: p.x, y: p.y - 0.65 * nodeRadius(saved.camera) }),
        [0x00, 0x78, 0xd4, 255],
        node,
      )
    }
    const box = (await view.page.locator('canvas.graph-canvas').boundingBox())!
    assert.equal((await pixel(view, { x: box.x + 2, y: box.y + 2 }))[3], 0)
  })

  it('is sharp on a display of two pixels to the point, and follows the size of the panel', async () => {
    const view = await open({ context: { deviceScaleFactor: 2, viewport: { width: 1100, height: 720 } } })
    await view.snapshot()
    await view.send(network.events)
    const canvas = view.page.locator('canvas.graph-canvas')
    const fits = () =>
      view.page.waitForFunction(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('canvas.graph-canvas')!
        const { width, height } = canvas.getBoundingClientRect()
        return (
          width > 100 && Math.abs(canvas.width - 2 * width) <= 1 && Math.abs(canvas.height - 2 * height) <= 1
        )
      })
    await canvas.waitFor()
    await fits()
    await view.page.setViewportSize({ width: 400, height: 800 })
    await fits()
    const wide = await view.page.evaluate(() => document.documentElement.scrollWidth)
    assert(wide <= 400, `the page is ${wide} pixels wide`)
  })

  it('shows what a node is under the mouse, selects it with a click, and lets go with a click beside', async () => {
    const view = await open(STILL)
    await view.snapshot()
    await view.send(network.events)
    const p = await onPage(view, await settled(view, 10), 'n6')
    await view.page.mouse.move(p.x + 3, p.y)
    await view.page.getByText('n6 · listening').waitFor()
    await view.page.mouse.click(p.x, p.y)
    const row = view.page.getByRole('row', { name: /^n6/ })
    await view.page.locator('tr[data-key="n6"][aria-selected="true"]').waitFor()
    await view.page
      .getByRole('region', { name: 'Selected node' })
      .getByText(peerOf('n6'), { exact: true })
      .waitFor()
    const box = (await view.page.locator('canvas.graph-canvas').boundingBox())!
    await view.page.mouse.click(box.x + 5, box.y + box.height - 5)
    await view.page.getByRole('region', { name: 'Selected node' }).waitFor({ state: 'hidden' })
    assert.equal(await row.getAttribute('aria-selected'), 'false')
  })

  it('moves a dragged node and keeps it there, while others come and go', async () => {
    const view = await open(STILL)
    await view.snapshot()
    await view.send(network.events)
    const start = await settled(view, 10)
    const p = await onPage(view, start, 'n6')
    await view.page.mouse.move(p.x, p.y)
    await view.page.mouse.down()
    await view.page.mouse.move(p.x + 40, p.y + 30, { steps: 5 })
    await view.page.mouse.up()
    const moved = await settled(view, 10, start)
    assert.deepEqual(moved.pinned, ['n6'])
    const there = await onPage(view, moved, 'n6')
    assert(Math.hypot(there.x - p.x - 40, there.y - p.y - 30) < 1.5)
    await view.send([
      { type: 'node-killed', at, node: 'n4', how: 'SIGKILL' },
      { type: 'node-starting', at, node: 'n11', degree: 2 },
    ])
    const after = await settled(view, 11, moved)
    assert.deepEqual(after.positions['n6'], moved.positions['n6'])
    assert.deepEqual(after.positions['n4'], moved.positions['n4'], 'a killed node stays where it was')
  })

  it('zooms at the mouse, pans, and fits everything again', async () => {
    const view = await open(STILL)
    await view.snapshot()
    await view.send(network.events)
    const before = await settled(view, 10)
    const p = await onPage(view, before, 'n6')
    await view.page.mouse.move(p.x, p.y)
    await view.page.mouse.wheel(0, -400)
    const zoomed = await settled(view, 10, before)
    assert(zoomed.camera.k > before.camera.k * 1.3)
    const q = await onPage(view, zoomed, 'n6')
    assert(Math.hypot(q.x - p.x, q.y - p.y) < 1, 'the node under the mouse stays under it')
    const box = (await view.page.locator('canvas.graph-canvas').boundingBox())!
    await view.page.mouse.move(box.x + 4, box.y + box.height - 4)
    await view.page.mouse.down()
    await view.page.mouse.move(box.x + 64, box.y + box.height - 24, { steps: 4 })
    await view.page.mouse.up()
    const panned = await settled(view, 10, zoomed)
    const r = await onPage(view, panned, 'n6')
    assert(Math.hypot(r.x - q.x - 60, r.y - q.y + 20) < 1)
    assert.equal(panned.autoFit, false)
    await view.page.getByRole('button', { name: 'Fit All Nodes' }).click()
    const fitted = await settled(view, 10, panned)
    assert.equal(fitted.autoFit, true)
    assert(Math.abs(fitted.camera.k - before.camera.k) < 0.01)
  })

  it('puts the same network in the same places every time', async () => {
    const places: Saved['positions'][] = []
    for (let i = 0; i < 2; i++) {
      const view = await open(STILL)
      await view.snapshot()
      await view.send(network.events)
      places.push((await settled(view, 10)).positions)
    }
    assert.deepEqual(places[0], places[1])
  })

  it('draws killed, crashed and stopped nodes with shapes of their own', async () => {
    const view = await open({ init: spyOnShapes })
    await view.snapshot()
    await view.send(network.events)
    const shapes = () =>
      view.page.evaluate(() => (window as unknown as { shapes: Record<string, number> }).shapes)
    assert.deepEqual(await shapes(), {})
    await view.send([{ type: 'node-stopped', at, node: 'n2' }])
    await view.page.waitForFunction(
      () => (window as unknown as { shapes: Record<string, number> }).shapes['square'],
    )
    await view.send([
      {
        type: 'node-crashed',
        at,
        node: 'n3',
        step: 'listen',
        cause: 'port in use',
        remedy: 'restart',
        log: [],
      },
    ])
    await view.page.waitForFunction(
      () => (window as unknown as { shapes: Record<string, number> }).shapes['closed3'],
    )
    await view.send([{ type: 'node-killed', at, node: 'n4', how: 'SIGKILL' }])
    await view.page.waitForFunction(
      () => (window as unknown as { shapes: Record<string, number> }).shapes['cross'],
    )
  })

  it('keeps up with 200 nodes and hundreds of events a second, and loses none', async function () {
    this.timeout(TEST_MS)
    const large = startUp(200, { seed: 5 })
    const view = await open({ init: spyOnCanvas })
    await view.snapshot()
    for (let i = 0; i < large.events.length; i += 60) await view.send(large.events.slice(i, i + 60))
    for (let m = 0; m < 10; m++) {
      const sent = broadcast(large, `n${m * 17 + 1}`, { id: `aa${m}0`, seed: m, at: at + 60_000 + m * 10 })
      for (let i = 0; i < sent.events.length; i += 60) await view.send(sent.events.slice(i, i + 60))
    }
    await view.page.getByText('200 nodes', { exact: false }).first().waitFor()
    const messages = view.page.getByRole('grid', { name: 'Messages' }).locator('tbody tr')
    await messages.nth(9).waitFor()
    await messages.first().getByText('199 of 199').waitFor()
    assert.equal((await view.posted()).filter(m => m.type === 'ready').length, 1, 'no batch was lost')
    await view.untilPosted({ type: 'watched' })
  })
})

/** Counts shapes that only ended nodes have: rounded squares, closed triangles, crosses. */
function spyOnShapes(): void {
  const shapes: Record<string, number> = {}
  Object.assign(window, { shapes })
  const count = (name: string) => (shapes[name] = (shapes[name] ?? 0) + 1)
  const proto = CanvasRenderingContext2D.prototype
  const { roundRect, beginPath, moveTo, lineTo, closePath } = proto
  const stroke = proto.stroke as (this: CanvasRenderingContext2D) => void
  let moves = 0
  let lines = 0
  Object.assign(proto, {
    beginPath(this: CanvasRenderingContext2D) {
      moves = lines = 0
      beginPath.call(this)
    },
    moveTo(this: CanvasRenderingContext2D, x: number, y: number) {
      moves++
      moveTo.call(this, x, y)
    },
    lineTo(this: CanvasRenderingContext2D, x: number, y: number) {
      lines++
      lineTo.call(this, x, y)
    },
    closePath(this: CanvasRenderingContext2D) {
      // The heads of arrows begin with moveTo.
      if (moves === 0) count(`closed${lines}`)
      closePath.call(this)
    },
    roundRect(this: CanvasRenderingContext2D, ...args: Parameters<typeof roundRect>) {
      count('square')
      roundRect.apply(this, args)
    },
    stroke(this: CanvasRenderingContext2D) {
      const bad = getComputedStyle(document.body).getPropertyValue('--p2p-bad').trim()
      if (moves === 2 && lines === 2 && this.strokeStyle === bad) count('cross')
      stroke.call(this)
    },
  })
}
