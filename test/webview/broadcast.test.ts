import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { framesDrawn, hopsDrawn, spyOnCanvas } from './kit/canvas-spy.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import { THEMES } from './kit/themes.ts'

const network = startUp(10)

/** Notes, in the page, in which order the hops of the list become visible. */
const noteHopList = (page: Page) =>
  page.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { hopsListed: seen })
    const look = () => {
      for (const li of document.querySelectorAll<HTMLElement>('.hops li:not(.to-come)'))
        if (!seen.includes(li.dataset['hop']!)) seen.push(li.dataset['hop']!)
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true })
  })
const hopsListed = (page: Page) =>
  page.evaluate(() => (window as unknown as { hopsListed: string[] }).hopsListed)

describe('a broadcast on the live view', () => {
  const open = withView()

  it('is drawn along the edges it really took, in the order of the recorded receipts', async () => {
    const view = await open({ init: spyOnCanvas })
    await view.snapshot()
    await view.send(network.events)
    await view.page.getByRole('row', { name: /n10/ }).waitFor()
    await noteHopList(view.page)
    const sent = broadcast(network, 'n1')
    // As they come from a network: a few at a time.
    for (let i = 0; i < sent.events.length; i += 4) await view.send(sent.events.slice(i, i + 4))
    await view.untilPosted({ type: 'watched', message: sent.id })
    const expected = sent.hops.map(({ from, to }) => `${from} ${to}`)
    const drawn = await hopsDrawn(view.page)
    assert.deepEqual(drawn.order, expected)
    assert(drawn.steps >= 3 && drawn.moving >= 3, `it did not move: ${JSON.stringify(drawn)}`)
    // The list follows in its own time.
    await view.page.waitForFunction(
      n => (window as unknown as { hopsListed: string[] }).hopsListed.length >= n,
      expected.length,
    )
    assert.deepEqual(await hopsListed(view.page), expected)
  })

  it('says how far it is, how much slower it is shown, and at the end how far it got', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.send(broadcast(network, 'n4', { text: 'hi there' }).events)
    const caption = view.page.getByRole('group', { name: 'Current message' })
    await caption.getByText(/\d+× slower than real time/).waitFor()
    await caption.getByText('Message 1 from n4: “hi there”').waitFor()
    await caption.getByText(/Reached 9 of 9 nodes, slowest \d/).waitFor()
  })

  it('does not mind several messages at once, and tells of each that was watched once', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    const ids = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']
    const all = ids.flatMap(
      (id, i) => broadcast(network, `n${i + 1}`, { id, seed: i, at: 1_795_000_010_000 + i }).events,
    )
    all.sort((a, b) => a.at - b.at)
    for (let i = 0; i < all.length; i += 7) await view.send(all.slice(i, i + 7))
    for (const message of ids) await view.untilPosted({ type: 'watched', message })
    const watched = (await view.posted()).filter(m => m.type === 'watched')
    assert.equal(watched.length, ids.length)
    await view.page
      .getByRole('group', { name: 'Current message' })
      .getByText(/^Message 6 from n6/)
      .waitFor()
    assert.equal(await view.page.getByRole('grid', { name: 'Messages' }).locator('tbody tr').count(), 6)
  })

  it('can be played again, and hidden', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.send(broadcast(network, 'n1').events)
    await view.untilPosted({ type: 'watched' })
    const caption = view.page.getByRole('group', { name: 'Current message' })
    await caption.getByText(/^Reached/).waitFor()
    await caption.getByRole('button', { name: 'Replay' }).click()
    await caption.getByText(/\d+× slower than real time/).waitFor()
    await caption.getByText(/^Reached/).waitFor()
    await caption.getByRole('button', { name: /Hide/ }).click()
    await caption.waitFor({ state: 'hidden' })
    assert.equal((await view.posted()).filter(m => m.type === 'watched').length, 1)
  })

  for (const [who, options] of Object.entries({
    'the system': { context: { reducedMotion: 'reduce' } },
    'VS Code': { theme: { ...THEMES.dark, body: 'vscode-dark vscode-reduce-motion' } },
  } as const))
    it(`is shown at once, whole and with numbered hops, when ${who} asks for less motion`, async () => {
      const view = await open({ init: spyOnCanvas, ...options })
      await view.snapshot()
      await view.send(network.events)
      await view.page.getByRole('row', { name: /n10/ }).waitFor()
      await noteHopList(view.page)
      const sent = broadcast(network, 'n1')
      await view.send(sent.events)
      await view.untilPosted({ type: 'watched', message: sent.id })
      const drawn = await hopsDrawn(view.page)
      assert.deepEqual([...drawn.order].sort(), sent.hops.map(h => `${h.from} ${h.to}`).sort())
      assert.equal(drawn.moving, 0)
      // From the first frame with the message on, all of its hops are there.
      const first = await view.page.evaluate(() => {
        const { frames } = (window as unknown as { drawn: { frames: { lines: unknown[]; names: object }[] } })
          .drawn
        const frame = frames.find(f => f.lines.length > 0)!
        return { lines: frame.lines.length, names: Object.keys(frame.names) }
      })
      assert.equal(first.lines, sent.hops.length)
      for (const { hop } of sent.hops) assert(first.names.includes(String(hop)), `no number ${hop} was drawn`)
      assert(!(await view.page.getByText(/slower/).isVisible()))
    })

  it('leaves the view at rest: nothing is drawn while nothing changes', async () => {
    const view = await open({ init: spyOnCanvas })
    await view.snapshot()
    await view.send(network.events)
    await view.send(broadcast(network, 'n1').events)
    await view.untilPosted({ type: 'watched' })
    // Rest is when one second passes without a frame; a loop that never ends never gets there.
    const restingAt = async () => {
      const before = await framesDrawn(view.page)
      await new Promise(resolve => setTimeout(resolve, 1_000))
      return (await framesDrawn(view.page)) === before
    }
    const deadline = Date.now() + 30_000
    while (!(await restingAt())) assert(Date.now() < deadline, 'the view draws for ever')
  })
})
