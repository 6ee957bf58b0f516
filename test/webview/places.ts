/** Where nodes are on the page, as the view itself keeps it for its next start. */
import assert from 'node:assert/strict'
import { toScreen } from '../../webview/graph/camera.ts'
import { parseSaved, type Saved } from '../../webview/saved.ts'
import type { ViewPage } from './view-page.ts'

/** The view saves at least this often while nodes move: when two looks this far apart are equal, they rest. */
const LOOK_EVERY_MS = 900
const DEADLINE_MS = 45_000

/** What the view has saved, once it has as many nodes as expected and all of them are at rest. */
export async function settled(view: ViewPage, nodes: number): Promise<Saved> {
  const deadline = Date.now() + DEADLINE_MS
  for (let before = ''; ;) {
    await view.page.waitForTimeout(LOOK_EVERY_MS)
    const now = await view.saved()
    const text = JSON.stringify(now)
    const saved = parseSaved(now)
    if (text === before && Object.keys(saved.positions).length === nodes) return saved
    assert(Date.now() < deadline, `the nodes do not come to rest: ${text}`)
    before = text
  }
}

/** Where a node is on the page. */
export async function onPage(view: ViewPage, saved: Saved, node: string): Promise<{ x: number; y: number }> {
  const box = (await view.page.locator('canvas').boundingBox())!
  const [x, y] = saved.positions[node]!
  const p = toScreen(saved.camera, box, { x, y })
  return { x: box.x + p.x, y: box.y + p.y }
}
