import assert from 'node:assert/strict'
import axe from 'axe-core'
import { failed, fresh, passed, running, withGuide, type GuidePage } from './kit/guide-page.ts'
import { THEMES } from './kit/themes.ts'

const button = ({ page }: GuidePage, name: string) => page.getByRole('button', { name, exact: true })

describe('the guide', () => {
  const open = withGuide()

  it('says what to do where no lab workspace is open', async () => {
    const guide = await open()
    await guide.show()
    await button(guide, 'Open Lab Workspace').click()
    assert.deepEqual(await guide.posted(), [{ type: 'openWorkspace' }])
  })

  it('shows the exercise, its text, and its place in the lab', async () => {
    const guide = await open()
    await guide.show(fresh)
    const { page } = guide
    await page.getByRole('heading', { level: 1, name: '1.2 Frames' }).waitFor()
    await page.getByText('Lab 1: TCP and UDP · 2 of 8').waitFor()
    await page.getByText('not checked yet', { exact: true }).waitFor()
    await page.getByRole('heading', { level: 2, name: 'The task' }).waitFor()
    await page.getByRole('cell', { name: 'a port' }).waitFor()
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, 'the text’s own title is left out')
    assert.equal(await page.getByRole('link').getAttribute('href'), 'https://www.rfc-editor.org/rfc/rfc9293')
  })

  it('has a button for everything, each with its exercise', async () => {
    const guide = await open()
    await guide.show(failed)
    // Solution is marked as disabled, and says why when it is pressed all the same.
    for (const name of ['Check', 'Debug', 'Hint', 'Solution', 'Reset', 'Open File'])
      await button(guide, name).click({ force: true })
    await guide.page.getByLabel('Check on save').check()
    await button(guide, 'Check Again with the Same Seed').click()
    await button(guide, 'Previous exercise: 1.1 Echo').click()
    await button(guide, 'Next exercise: 1.3 Room').click()
    await button(guide, 'Run This Check: Understands every cut').click()
    await button(guide, 'Debug: Understands every cut').click()
    await button(guide, 'Transcript: Understands every cut').click()
    await button(guide, 'Packet Capture…: Understands every cut').click()
    const exercise = '1.2'
    assert.deepEqual(await guide.posted(), [
      { type: 'check', exercise },
      { type: 'debug', exercise },
      { type: 'hint', exercise },
      { type: 'solution', exercise },
      { type: 'reset', exercise },
      { type: 'openFile', exercise },
      { type: 'checkOnSave', on: true },
      { type: 'sameSeed', exercise },
      { type: 'open', exercise: '1.1' },
      { type: 'open', exercise: '1.3' },
      { type: 'check', exercise, check: 'every-cut' },
      { type: 'debug', exercise, check: 'every-cut' },
      { type: 'transcript', exercise, check: 'every-cut' },
      { type: 'capture', exercise, check: 'every-cut' },
    ])
  })

  it('offers no Debug in a language without a debugger', async () => {
    const guide = await open()
    await guide.show({ ...failed, language: 'Python' })
    await guide.page.getByText('· Python').waitFor()
    assert.equal(await guide.page.getByRole('button', { name: /^Debug/ }).count(), 0)
    await guide.show(failed)
    await button(guide, 'Debug').waitFor()
    await button(guide, 'Debug: Understands every cut').waitFor()
  })

  it('does everything with the keyboard alone', async () => {
    const guide = await open()
    await guide.show(fresh)
    const { page } = guide
    await page.getByRole('heading', { name: '1.2 Frames' }).waitFor()
    const reached: string[] = []
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab')
      reached.push(
        await page.evaluate(() => {
          const { activeElement: at } = document
          return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? ''
        }),
      )
    }
    for (const wanted of [
      'Previous exercise: 1.1 Echo',
      'Check',
      'Hint',
      'Solution',
      'Reset',
      'Open File',
      'Table',
    ]) {
      assert(reached.includes(wanted), `Tab never came to ${wanted}: ${reached.join(' | ')}`)
    }
    await button(guide, 'Check').focus()
    await page.keyboard.press('Enter')
    assert.deepEqual(await guide.posted(), [{ type: 'check', exercise: '1.2' }])
  })

  it('says what a pass has shown and what comes next, and goes there only when asked', async () => {
    const guide = await open()
    await guide.show(running)
    await guide.show(passed)
    const { page } = guide
    await page.getByText('Your decoder finds every message.').waitFor()
    await page.getByText('Next, frames go to everybody.').waitFor()
    assert.deepEqual(await guide.posted(), [])
    await button(guide, 'Next: 1.3 Room').click()
    assert.deepEqual(await guide.posted(), [{ type: 'open', exercise: '1.3' }])
  })

  it('tells a screen reader what came out, once', async () => {
    const guide = await open()
    const { page } = guide
    const live = page.getByRole('status')
    const heard = (text: string) =>
      page.waitForFunction(wanted => document.querySelector('[role=status]')?.textContent === wanted, text)
    await guide.show(fresh)
    await heard('Guide of exercise 1.2 Frames, not checked yet.')
    await guide.show(running)
    await heard('Checking 1.2 Frames.')
    await guide.show(failed)
    await heard('1.2 Frames: 1 of 3 passed. Look at “Understands every cut” first.')
    await page.evaluate(() => (document.querySelector('[role=status]')!.textContent = ''))
    await guide.show({ ...failed, hints: ['Think.'] })
    await page.getByText('Think.').waitFor()
    assert.equal(await live.textContent(), '')
  })

  it('shows the hints one more at a time, and brings the newest into sight', async () => {
    const guide = await open()
    const { page } = guide
    await guide.show({ ...fresh, hints: ['The **first**.'] })
    await page.getByRole('heading', { name: 'Hint 1 of 3' }).waitFor()
    await button(guide, 'Hint 2 of 3').waitFor()
    await button(guide, 'Show Next Hint').click()
    assert.deepEqual(await guide.posted(), [{ type: 'hint', exercise: '1.2' }])
    await guide.show({ ...fresh, hints: ['The **first**.', 'The second.', 'The third.'], solution: 'ask' })
    await guide.raw({ type: 'revealHint' })
    await page.waitForFunction(() => document.activeElement?.textContent === 'Hint 3 of 3')
    await page.getByText('That was the last hint.').waitFor()
    assert.equal(await button(guide, 'Show Next Hint').isVisible(), false)
  })

  it('shows markup in a text as text, and follows no link but https', async () => {
    const guide = await open()
    const evil =
      '# T\n\n<img src=x onerror="window.hacked=1"> [a](javascript:alert(1)) [b](http://x.y) [c](https://x.y)\n'
    await guide.show({
      ...failed,
      text: evil,
      hints: ['<script>window.hacked=1</script>'],
      checks: [{ id: 'a', title: '<b>x</b>', state: 'failed', message: '<i>y</i>' }],
    })
    const { page } = guide
    await page.getByText('<img src=x').waitFor()
    assert.deepEqual(
      await page.evaluate(() => [
        document.querySelectorAll('img, script:not([src]), b, i').length,
        'hacked' in window,
      ]),
      [0, false],
    )
    assert.equal(await page.getByRole('link').count(), 1)
    assert.deepEqual(await page.evaluate(() => window.stand.violations), [])
  })

  it('drops what is no message', async () => {
    const guide = await open()
    await guide.show(fresh)
    await guide.raw({ type: 'show', guide: { id: 7 } })
    await guide.raw('x')
    await guide.raw(null)
    await guide.page.getByRole('heading', { name: '1.2 Frames' }).waitFor()
  })

  it('says what stands in the way: trust, earlier exercises, a check that could not run', async () => {
    const guide = await open()
    const { page } = guide
    await guide.show({
      ...fresh,
      trusted: false,
      needs: [{ id: '1.1', title: 'Echo' }],
      problem: 'The file 1-tcp/2-frames.ts is missing.',
    })
    await page.getByText('The file 1-tcp/2-frames.ts is missing.').waitFor()
    await button(guide, 'Manage Workspace Trust').click()
    await button(guide, 'Catch Up…').click()
    assert.deepEqual(await guide.posted(), [{ type: 'manageTrust' }, { type: 'catchUp', exercise: '1.2' }])
  })

  for (const [name, theme] of Object.entries(THEMES)) {
    it(`keeps nobody out in the ${name} theme`, async () => {
      const guide = await open({ theme })
      const { page } = guide
      for (const shown of [fresh, { ...failed, hints: ['A hint.'], trusted: false }, passed]) {
        await guide.show(shown)
        await page.getByRole('heading', { name: '1.2 Frames', exact: true }).waitFor()
        await page.evaluate(axe.source)
        const { violations } = await page.evaluate(() =>
          (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
        )
        const found = violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 160)}`))
        assert.deepEqual(found, [], shown.state)
      }
    })
  }
})
