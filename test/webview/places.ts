/** Where nodes are on the page, as the view itself keeps it for its next start. */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { toScreen } from '../../webview/graph/camera.ts'
import { parseSaved, type Saved } from '../../webview/saved.ts'
import type { ViewPage } from './view-page.ts'

const DEADLINE_MS = 45_000

/**
 * What the view saves as it is closed, once it has that many nodes and none of them moves. With `before` it has to have
 * become different from that, too.
 */
export async function settled(view: ViewPage, nodes: number, before?: Saved): Promise<Saved> {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    const [rows, busy, now] = await view.page.evaluate(async () => {
      // The texts around the graph, and so its size, change with the table; the camera follows in the next frame.
      const rows = document.querySelectorAll('.nodes tbody tr').length
      await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      window.dispatchEvent(new PageTransitionEvent('pagehide'))
      return [rows, document.querySelector('canvas')?.ariaBusy, window.stand.saved()] as const
    })
    const saved = parseSaved(now)
    const different = !before || !isDeepStrictEqual(saved, before)
    const all = rows === nodes && Object.keys(saved.positions).length === nodes
    if (busy !== 'true' && all && different) return saved
    assert(Date.now() < deadline, `the view does not come to rest: busy ${busy}, ${JSON.stringify(now)}`)
    await view.page.waitForTimeout(50)
  }
}

/** Where a node is on the page. */
export async function onPage(view: ViewPage, saved: Saved, node: string): Promise<{ x: number; y: number }> {
  const box = (await view.page.locator('canvas').boundingBox())!
  const [x, y] = saved.positions[node]!
  const p = toScreen(saved.camera, box, { x, y })
  return { x: box.x + p.x, y: box.y + p.y }
}
