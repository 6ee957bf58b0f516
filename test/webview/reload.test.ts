import assert from 'node:assert/strict'
import { settled } from './kit/places.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import type { ViewPage } from './kit/view-page.ts'

const network = startUp(10)

async function reload(view: ViewPage): Promise<void> {
  await view.page.reload()
  await view.untilPosted({ type: 'ready' })
  await view.snapshot()
  await view.page.locator('.network-phase', { hasText: 'Ready in 902 ms' }).waitFor()
}

describe('the live view after a reload', () => {
  const open = withView()

  it('has its selection, its message, its places and its camera again, and the state from the snapshot', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.send(broadcast(network, 'n2', { text: 'remember me' }).events)
    await view.untilPosted({ type: 'watched' })
    await view.page.getByRole('row', { name: /^n4/ }).click()
    await view.page.getByRole('button', { name: 'Zoom In' }).click()
    await view.page.waitForFunction(() => window.stand.saved()?.['autoFit'] === false)
    await view.page.waitForFunction(() => window.stand.saved()?.['node'] === 'n4')
    const before = await settled(view, 10)
    await reload(view)
    await view.page
      .getByRole('region', { name: 'Selected node' })
      .getByRole('heading', { name: 'n4' })
      .waitFor()
    await view.page
      .getByRole('group', { name: 'Current message' })
      .getByText(/remember me/)
      .waitFor()
    await view.page.getByRole('row', { name: /^n4.*listening/ }).waitFor()
    await view.page.getByRole('button', { name: 'Zoom Out' }).click()
    await view.page.waitForFunction(
      k => (window.stand.saved()?.['camera'] as { k: number }).k < k,
      before.camera.k,
    )
    const after = await settled(view, 10)
    assert.equal(after.node, 'n4')
    assert.equal(after.message, before.message)
    assert.deepEqual(after.positions, before.positions)
    assert.equal((await view.posted()).filter(m => m.type === 'watched').length, 0, 'it was watched before')
  })

  it('plays a message that came while it was away', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.send(broadcast(network, 'n2', { id: 'a1' }).events)
    await view.untilPosted({ type: 'watched', message: 'a1' })
    await view.page.waitForFunction(() => window.stand.saved()?.['seen'] === 1)
    view.lose(broadcast(network, 'n3', { id: 'a2' }).events)
    await reload(view)
    await view.untilPosted({ type: 'watched', message: 'a2' })
  })

  it('forgets all of it with the next network', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.page.getByRole('row', { name: /^n4/ }).click()
    const details = view.page.getByRole('region', { name: 'Selected node' })
    await details.waitFor()
    await view.send(startUp(5, { network: 'net-2' }).events)
    await details.waitFor({ state: 'hidden' })
    await view.page.waitForFunction(() => window.stand.saved()?.['network'] === 'net-2')
    assert.equal((await view.saved())!['node'], undefined)
    assert.equal(await view.page.getByRole('grid', { name: 'Nodes' }).locator('tbody tr').count(), 5)
  })

  it('begins anew where what was saved is not understood', async () => {
    const view = await open({
      init: () => sessionStorage.setItem('vscode-state', '{"network":7,"camera":"broken"}'),
    })
    await view.snapshot()
    await view.send(network.events)
    await view.page.locator('.network-phase', { hasText: 'Ready in 902 ms' }).waitFor()
  })
})
