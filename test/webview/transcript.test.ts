import assert from 'node:assert/strict'
import { TRANSMISSIONS } from '../../network/events.ts'
import { shortNames } from '../../webview/transcript/lane-names.ts'
import { barriers } from './kit/barriers.ts'
import { THEMES } from './kit/themes.ts'
import { events, failedRun, withTranscript, type TranscriptPage } from './kit/transcript-page.ts'

const rows = ({ page }: TranscriptPage) => page.locator('.transmissions tbody tr')
const inFull = ({ page }: TranscriptPage) => page.getByRole('region', { name: 'Selected transmission' })

describe('the names above the lanes of a transcript', () => {
  it('fit, and lose what several have in common', () => {
    assert.deepEqual(
      shortNames([
        'checker',
        'a peer that sends nothing',
        'a peer that sends only its version',
        'connection 1',
      ]),
      ['checker', '…sends nothing', '…only its versi…', 'connection 1'],
    )
  })

  it('lose their end where they are alone', () => {
    assert.deepEqual(shortNames(['a peer with an unknown command', 'program']), [
      'a peer with an …',
      'program',
    ])
  })
})

describe('the page of a transcript', () => {
  const open = withTranscript()

  it('has a row and an arrow for each transmission, a gap where some were left out, and a pause where nothing happened', async () => {
    const view = await open()
    await view.show(failedRun)
    await view.page.getByRole('heading', { name: '1.1 Echo: Half-closes' }).waitFor()
    await view.page.getByText('failed · 12 transmissions kept · 315 ms · seed 42').waitFor()
    const texts = (await rows(view).allInnerTexts()).map(text => text.replace(/\s+/g, ' ').trim())
    assert.equal(texts.length, 14)
    assert.equal(texts[0], '0.0 ms checker → program control listen {"port":0}')
    assert.equal(
      texts[3],
      '4.5 ms client 1 → program bytes 1,000 bytes in 3 parts, until 6.0 ms hellohellohellohellohell…',
    )
    assert.deepEqual([texts[6], texts[8]], ['⋮ 300.0 ms later', '⋮ 37 transmissions left out'])
    // Arrows go from lane to lane: right where the checker's side sends, left where the program does.
    const ways = await rows(view).evaluateAll(all =>
      all.map(row => {
        const d = row.querySelector('.arrow .line')?.getAttribute('d') ?? ''
        const [from = 0, to = 0] = (/^M([\d.]+) .*?H([\d.]+)/.exec(d) ?? []).slice(1).map(Number)
        return Math.sign(to - from)
      }),
    )
    assert.deepEqual(ways.slice(0, 6), [1, -1, 1, 1, -1, 1])
    const lanes = await view.page.locator('.names text').allTextContents()
    assert.deepEqual(
      lanes.map(name => name.slice(0, name.length / 2)),
      ['checker', 'client 1', 'client 2', 'the network', 'program'],
    )
  })

  it('tells every kind from every other without colour', async () => {
    const view = await open()
    await view.show(failedRun)
    await rows(view).first().waitFor()
    const looks = await view.page.locator('.transmissions .arrow').evaluateAll(all =>
      all.map(arrow => {
        const parts = [...arrow.children].map(part => {
          const { strokeDasharray, strokeWidth } = getComputedStyle(part)
          const shape =
            part.tagName === 'path' ? part.getAttribute('d')!.replace(/[-\d. ]+/g, ' ') : part.tagName
          return [shape, strokeDasharray, strokeWidth].join()
        })
        return [arrow.getAttribute('data-kind'), parts.join(' | ')] as const
      }),
    )
    const byKind = new Map(looks)
    assert.deepEqual([...byKind.keys()].sort(), [...TRANSMISSIONS].sort())
    assert.equal(new Set(byKind.values()).size, TRANSMISSIONS.length, JSON.stringify([...byKind], null, 1))
    const legend = view.page.locator('.legend-fold li')
    assert.equal(await legend.count(), TRANSMISSIONS.length)
  })

  it('shows the row under the pointer with its bytes in hex and text, and the one with the focus in full', async () => {
    const view = await open()
    await view.show(failedRun)
    await rows(view).nth(4).hover()
    const tooltip = view.page.locator('.tooltip')
    await tooltip.waitFor()
    assert.match(
      await tooltip.innerText(),
      /7\.0 ms {2}program → client 1: bytes, 5 bytes\n0000 {2}68 65 6c 6c ff .*\|hell\.\|/,
    )

    await view.page.getByRole('combobox', { name: 'Check' }).focus()
    for (let i = 0; i < 8 && (await view.page.locator('tr:focus').count()) === 0; i++)
      await view.page.keyboard.press('Tab')
    await inFull(view).getByRole('heading', { name: '0.0 ms: checker → program' }).waitFor()
    for (let i = 0; i < 3; i++) await view.page.keyboard.press('ArrowDown')
    await inFull(view).getByRole('heading', { name: '4.5 ms: client 1 → program' }).waitFor()
    const bytes = await inFull(view).getByRole('group', { name: 'First bytes' }).innerText()
    assert.match(bytes, /^0000 {2}68 65 6c 6c 6f 68 65 6c {2}6c 6f /)
    assert.match(bytes, /\(the first 60 of 1,000 bytes\)$/)
    await view.page.keyboard.press('End')
    await inFull(view).getByRole('heading', { name: '314.0 ms: program → client 2' }).waitFor()
    await view.page.keyboard.press('Home')
    await inFull(view).getByRole('heading', { name: '0.0 ms: checker → program' }).waitFor()
  })

  it('goes to other checks, checks again, and opens the guide', async () => {
    const view = await open()
    await view.show(failedRun)
    await view.page.getByRole('combobox', { name: 'Check' }).selectOption('many')
    await view.page.getByRole('button', { name: 'Check Again' }).click()
    await view.page.getByRole('button', { name: 'Guide' }).click()
    assert.deepEqual(await view.posted(), [
      { type: 'choose', exercise: '1.1', check: 'many' },
      { type: 'check', exercise: '1.1', check: 'half-close' },
      { type: 'guide', exercise: '1.1' },
    ])
  })

  it('says that there is none, as after a reload, and how to get one', async () => {
    const view = await open()
    const { run: _run, ...none } = failedRun
    await view.show(none)
    await view.page.getByRole('heading', { name: 'No transcript for this check' }).waitFor()
    await view.page.getByText(/Run the check again/).waitFor()
    assert.equal(await rows(view).count(), 0)
    await view.page.getByRole('button', { name: 'Check Now' }).click()
    assert.deepEqual(await view.posted(), [{ type: 'check', exercise: '1.1', check: 'half-close' }])
    await view.show({ ...failedRun, run: { ...failedRun.run!, events: [] } })
    await view.page.getByRole('heading', { name: 'No traffic' }).waitFor()
  })

  it('keeps a hundred connections in sight', async () => {
    const view = await open()
    const lanes = Array.from({ length: 100 }, (_, i) => `client ${i + 1}`)
    const many = [
      ...lanes.map(lane => ({ ...events[1]!, lane }) as (typeof events)[number]),
      events[4]!,
      ...lanes.map(from => ({ ...events[7]!, from }) as (typeof events)[number]),
    ]
    await view.show({ ...failedRun, run: { ...failedRun.run!, events: many } })
    await rows(view).nth(99).waitFor()
    const width = await view.page
      .locator('.transmissions .picture')
      .first()
      .evaluate(p => p.clientWidth)
    assert(width < 500, `the picture is ${width} wide`)
  })

  for (const [name, theme] of Object.entries(THEMES)) {
    it(`keeps nobody out in the ${name} theme`, async () => {
      const view = await open({ theme })
      await view.show(failedRun)
      for (const fold of ['Message of the check', 'Legend'])
        await view.page.getByText(fold, { exact: true }).click()
      await rows(view).nth(3).click()
      assert.deepEqual(await barriers(view.page), [])
      const { run: _run, ...none } = failedRun
      await view.show(none)
      await view.page.getByRole('button', { name: 'Check Now' }).waitFor()
      assert.deepEqual(await barriers(view.page), [], 'without a transcript')
    })
  }
})
