/** Breaking a network from the live view, and seeing what is broken, in a browser. */
import assert from 'node:assert/strict'
import type { NetworkEvent } from '../../network/events.ts'
import { edges, initialState, reduce } from '../../network/state.ts'
import { halves, linkFault, spammer, splitUp } from './kit/breaking.ts'
import { onPage, settled } from './kit/places.ts'
import { startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import type { ViewPage } from './kit/view-page.ts'

const network = startUp(10)
const ready = network.events.reduce(reduce, initialState)
const at = network.events.at(-1)!.at + 1_000
const STILL = {
  context: {
    reducedMotion: 'reduce' as const,
    viewport: { width: 1200, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  },
}
const split = splitUp(ready, halves(network.nodes), at)
const within = edges(split.reduce(reduce, ready))
const link = within[0]!
const linkName = `${link.a} – ${link.b}`
const broken: NetworkEvent[] = [
  ...split,
  linkFault(link.a, link.b, { latencyMs: 100, jitterMs: 10 }, at + 10),
  ...spammer('n11', 'n4', -34.2, at + 20),
]

const menuOf = (view: ViewPage) => view.page.getByRole('menu', { name: 'Break…' })
const focused = (view: ViewPage) => view.page.evaluate(() => document.activeElement?.textContent)

describe('breaking a network from the live view', () => {
  const open = withView()

  it('is a menu that is worked from the keyboard, and offers what can be done', async () => {
    const view = await open(STILL)
    await view.snapshot()
    await view.page.getByRole('button', { name: 'Run Scenario…' }).click()
    await view.untilPosted({ type: 'runScenario' })
    await view.send(network.events)
    const button = view.page.getByRole('button', { name: 'Break…' })
    await button.waitFor()
    await button.focus()
    await view.page.keyboard.press('Enter')
    await menuOf(view).waitFor()
    assert.deepEqual(await menuOf(view).getByRole('menuitem').allTextContents(), [
      'Split Network…',
      'Slow Down or Break Links…',
      'Start Churn…',
      'Add Hostile Node…',
      'Run Scenario…',
    ])
    assert.equal(await focused(view), 'Split Network…')
    await view.page.keyboard.press('End')
    assert.equal(await focused(view), 'Run Scenario…')
    await view.page.keyboard.press('ArrowDown')
    await view.page.keyboard.press('a')
    assert.equal(await focused(view), 'Add Hostile Node…')
    await view.page.keyboard.press('Escape')
    await menuOf(view).waitFor({ state: 'hidden' })
    assert.equal(await focused(view), 'Break…', 'the focus goes back to the button')
    for (const [keys, type] of [
      [['ArrowDown'], 'splitNetwork'],
      [['ArrowDown', 'ArrowDown'], 'setLinkFault'],
      [['ArrowUp', 'ArrowUp'], 'addHostileNode'],
      [['ArrowDown', 's', 's'], 'startChurn'],
    ] as const) {
      for (const key of keys) await view.page.keyboard.press(key)
      await view.page.keyboard.press('Enter')
      await view.untilPosted({ type })
    }
    await view.send([...broken, { type: 'churn-started', at, perMinute: 6, turns: 3, downMs: 9, seed: 1 }])
    await view.page.getByRole('region', { name: 'Faults' }).waitFor()
    await button.click()
    for (const [item, type] of [
      ['Heal Network', 'healNetwork'],
      ['Clear Link Faults…', 'clearLinkFault'],
      ['Stop Churn', 'stopChurn'],
    ] as const) {
      if (await menuOf(view).isHidden()) await button.click()
      await menuOf(view).getByRole('menuitem', { name: item }).click()
      await view.untilPosted({ type })
    }
  })

  it('goes for one link, by mouse and from the details of a node', async () => {
    const view = await open(STILL)
    await view.snapshot()
    await view.send(network.events)
    const saved = await settled(view, 10)
    const [a, b] = [await onPage(view, saved, link.a), await onPage(view, saved, link.b)]
    await view.page.mouse.move((a.x + b.x) / 2, (a.y + b.y) / 2)
    await view.page.locator('.tooltip').getByText(linkName).waitFor()
    await view.page.mouse.click((a.x + b.x) / 2, (a.y + b.y) / 2)
    const details = view.page.getByRole('region', { name: 'Selected link' })
    await details.getByRole('heading', { name: linkName }).waitFor()
    await details.getByRole('button', { name: 'Slow Down or Break Link…' }).click()
    await view.untilPosted({ type: 'setLinkFault', a: link.a, b: link.b })
    await details.getByRole('button', { name: link.a, exact: true }).click()
    await details.waitFor({ state: 'hidden' })
    const node = view.page.getByRole('region', { name: 'Selected node' })
    await node.getByRole('button', { name: `Select the link ${linkName}` }).press('Enter')
    await details.getByRole('heading', { name: linkName }).waitFor()
    await view.page.reload()
    await view.snapshot()
    await details.getByRole('heading', { name: linkName }).waitFor()
  })
})

describe('a network that is broken, in the live view', () => {
  const open = withView()

  it('is told in the list of faults, the table, the details and the status', async () => {
    const view = await open(STILL)
    await view.snapshot()
    await view.send(network.events)
    await view.send(broken)
    const faults = view.page.getByRole('region', { name: 'Faults' })
    await faults.getByText(/^A \(n1, n2, n3, n4, n5, n11\) and B \(.*n10\); \d+ connections cut$/).waitFor()
    await faults.getByText('hostile: publishes far too many messages; score −34.2 at n4').waitFor()
    await view.page.getByText('Split into A and B · 1 faulty link · 1 hostile node').waitFor()
    await view.page.getByRole('row', { name: /^n10 · B/ }).waitFor()
    await view.page.getByRole('row', { name: /^n11 · A.*hostile/ }).waitFor()
    await faults.getByRole('button', { name: 'Heal Split' }).click()
    await view.untilPosted({ type: 'healNetwork' })
    await faults.getByRole('button', { name: `Clear ${linkName}` }).click()
    await view.untilPosted({ type: 'clearLinkFault', a: link.a, b: link.b })
    await faults.getByRole('button', { name: linkName, exact: true }).click()
    const details = view.page.getByRole('region', { name: 'Selected link' })
    await details.getByText('100 ms each way').waitFor()
    await details.getByText('no data yet').waitFor()
    await view.send([
      {
        type: 'link-acted',
        at,
        a: link.a,
        b: link.b,
        bytes: 2_048,
        delayed: 3,
        lost: 0,
        paced: 0,
        resets: 0,
      },
    ])
    await details.getByText('2.0 KiB carried, 3 pieces delayed').waitFor()
    await view.page.getByRole('row', { name: /^n11/ }).click()
    const node = view.page.getByRole('region', { name: 'Selected node' })
    await node.getByText('publishes far too many messages').waitFor()
    await node.getByText('A, with 5 other nodes').waitFor()
    await view.send([
      { type: 'healed', at },
      { type: 'link-fault-cleared', at, a: link.a, b: link.b },
      { type: 'node-killed', at, node: 'n11', how: 'SIGKILL' },
    ])
    await faults.waitFor({ state: 'hidden' })
    await view.page.getByRole('row', { name: /^n10 [^·]/ }).waitFor()
  })

  it('is as it was at every moment, and asks before it is mended from the past', async () => {
    const view = await open(STILL)
    await view.snapshot()
    await view.send(network.events)
    await view.send(broken)
    const faults = view.page.getByRole('region', { name: 'Faults' })
    await faults.waitFor()
    const slider = view.page.getByRole('slider', { name: 'Time position' })
    await slider.press('Home')
    await faults.waitFor({ state: 'hidden' })
    // The menu acts on the present, which is split.
    await view.page.getByRole('button', { name: 'Break…' }).click()
    await menuOf(view).getByRole('menuitem', { name: 'Heal Network' }).click()
    const dialog = view.page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Heal Network Now' }).waitFor()
    assert(!(await view.posted()).some(m => m.type === 'healNetwork'), 'it did not ask')
    await dialog.getByRole('button', { name: 'Heal Network Now' }).click()
    await view.untilPosted({ type: 'healNetwork' })
    await faults.waitFor()
  })

  it('is drawn: groups and figures in words, cuts and zigzags as lines, also in the copied picture', async () => {
    const view = await open(STILL)
    await view.snapshot()
    await view.send(network.events)
    await settled(view, 10)
    const whole = await copied(view)
    assert.deepEqual([whole.bad, whole.names], [0, []])
    await view.send(broken)
    await settled(view, 11)
    const now = await copied(view)
    assert.deepEqual(now.names, ['100 ms ± 10 ms', 'A · 6 nodes', 'B · 5 nodes'])
    assert.equal(now.signs, 11, 'each node has the sign of its group')
    assert(now.bad >= 2, 'no zigzag, or no spikes')
    await view.page.getByRole('tab', { name: 'Space-time' }).click()
    const diagram = await copied(view)
    assert(diagram.texts.includes('✹ n11'))
  })
})

/** What of faults there is in the copied SVG. */
async function copied(view: ViewPage) {
  await view.page.evaluate(() => navigator.clipboard.writeText(''))
  await view.page.getByRole('tabpanel').getByRole('button', { name: 'Copy as SVG' }).click()
  await view.page.waitForFunction(async () => (await navigator.clipboard.readText()).includes('<svg'))
  return view.page.evaluate(async () => {
    const parsed = new DOMParser().parseFromString(await navigator.clipboard.readText(), 'image/svg+xml')
    const probe = document.createElement('canvas').getContext('2d')!
    probe.strokeStyle = getComputedStyle(document.body).getPropertyValue('--p2p-bad').trim()
    // A text has a halo: it is there twice.
    const texts = [...new Set([...parsed.querySelectorAll('text')].map(e => e.textContent ?? ''))]
    const all = [...parsed.querySelectorAll('text')].map(e => e.textContent ?? '')
    return {
      texts,
      names: texts.filter(t => / nodes$| ms /.test(t)).sort(),
      signs: all.filter(t => t === 'A' || t === 'B').length / 2,
      bad: parsed.querySelectorAll(`[stroke="${probe.strokeStyle}"]`).length,
    }
  })
}
