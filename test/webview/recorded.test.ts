import assert from 'node:assert/strict'
import type { NetworkEvent } from '../../network/events.ts'
import { barriers } from './kit/barriers.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import { THEMES } from './kit/themes.ts'
import { serveRecording, type ViewPage } from './kit/view-page.ts'

const network = startUp(6)
const ready = network.events.at(-1)!.at
const message = broadcast(network, 'n1', { at: ready + 300 })
const end = ready + 600
/** Seven tenths of a second of it, and stopped at the end. */
const events: NetworkEvent[] = [
  ...network.events,
  ...message.events,
  { type: 'network-stopping', at: end },
  ...network.nodes.map((node): NetworkEvent => ({ type: 'node-stopped', at: end, node })),
  { type: 'network-stopped', at: end },
]
const still = { context: { reducedMotion: 'reduce' as const } }

/** Answers as the extension does. */
async function send(view: ViewPage, notes: readonly string[] = [], list = events) {
  await view.raw({ type: 'recording', name: 'demo.p2ptrace', createdAt: '2026-01-31T12:00:00.000Z' })
  const half = Math.floor(list.length / 2)
  await view.raw({ type: 'part', first: 0, events: list.slice(0, half) })
  await view.raw({ type: 'part', first: half, events: list.slice(half) })
  await view.raw({ type: 'whole', notes })
  await view.page.getByRole('tab', { name: 'Graph' }).waitFor()
}
const button = ({ page }: ViewPage, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const moment = (view: ViewPage) =>
  view.page.getByRole('slider', { name: 'Time position' }).getAttribute('aria-valuetext')
const part = async (view: ViewPage, name: string) => {
  await view.page.getByRole('tab', { name }).click()
  return view.page.getByRole('tabpanel', { name })
}

describe('the view of a recording', () => {
  const open = withView(serveRecording)

  it('says which recording it is, and has nothing that acts on a network', async () => {
    const view = await open(still)
    await view.page.getByRole('heading', { name: 'Reading' }).waitFor()
    assert.equal(await view.page.getByRole('button', { name: 'Start Network' }).count(), 0)
    await send(view)
    const { page } = view
    await page.getByRole('heading', { name: 'demo.p2ptrace' }).waitFor()
    await page.getByText(/^.*2026.* · 6 nodes · \d+ ms · \d+ events$/).waitFor()
    await page.getByRole('row', { name: /^n2 / }).click()
    await page.getByRole('heading', { name: 'n2', exact: true }).waitFor()
    await page.getByRole('row', { name: /^n2 / }).press('k')
    const names = await page.evaluate(() =>
      [...document.querySelectorAll('button')].map(b => b.innerText.trim()),
    )
    for (const word of /start|broadcast|add node|stop|kill|pause|resume|restart|show log/i.source.split('|'))
      assert(!names.some(name => name.toLowerCase().startsWith(word)), `${word} in ${names}`)
    assert.equal(await page.locator('dialog').count(), 0)
    assert.deepEqual(
      (await view.posted()).filter(m => !['ready', 'more'].includes(m.type)),
      [],
    )
  })

  it('shows what was done to the network on purpose, and cannot mend it', async () => {
    const view = await open(still)
    const group = (name: string, nodes: string[]) => ({ name, nodes })
    const groups = [group('a', ['n1', 'n2']), group('b', ['n3', 'n4', 'n5', 'n6'])]
    await send(view, [], [...network.events, { type: 'partitioned', at: ready + 1, groups }])
    const faults = view.page.getByRole('region', { name: 'Faults' })
    await faults.getByText('Split', { exact: true }).waitFor()
    assert.equal(await faults.getByRole('button').count(), 0)
  })

  it('plays from the beginning, stops at the end, and there begins anew', async () => {
    const view = await open()
    // Long enough to see on a busy machine that it plays.
    const later = end + 5_000
    await send(view, [], [...events.slice(0, -1), { type: 'network-stopped', at: later }])
    await button(view, 'Pause').waitFor()
    await button(view, 'Play from the Start').waitFor()
    assert.equal(await button(view, 'End').getAttribute('aria-pressed'), 'true')
    await view.page.getByText('At this moment: Stopped').waitFor()
    await button(view, 'Play from the Start').click()
    await button(view, 'Pause').waitFor()
  })

  it('shows the same moment in all four parts', async () => {
    const view = await open(still)
    await send(view)
    await view.page.getByText('At this moment: Ready in 902 ms').waitFor()
    await view.page
      .getByRole('img', { name: /^Graph of the network: 6 nodes running, \d+ connections/ })
      .waitFor()
    await (await part(view, 'Space-time')).getByRole('img', { name: /reached 5 of 5 nodes/ }).waitFor()
    await (await part(view, 'Numbers')).getByText('Deliveries').first().waitFor()
    const list = await part(view, 'Events')
    await list.getByText('n1 published', { exact: false }).first().waitFor()
    await view.page.getByRole('row', { name: /hello/ }).first().waitFor()
  })

  it('comes back at the moment where it was left, also after Reload', async () => {
    const view = await open(still)
    await send(view)
    const slider = view.page.getByRole('slider', { name: 'Time position' })
    await slider.press('Home')
    for (let i = 0; i < 5; i++) await slider.press('ArrowRight')
    await view.page.waitForFunction(() =>
      document.querySelector('.time-slider')?.getAttribute('aria-valuetext')?.includes('event 5 of'),
    )
    const left = await moment(view)
    await view.page.waitForFunction(() => window.stand.saved()?.['at'] !== undefined)
    await view.page.reload()
    await view.page.waitForFunction(() => window.stand.posted.length > 0)
    await send(view)
    await view.page.waitForFunction(
      left => document.querySelector('.time-slider')?.getAttribute('aria-valuetext') === left,
      left,
    )

    await view.raw({ type: 'changed', how: 'changed' })
    await view.page
      .getByText('The file changed after it was read. Reload to show the current content.')
      .waitFor()
    await button(view, 'Reload').click()
    await view.untilPosted({ type: 'ready' } as never, 2)
    await send(view)
    await button(view, 'Reload').waitFor({ state: 'hidden' })
    assert.equal(await moment(view), left)
    await view.raw({ type: 'changed', how: 'deleted' })
    await view.page.getByText('The file was deleted or moved.', { exact: false }).waitFor()
  })

  it('says in a sentence what is odd about the file, and shows the rest', async () => {
    const view = await open(still)
    await send(view, ['The last line is incomplete and was skipped.'])
    await view.page
      .getByRole('region', { name: 'About this recording' })
      .getByText('The last line is incomplete and was skipped.')
      .waitFor()
  })

  it('says in a sentence why a file cannot be shown, and tries again', async () => {
    const view = await open(still)
    const problem = 'Could not read this recording: it is empty.'
    await view.raw({ type: 'unreadable', name: 'bad.p2ptrace', problem })
    await view.page.getByRole('heading', { name: 'Cannot open bad.p2ptrace' }).waitFor()
    await view.page.getByRole('status').filter({ hasText: problem }).waitFor()
    assert.equal(await view.page.getByRole('tab').count(), 0)
    await button(view, 'Open as Text').click()
    await view.untilPosted({ type: 'openAsText' } as never)
    await button(view, 'Try Again').click()
    await view.untilPosted({ type: 'ready' } as never, 2)
    await send(view)
  })

  for (const [name, theme] of Object.entries(THEMES)) {
    it(`keeps nobody out in the ${name} theme`, async () => {
      const view = await open({ theme, ...still })
      await view.raw({ type: 'unreadable', name: 'bad.p2ptrace', problem: 'It is empty.' })
      await button(view, 'Try Again').waitFor()
      assert.deepEqual(await barriers(view.page), [], 'unreadable')
      await send(view, ['The last line is incomplete and was skipped.'])
      await view.raw({ type: 'changed', how: 'changed' })
      await button(view, 'Reload').waitFor()
      assert.deepEqual(await barriers(view.page), [], 'with something to say about the file')
      await view.page.setViewportSize({ width: 400, height: 900 })
      assert.deepEqual(await barriers(view.page), [], 'on a narrow panel')
    })
  }
})
