/** A network whose nodes are copies of a learner's program: nothing is said of a mesh, which only gossipsub has. */
import assert from 'node:assert/strict'
import type { NetworkEvent } from '../../network/events.ts'
import { initialState, reduce } from '../../network/state.ts'
import { sceneOf } from '../../webview/graph/scene.ts'
import { edgeText, graphName, tooltipText } from '../../webview/panes/words.ts'
import { whyNot } from '../../webview/panes/why.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'

const GOSSIP = new Set<NetworkEvent['type']>(['mesh', 'grafted', 'pruned', 'discovered'])
const recording = startUp(4)
const events = recording.events.flatMap((event): NetworkEvent[] => {
  if (GOSSIP.has(event.type)) return []
  return [event.type === 'network-started' ? { ...event, program: '4.6' } : event]
})
const state = events.reduce(reduce, initialState)
const at = events.at(-1)!.at + 1_000
const leads: NetworkEvent[] = [
  { type: 'reported', at, node: 'n3', event: 'leader', data: '{"term":2}', leads: 2 },
  { type: 'reported', at, node: 'n1', event: 'committed', data: '{"index":1}', tip: '1: write x' },
]

describe("a network of a learner's program", () => {
  const open = withView()

  it('has its nodes, their leader and what they agree on, and no word of a mesh', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(events)
    await view.send(leads)
    const { page } = view
    await page.getByText(/your program of exercise 4\.6/).waitFor()
    await page.getByRole('row', { name: /^n3 .*leader, term 2/ }).click()
    const heads = await page.getByRole('grid', { name: 'Nodes' }).locator('thead th').allInnerTexts()
    assert.deepEqual(heads, ['Node', 'State', 'PID', 'Peers', 'Recv.', 'Dup.'])
    await page.getByRole('row', { name: /^n1 / }).click()
    await page.getByRole('region', { name: 'Selected node' }).getByText('1: write x').waitFor()
    await page.keyboard.press('End')
    assert.equal(await page.evaluate(() => (document.activeElement as HTMLTableCellElement).cellIndex), 5)
    assert.doesNotMatch(await page.locator('main').innerText(), /mesh|gossip/i)
    assert.doesNotMatch((await page.locator('canvas.graph-canvas').getAttribute('aria-label')) ?? '', /mesh/)
  })

  it('has all its columns again when the next one is of libp2p', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(events)
    const { page } = view
    await page.getByText(/your program of exercise 4\.6/).waitFor()
    await view.send([
      { type: 'network-stopping', at },
      { type: 'network-stopped', at },
    ])
    await view.send(startUp(3).events)
    await page.locator('.nodes thead th', { hasText: 'Mesh' }).waitFor()
    await page.locator('.legend li', { hasText: 'Gossip mesh' }).waitFor()
  })

  it('is described without one, in tooltips, for screen readers and for what did not arrive', () => {
    const scene = sceneOf()(state)
    const edge = scene.edges[0]!
    assert.match(edgeText(state, edge), /^n\d – n\d: connected\n/)
    assert.match(tooltipText(state, 'n1'), /^\d+ peers?$/m)
    assert.doesNotMatch(graphName(scene, 4, state.program === undefined), /mesh/)
    const { events: published } = broadcast(recording, 'n1', { at, without: ['n2'] })
    const after = published.reduce(reduce, state)
    const message = after.messages[0]!
    assert.equal(
      whyNot(after, after.nodes['n2']!, message),
      'Message 1 has not reached it. Nothing blocks it, so that is up to your program.',
    )
    const alone = Object.keys(state.nodes['n2']!.connections).map((peer): NetworkEvent => ({
      type: 'disconnected',
      at,
      node: 'n2',
      peer,
    }))
    const apart = alone.reduce(reduce, state)
    assert.equal(whyNot(apart, apart.nodes['n2']!, undefined), 'No other node is connected to it.')
  })
})
