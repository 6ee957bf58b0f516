/** VS Code's context menu is about what was clicked; in its place stands here only what it would read. */
import assert from 'node:assert/strict'
import { linkFault } from './kit/breaking.ts'
import { barriers } from './kit/barriers.ts'
import { onPage, settled } from './kit/places.ts'
import { broadcast, peerOf, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import type { ViewPage } from './kit/view-page.ts'

const network = startUp(6)
const at = network.events.at(-1)!.at + 1_000
const STILL = { context: { reducedMotion: 'reduce', viewport: { width: 1000, height: 700 } } } as const

declare global {
  interface Window {
    menus: { context: Record<string, unknown>; x: number; y: number }[]
  }
}

/** Does what VS Code does: takes the event when it has come all the way up, and reads what all that it went through says. */
function takeMenus(): void {
  window.menus = []
  document.addEventListener('contextmenu', event => {
    if (event.defaultPrevented) return
    event.preventDefault()
    let context = {}
    for (const element of event.composedPath())
      if (element instanceof HTMLElement && element.dataset['vscodeContext'] !== undefined)
        context = { ...(JSON.parse(element.dataset['vscodeContext']) as object), ...context }
    window.menus.push({ context, x: event.clientX, y: event.clientY })
  })
}

/** The menu that has come up. */
async function menu(view: ViewPage, number: number) {
  const all = await view.page.waitForFunction(n => window.menus.length === n && window.menus, number)
  return ((await all.jsonValue()) as Window['menus']).at(-1)!
}

describe('the context menu of the live view', () => {
  const open = withView()

  it('is about the node, the link or the network that was clicked, and about nothing else', async () => {
    const view = await open({ ...STILL, init: takeMenus })
    const { page } = view
    await view.snapshot()
    await view.send(network.events)
    await view.send([
      { type: 'node-paused', at, node: 'n2', how: 'SIGSTOP' },
      linkFault('n1', network.mesh.get('n1')![0]!, { latencyMs: 50 }, at),
    ])
    const saved = await settled(view, 6)
    const right = async (p: { x: number; y: number }, number: number) => {
      await page.mouse.click(p.x, p.y, { button: 'right' })
      return menu(view, number)
    }
    const prevented = { preventDefaultContextMenuItems: true, viewPast: false, viewRecorded: false }
    const n2 = await onPage(view, saved, 'n2')
    assert.deepEqual((await right(n2, 1)).context, {
      ...prevented,
      webviewSection: 'node',
      node: 'n2',
      peerId: peerOf('n2'),
      nodeState: 'paused',
    })
    await page.locator('tr[data-key="n2"][aria-selected="true"]').waitFor()
    const other = network.mesh.get('n1')![0]!
    const [a, b] = [await onPage(view, saved, 'n1'), await onPage(view, saved, other)]
    const link = (await right({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, 2)).context
    assert.deepEqual([link['webviewSection'], link['linkFaulty']], ['link', true])
    assert.deepEqual(new Set([link['a'], link['b']]), new Set(['n1', other]))
    const box = (await page.locator('canvas.graph-canvas').boundingBox())!
    const beside = await right({ x: box.x + 6, y: box.y + box.height - 6 }, 3)
    assert.equal(beside.context['webviewSection'], 'background')
    await page.getByRole('row', { name: /^n3/ }).click({ button: 'right' })
    assert.equal((await menu(view, 4)).context['node'], 'n3')
    // Where text is written there is still Paste.
    await page.getByRole('searchbox').click({ button: 'right' })
    assert.equal((await menu(view, 5)).context['webviewSection'], undefined)
  })

  it('comes up with the keyboard at what is selected', async () => {
    const view = await open({ ...STILL, init: takeMenus })
    const { page } = view
    await view.snapshot()
    await view.send(network.events)
    const saved = await settled(view, 6)
    await page.getByRole('row', { name: /^n5/ }).click()
    await page.locator('canvas.graph-canvas').focus()
    await page.keyboard.press('ContextMenu')
    const first = await menu(view, 1)
    assert.equal(first.context['node'], 'n5')
    const n5 = await onPage(view, saved, 'n5')
    assert(Math.hypot(first.x - n5.x, first.y - n5.y) < 3, `it is at ${first.x}, ${first.y}`)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Shift+F10')
    assert.equal((await menu(view, 2)).context['webviewSection'], 'background')
    await page.getByRole('row', { name: /^n4/ }).focus()
    await page.locator('tr[data-key="n4"] th').focus()
    await page.keyboard.press('ContextMenu')
    assert.equal((await menu(view, 3)).context['node'], 'n4')
  })

  it('says that the view is in the past', async () => {
    const view = await open({ ...STILL, init: takeMenus })
    await view.snapshot()
    await view.send(network.events)
    await view.page.getByRole('button', { name: 'Previous Event' }).click()
    await view.page.getByRole('button', { name: 'LIVE', pressed: false }).waitFor()
    await view.page.getByRole('row', { name: /^n3/ }).click({ button: 'right' })
    assert.equal((await menu(view, 1)).context['viewPast'], true)
    await view.raw({ type: 'goLive' })
    await view.page.getByRole('button', { name: 'LIVE', pressed: true }).waitFor()
  })
})

describe('the actions beside the selected node', () => {
  const open = withView()

  for (const width of [1000, 400])
    it(`are those that are possible, and cover nothing of it, ${width} pixels wide`, async () => {
      const view = await open({ context: { reducedMotion: 'reduce', viewport: { width, height: 700 } } })
      const { page } = view
      await view.snapshot()
      await view.send(network.events)
      const saved = await settled(view, 6)
      const canvas = (await page.locator('canvas.graph-canvas').boundingBox())!
      for (const node of network.nodes) {
        const p = await onPage(view, saved, node)
        await page.mouse.click(p.x, p.y)
        const card = page.getByRole('toolbar', { name: `Actions for ${node}`, exact: true })
        await card.waitFor()
        await page.waitForFunction(
          () =>
            new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))),
        )
        const box = (await card.boundingBox())!
        const [dx, dy] = [
          Math.max(box.x - p.x, 0, p.x - box.x - box.width),
          Math.max(box.y - p.y, 0, p.y - box.y - box.height),
        ]
        assert(Math.hypot(dx, dy) >= 21, `it is ${Math.hypot(dx, dy)} pixels from ${node}`)
        assert(box.x >= canvas.x && box.x + box.width <= canvas.x + canvas.width, 'it is in the picture')
        assert(box.y >= canvas.y && box.y + box.height <= canvas.y + canvas.height, 'it is in the picture')
      }
      // Nor do the buttons of the picture lie on a node.
      const controls = (await page.getByRole('group', { name: 'Zoom' }).boundingBox())!
      for (const node of network.nodes) {
        const p = await onPage(view, saved, node)
        assert(p.y + 21 <= controls.y || p.x + 21 <= controls.x, `${node} can be seen`)
      }
      const n1 = await onPage(view, saved, 'n1')
      await page.mouse.move(n1.x + 2, n1.y + 2)
      const tip = (await page.locator('.graph > .tooltip').boundingBox())!
      assert(tip.y >= n1.y + 21 || tip.y + tip.height <= n1.y - 21, 'the tooltip is beside its node')
      const card = page.getByRole('toolbar', { name: 'Actions for n6' })
      await card.getByRole('button', { name: 'Kill' }).click()
      await view.untilPosted({ type: 'killNode', node: 'n6' })
      await view.send([{ type: 'node-killed', at, node: 'n6', how: 'SIGKILL' }])
      await card.getByRole('button', { name: 'Restart' }).waitFor()
      assert.equal(await card.getByRole('button', { name: 'Kill' }).count(), 0)
      if (process.env['SHOT']) await page.screenshot({ path: `${process.env['SHOT']}/card-${width}.png` })
      await view.send(broadcast(network, 'n1', { id: 'ab12', at: at + 5 }).events)
      assert.deepEqual(await barriers(page), [])
      await page.keyboard.press('Escape')
      await card.waitFor({ state: 'hidden' })
    })
})
