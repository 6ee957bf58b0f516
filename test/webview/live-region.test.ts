import assert from 'node:assert/strict'
import { initialState, reduce } from '../../network/state.ts'
import { changes, deliveries } from '../../webview/panes/summary.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'

const network = startUp(10)
const at = network.events.at(-1)!.at + 1_000
const ready = network.events.reduce(reduce, initialState)

describe('the spoken summary', () => {
  it('names what happened to nodes, and counts where there are many', () => {
    const killed = reduce(ready, { type: 'node-killed', at, node: 'n3', how: 'SIGKILL' })
    assert.deepEqual(changes(ready, killed), ['n3 was killed.'])
    const two = reduce(killed, { type: 'node-killed', at, node: 'n4', how: 'SIGKILL' })
    assert.deepEqual(changes(ready, two), ['n3 and n4 were killed.'])
    const three = reduce(two, { type: 'node-killed', at, node: 'n5', how: 'SIGKILL' })
    assert.deepEqual(changes(ready, three), ['3 nodes were killed.'])
    assert.deepEqual(changes(initialState, ready), ['10 nodes joined.', 'Network ready in 902 ms.'])
    assert.deepEqual(changes(ready, ready), [])
  })

  it('tells how far messages got', () => {
    const sent = (id: string) => broadcast(network, 'n1', { id }).events
    const state = sent('a1').reduce(reduce, ready)
    assert.match(deliveries(state.messages).join(), /^Message 1 reached 9 of 9 nodes, slowest [\d.]+ ms\.$/)
    const many = [...sent('a2'), ...sent('a3').slice(0, 3)].reduce(reduce, state)
    assert.deepEqual(deliveries(many.messages), ['2 of 3 messages reached every node.'])
  })
})

describe('the live region', () => {
  const open = withView()

  it('is polite, and speaks now and then instead of at every event', async () => {
    const view = await open()
    const region = view.page.locator('.hidden-text[role="status"]')
    assert.equal(await region.getAttribute('aria-live'), 'polite')
    await view.page.evaluate(() => {
      const spoken: { at: number; text: string }[] = []
      Object.assign(window, { spoken })
      const region = document.querySelector('.hidden-text[role="status"]')!
      new MutationObserver(() => spoken.push({ at: performance.now(), text: region.textContent })).observe(
        region,
        {
          childList: true,
          characterData: true,
          subtree: true,
        },
      )
    })
    await view.snapshot()
    for (const event of network.events) await view.send([event])
    for (let i = 0; i < 3; i++)
      for (const event of broadcast(network, `n${i + 1}`, { id: `a${i}`, at: at + i }).events)
        await view.send([event])
    const spoken = () =>
      view.page.evaluate(() => (window as unknown as { spoken: { at: number; text: string }[] }).spoken)
    await view.page.waitForFunction(() =>
      (window as unknown as { spoken: { text: string }[] }).spoken.some(s => /essages? .*reach/.test(s.text)),
    )
    const all = await spoken()
    assert(all.length < 10, `${all.length} announcements for ${view.state().count} events`)
    const text = all.map(s => s.text).join(' ')
    const joined = [...text.matchAll(/(\d+) nodes? joined/g)].reduce((sum, m) => sum + Number(m[1]), 0)
    assert.equal(joined, 10)
    assert.match(text, /Network ready in 902 ms\./)
    for (let i = 1; i < all.length; i++) {
      const pause = all[i]!.at - all[i - 1]!.at
      assert(pause >= 2_400, `two announcements within ${Math.round(pause)} ms`)
    }
  })

  it('says nothing about a network that was there before', async () => {
    const view = await open()
    view.lose([...network.events, ...broadcast(network, 'n1').events])
    await view.snapshot()
    await view.page.locator('.network-phase', { hasText: 'Ready in 902 ms' }).waitFor()
    await view.send([{ type: 'node-killed', at, node: 'n3', how: 'SIGKILL' }])
    const region = view.page.locator('.hidden-text[role="status"]')
    await region.getByText('n3 was killed').waitFor()
    assert.equal(await region.textContent(), 'n3 was killed.')
  })
})
