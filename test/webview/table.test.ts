import assert from 'node:assert/strict'
import { startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import type { ViewPage } from './kit/view-page.ts'

const network = startUp(10)
const at = network.events.at(-1)!.at + 1_000

/** Row and column of the cell that has the focus. */
const focus = (view: ViewPage) =>
  view.page.evaluate(() => {
    const cell = document.activeElement as HTMLTableCellElement | null
    return cell?.closest('tbody')
      ? `${cell.closest('tr')!.dataset['key']} ${cell.cellIndex}`
      : document.activeElement?.tagName
  })

describe('the table of nodes, from the keyboard', () => {
  const open = withView()

  async function inTable(): Promise<ViewPage> {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.page.getByRole('row', { name: /^n10/ }).waitFor()
    for (let i = 0; (await focus(view)) !== 'n1 0'; i++) {
      assert(i < 30, 'the table cannot be reached with Tab')
      await view.page.keyboard.press('Tab')
    }
    return view
  }

  it('is one stop of the Tab key, and moves from cell to cell with the arrows', async () => {
    const view = await inTable()
    const press = async (key: string) => {
      await view.page.keyboard.press(key)
      return focus(view)
    }
    assert.equal(await press('ArrowDown'), 'n2 0')
    assert.equal(await press('ArrowRight'), 'n2 1')
    assert.equal(await press('End'), 'n2 7')
    assert.equal(await press('ArrowRight'), 'n2 7')
    assert.equal(await press('ArrowUp'), 'n1 7')
    assert.equal(await press('ArrowUp'), 'n1 7')
    assert.equal(await press('Home'), 'n1 0')
    assert.equal(await press('Control+End'), 'n10 7')
    assert.equal(await press('ArrowDown'), 'n10 7')
    assert.equal(await press('Control+Home'), 'n1 0')
    assert.equal((await press('PageDown')) !== 'n1 0', true)
    await press('Tab')
    assert.equal(await view.page.locator('.nodes [tabindex="0"]').count(), 1)
    assert.notEqual((await focus(view))?.slice(0, 1), 'n')
    await view.page.keyboard.press('Shift+Tab')
    assert.match((await focus(view))!, /^n\d+ 0$/)
  })

  it('selects with Enter and Space', async () => {
    const view = await inTable()
    await view.page.keyboard.press('ArrowDown')
    await view.page.keyboard.press('Enter')
    const details = view.page.getByRole('region', { name: 'Selected node' })
    await details.getByRole('heading', { name: 'n2', exact: true }).waitFor()
    assert.equal(await view.page.locator('.nodes tr[aria-selected="true"]').count(), 1)
    await view.page.keyboard.press('ArrowDown')
    await view.page.keyboard.press(' ')
    await details.getByRole('heading', { name: 'n3', exact: true }).waitFor()
    assert.equal(await focus(view), 'n3 0')
    await view.page.keyboard.press('Escape')
    await details.waitFor({ state: 'hidden' })
  })

  it('acts on the row with one key, where that is possible', async () => {
    const view = await inTable()
    await view.page.keyboard.press('ArrowDown')
    for (const [key, type] of [
      ['b', 'broadcast'],
      ['k', 'killNode'],
      ['s', 'stopNode'],
      ['l', 'showLog'],
    ] as const) {
      await view.page.keyboard.press(key)
      await view.untilPosted({ type, node: 'n2' })
    }
    await view.page.keyboard.press('r')
    await view.send([{ type: 'node-killed', at, node: 'n2', how: 'SIGKILL' }])
    await view.page.getByRole('row', { name: /^n2.*killed/ }).waitFor()
    await view.page.keyboard.press('k')
    await view.page.keyboard.press('r')
    await view.untilPosted({ type: 'restartNode', node: 'n2' })
    const posted = await view.posted()
    assert.equal(posted.filter(m => m.type === 'killNode').length, 1, 'a killed node cannot be killed')
    assert.equal(posted.filter(m => m.type === 'restartNode').length, 1, 'a running node cannot be restarted')
    await view.send([
      { type: 'network-stopping', at },
      { type: 'network-stopped', at },
    ])
    await view.page.locator('.network-phase', { hasText: 'Stopped' }).waitFor()
    await view.page.keyboard.press('r')
    await view.page.keyboard.press('l')
    await view.untilPosted({ type: 'showLog' }, 2)
    assert.equal(
      (await view.posted()).filter(m => m.type === 'restartNode').length,
      1,
      'nor without a network',
    )
  })

  it('shows a paused node as paused, and resumes it with the key that paused it', async () => {
    const view = await inTable()
    await view.page.keyboard.press('ArrowDown')
    await view.page.keyboard.press('p')
    await view.untilPosted({ type: 'pauseNode', node: 'n2' })
    await view.send([{ type: 'node-paused', at, node: 'n2', how: 'SIGSTOP' }])
    await view.page.getByRole('row', { name: /^n2.*paused/ }).waitFor()
    await view.page.keyboard.press('p')
    await view.untilPosted({ type: 'resumeNode', node: 'n2' })
    await view.send([{ type: 'node-resumed', at, node: 'n2' }])
    await view.page.getByRole('row', { name: /^n2.*listening/ }).waitFor()
  })

  it('keeps the focus where it is while the numbers change', async () => {
    const view = await inTable()
    await view.page.keyboard.press('ArrowDown')
    await view.page.keyboard.press('ArrowRight')
    for (let i = 0; i < 5; i++)
      await view.send([{ type: 'node-starting', at, node: `n${11 + i}`, degree: 2 }])
    await view.send([{ type: 'node-stopped', at, node: 'n2' }])
    await view.page.getByRole('row', { name: /^n15/ }).waitFor()
    assert.equal(await focus(view), 'n2 1')
  })

  it('shows in numbers what the state holds', async () => {
    const view = await inTable()
    const heads = await view.page.getByRole('grid', { name: 'Nodes' }).locator('thead th').allInnerTexts()
    assert.deepEqual(heads, ['Node', 'State', 'PID', 'Peers', 'Mesh', 'Disc.', 'Recv.', 'Dup.'])
    for (const n of Object.values(view.state().nodes)) {
      const cells = await view.page.locator(`tr[data-key="${n.name}"] > *`).allTextContents()
      assert.deepEqual(cells.slice(2).map(Number), [
        n.pid,
        Object.keys(n.connections).length,
        n.mesh.length,
        n.discovered.length,
        n.received,
        n.duplicates,
      ])
    }
  })
})
