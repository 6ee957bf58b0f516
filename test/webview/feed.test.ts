import assert from 'node:assert/strict'
import { broadcast, peerOf, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'

const network = startUp(10)
const third = Math.floor(network.events.length / 3)
const at = network.events.at(-1)!.at + 1_000

describe('what the live view is told', () => {
  const open = withView()

  it('begins with ready, and says what to do while there is no network', async () => {
    const view = await open()
    assert.deepEqual(await view.posted(), [{ type: 'ready' }])
    await view.snapshot()
    await view.page.getByRole('heading', { name: 'No network is running' }).waitFor()
    await view.page.getByRole('button', { name: 'Start Network' }).click()
    await view.untilPosted({ type: 'startNetwork' })
  })

  it('shows nodes and links as the events come', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events.slice(0, 6))
    await view.page.getByText('Starting: 0 of 10 nodes listening').waitFor()
    await view.send(network.events.slice(6))
    await view.page.locator('.network-phase', { hasText: 'Ready in 902 ms' }).waitFor()
    const canvas = view.page.getByRole('img', { name: /10 nodes running, \d+ connections/ })
    await canvas.waitFor()
    await view.page.getByText('nodes find each other through multicast DNS').waitFor()
  })

  it('asks again, once, when a batch was lost, and goes on from the snapshot', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events.slice(0, third))
    view.lose(network.events.slice(third, third + 5))
    await view.send(network.events.slice(third + 5, third + 10))
    await view.untilPosted({ type: 'ready' }, 2)
    // What comes before the snapshot is dropped: the snapshot holds it.
    await view.send(network.events.slice(third + 10, third + 12))
    await view.send(network.events.slice(third + 12, 2 * third))
    await view.snapshot()
    await view.send(network.events.slice(2 * third))
    await view.page.locator('.network-phase', { hasText: 'Ready in 902 ms' }).waitFor()
    assert.equal((await view.posted()).filter(m => m.type === 'ready').length, 2)
    for (const node of network.nodes) {
      const peers = Object.keys(view.state().nodes[node]!.connections).length
      const row = view.page.locator(`tr[data-key="${node}"]`)
      await row.locator('td').nth(2).getByText(String(peers), { exact: true }).waitFor()
    }
  })

  it('drops what does not parse, and nothing breaks', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events.slice(0, third))
    for (const garbage of [
      null,
      7,
      'events',
      [],
      {},
      { type: 'snapshot' },
      { type: 'snapshot', state: null },
      { type: 'select', node: '<img src=x onerror=alert(1)>' },
      { type: 'select', node: 'n999' },
      { type: 'format-disk' },
    ])
      await view.raw(garbage)
    await view.send(network.events.slice(third))
    await view.page.locator('.network-phase', { hasText: 'Ready in 902 ms' }).waitFor()
    assert.equal((await view.posted()).filter(m => m.type === 'ready').length, 1)
    // A batch with one bad event is dropped whole; the next shows that it is missing.
    await view.raw({
      type: 'events',
      first: view.state().count,
      events: [{ type: 'node-listening', at: 'noon' }],
    })
    view.lose([{ type: 'node-stopped', at, node: 'n1' }])
    await view.send([{ type: 'node-stopped', at, node: 'n2' }])
    await view.untilPosted({ type: 'ready' }, 2)
    await view.snapshot()
    await view.page.getByRole('row', { name: /^n2.*stopped/ }).waitFor()
  })

  it('shows what peers send as text and never as markup', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    const text = '<img src=x onerror="document.title=1"><b>bold</b>'
    await view.send(broadcast(network, 'n1', { text }).events)
    await view.page.getByRole('grid', { name: 'Messages' }).getByText(text).waitFor()
    assert.equal(await view.page.locator('img, b').count(), 0)
  })

  it('selects a node when the extension says so', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.raw({ type: 'select', node: 'n5' })
    const details = view.page.getByRole('region', { name: 'Selected node' })
    await details.getByText(peerOf('n5'), { exact: true }).waitFor()
  })

  it('shows notices until they are closed', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    const text = 'Multicast does not work here: addresses are assigned.'
    await view.send([{ type: 'notice', at, level: 'warning', text }])
    const notices = view.page.getByRole('region', { name: 'Notices' })
    await notices.getByText(text).waitFor()
    await notices.getByRole('button', { name: 'Close Notices' }).click()
    await notices.waitFor({ state: 'hidden' })
  })

  it('tells of a crashed node its step, cause, remedy and last log lines, and offers a restart', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    const crash = { step: 'listen on 127.0.0.1', cause: 'port 4007 is in use', remedy: 'restart the node' }
    await view.send([{ type: 'node-crashed', at, node: 'n7', ...crash, log: ['one', 'Error: EADDRINUSE'] }])
    await view.page.getByRole('row', { name: /^n7.*crashed/ }).click()
    const details = view.page.getByRole('region', { name: 'Selected node' })
    for (const part of [...Object.values(crash), 'Error: EADDRINUSE']) await details.getByText(part).waitFor()
    await details.getByRole('button', { name: 'Restart' }).click()
    await view.untilPosted({ type: 'restartNode', node: 'n7' })
    assert.equal(await details.getByRole('button', { name: 'Kill' }).count(), 0)
  })

  it('copies id and addresses, and acts on the selected node', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.page.getByRole('row', { name: /^n3/ }).click()
    const details = view.page.getByRole('region', { name: 'Selected node' })
    await details.getByRole('button', { name: 'Copy peer ID' }).click()
    await view.untilPosted({ type: 'copy', text: peerOf('n3') })
    await details.getByRole('button', { name: 'Copy address' }).click()
    await view.untilPosted({ type: 'copy', text: view.state().nodes['n3']!.addresses[0]! })
    for (const [name, type] of [
      ['Broadcast from Here', 'broadcast'],
      ['Stop', 'stopNode'],
      ['Kill', 'killNode'],
      ['Show Log', 'showLog'],
    ] as const) {
      await details.getByRole('button', { name, exact: true }).click()
      await view.untilPosted({ type, node: 'n3' })
    }
  })

  it('has the buttons that fit the phase of the network', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events.slice(0, 20))
    const toolbar = view.page.getByRole('toolbar', { name: 'Network' })
    const buttons = () => toolbar.getByRole('button').allInnerTexts()
    await toolbar.getByRole('button', { name: 'Stop Network' }).waitFor()
    assert.deepEqual(await buttons(), ['Stop Network'])
    await view.send(network.events.slice(20))
    await toolbar.getByRole('button', { name: 'Broadcast' }).waitFor()
    assert.deepEqual(await buttons(), ['Broadcast', 'Add Node', 'Stop Network', 'Break…'])
    await toolbar.getByRole('button', { name: 'Broadcast' }).click()
    await view.untilPosted({ type: 'broadcast' })
    await view.send([{ type: 'network-stopping', at }])
    await view.page.locator('.network-phase', { hasText: 'Stopping' }).waitFor()
    assert.deepEqual(await buttons(), [])
    await view.send([{ type: 'network-stopped', at }])
    await toolbar.getByRole('button', { name: 'Start Network' }).waitFor()
    assert.deepEqual(await buttons(), ['Start Network'])
  })
})
