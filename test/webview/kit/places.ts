/** Where nodes are on the page, as the view itself keeps it for its next start. */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { toScreen } from '../../../webview/graph/camera.ts'
import { parseSaved, type Saved } from '../../../webview/view-state.ts'
import type { ViewPage } from './view-page.ts'

const DEADLINE_MS = 45_000

/**
 * What the view saves as it is closed, once it has that many nodes and none of them moves. With `before` it has to have
 * become different from that, too.
 */
export async function settled(view: ViewPage, nodes: number, before?: Saved): Promise<Saved> {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    const [resting, now] = await view.page.evaluate(async nodes => {
      const rests = () =>
        document.querySelectorAll('.nodes tbody tr').length === nodes &&
        document.querySelector<HTMLCanvasElement>('canvas.graph-canvas')?.ariaBusy !== 'true'
      const before = rests()
      // After the nodes, and after the texts around the graph that decide its size, the camera follows in the next frame.
      await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      window.dispatchEvent(new PageTransitionEvent('pagehide'))
      return [before && rests(), window.stand.saved()] as const
    }, nodes)
    const saved = parseSaved(now)
    const all = Object.keys(saved.positions).length === nodes
    const different = !before || !isDeepStrictEqual(saved, before)
    if (resting && all && different) return saved
    assert(Date.now() < deadline, `the view does not come to rest: ${JSON.stringify(now)}`)
    await view.page.waitForTimeout(50)
  }
}

/** Where a node is on the page. */
export async function onPage(view: ViewPage, saved: Saved, node: string): Promise<{ x: number; y: number }> {
  const box = (await view.page.locator('canvas.graph-canvas').boundingBox())!
  const [x, y] = saved.positions[node]!
  const p = toScreen(saved.camera, box, { x, y })
  return { x: box.x + p.x, y: box.y + p.y }
}
