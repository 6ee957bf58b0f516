/** The part of the guide that shows the checks: what is open, what comes into sight, what keeps the focus. */
import assert from 'node:assert/strict'
import type { Guide, GuideCheck } from '../../webview/shared/guide-messages.ts'
import { failed, fresh, passed, running, withGuide, type GuidePage } from './kit/guide-page.ts'

const button = ({ page }: GuidePage, name: string) => page.getByRole('button', { name, exact: true })

describe('the checks in the guide', () => {
  const open = withGuide()

  it('offers packets only of a check that sent some', async () => {
    const guide = await open()
    const [first, second, third] = failed.checks
    await guide.show(failed)
    await guide.page.getByText(first!.title).click()
    await button(guide, `Transcript: ${first!.title}`).waitFor()
    await button(guide, `Packet Capture…: ${second!.title}`).waitFor()
    assert.equal(await guide.page.getByRole('button', { name: /^Packet Capture/ }).count(), 1)
    const { captured: _, ...again } = second!
    await guide.show({ ...failed, checks: [{ ...first!, captured: true }, again, third!] })
    await button(guide, `Packet Capture…: ${first!.title}`).waitFor()
    assert.equal(await guide.page.getByRole('button', { name: /^Packet Capture/ }).count(), 1)
  })

  it('offers the report of a check that has one, also where the exercise has passed', async () => {
    const guide = await open()
    const checks = passed.checks.map((check, i) => ({ ...check, ...(i === 1 && { reported: true }) }))
    await guide.show(passed)
    assert.equal(await guide.page.getByRole('button', { name: /Report/ }).count(), 0)
    await guide.show({ ...passed, checks })
    await button(guide, 'Show Report').click()
    await guide.page.getByText('Checks', { exact: true }).click()
    await guide.page.getByText(checks[1]!.title).click()
    await button(guide, `Report: ${checks[1]!.title}`).click()
    const asked = { type: 'report', exercise: passed.id, check: checks[1]!.id }
    assert.deepEqual(await guide.posted(), [asked, asked])
  })

  it('shows what a check measured beside the figures of the reference', async () => {
    const guide = await open()
    const [first, ...others] = failed.checks
    const figures = [
      { name: 'Messages per broadcast', value: '16', reference: '8' },
      { name: 'Hops', value: '4' },
    ]
    await guide.show({ ...failed, checks: [{ ...first!, figures }, ...others] })
    await guide.page.getByText(first!.title).click()
    const table = guide.page.getByRole('table', { name: `Figures of ${first!.title}` })
    await table.getByRole('row', { name: 'Messages per broadcast 16 8' }).waitFor()
    await table.getByRole('row', { name: 'Hops 4 –' }).waitFor()
  })

  it('says of a check that was not run why', async () => {
    const guide = await open()
    const [first, ...others] = failed.checks
    const message = 'Not run: first make "Answers a frame" pass. Nothing came from your program in 2 checks.'
    const left = others.map(({ id, title }) => ({ id, title, state: 'not-run' as const, message }))
    await guide.show({
      ...failed,
      checks: [{ ...first!, state: 'failed', message: 'Got: no bytes.' }, ...left],
    })
    const { page } = guide
    const row = page.getByRole('listitem').filter({ hasText: left[0]!.title })
    await row.getByText('not checked yet').waitFor({ state: 'attached' })
    await row.getByText(left[0]!.title).click()
    await row.getByText(message).waitFor()
    assert.equal(await button(guide, `Run This Check: ${left[0]!.title}`).isVisible(), true)
  })

  it('opens the checks when there is something to see, and the first message that says why', async () => {
    const guide = await open()
    await guide.show(fresh)
    const { page } = guide
    const first = page.getByText('Answers a frame')
    assert.equal(await first.isVisible(), false)
    await guide.show(running)
    await first.waitFor()
    await guide.show(failed)
    await page.getByText('1 of 3 passed', { exact: true }).waitFor()
    await page.getByText('Expected: 5 bytes.').waitFor()
    assert.equal(
      await page.getByText('Expected: a frame.').isVisible(),
      false,
      'only the first opens by itself',
    )
    await page.getByText('Answers an empty frame').click()
    await page.getByText('Expected: a frame.').waitFor()
    await guide.show(passed)
    await page.getByText('3 of 3 passed', { exact: true }).waitFor()
    assert.equal(await first.isVisible(), false, 'closed when all is well')
  })

  it('opens the first message again after each further check, unless another was opened', async () => {
    const guide = await open()
    const { page } = guide
    const [first, second, third] = failed.checks
    const all: Guide = {
      ...failed,
      checks: [{ ...first!, state: 'failed', message: 'Expected: the first.' }, second!, third!],
    }
    // As a run tells it: forgotten, under way, judged, check by check.
    const check = async (outcome: Guide) => {
      const to = outcome.checks
      await guide.show({ ...running, checks: fresh.checks })
      for (let at = 0; at < to.length; at++) {
        const judged = (now: GuideCheck['state'] | undefined) =>
          to.map((one, i) =>
            i < at ? one : { ...fresh.checks[i]!, state: i === at && now ? now : 'not-run' },
          )
        await guide.show({ ...running, checks: judged('running') })
      }
      await guide.show(outcome)
      await button(guide, 'Check').waitFor()
    }
    const opened = () =>
      page
        .locator('.checks > li')
        .filter({ has: page.locator('details[open]') })
        .evaluateAll(rows => rows.map(row => row.querySelector('.name')!.textContent))
    for (let run = 0; run < 4; run++) {
      await check(all)
      assert.deepEqual(await opened(), ['Answers a frame'], `after run ${run + 1}`)
    }
    // The first passes: the next one that fails is the first now.
    await check(failed)
    assert.deepEqual(await opened(), ['Understands every cut'])
    await check(all)
    assert.deepEqual(await opened(), ['Answers a frame'])

    // Closed is read; another that was opened is what the learner works on.
    await page.getByText('Answers a frame', { exact: true }).click()
    await guide.show({ ...all, hints: ['Think.'] })
    await page.getByText('Think.').waitFor()
    assert.deepEqual(await opened(), [])
    await page.getByText('Answers an empty frame', { exact: true }).click()
    await check(all)
    assert.deepEqual(await opened(), ['Answers an empty frame'])
    // Another exercise begins anew.
    await guide.show({ ...all, id: '1.3', title: 'Room' })
    await page.getByRole('heading', { name: '1.3 Room' }).waitFor()
    assert.deepEqual(await opened(), ['Answers a frame'])
  })

  it('brings into sight what came out of a check that was asked for, and a pass in any case', async () => {
    const guide = await open()
    const { page } = guide
    await page.emulateMedia({ reducedMotion: 'reduce' })
    const text = `${fresh.text}\n${Array.from({ length: 80 }, (_, i) => `Paragraph ${i}.`).join('\n\n')}`
    const long = (shown: Guide, asked: boolean) => ({ ...shown, text, asked })
    const finish = async (outcome: Guide, asked: boolean) => {
      await guide.show(long(running, asked))
      await button(guide, 'Cancel').waitFor()
      await page.getByText('Paragraph 79.').scrollIntoViewIfNeeded()
      await guide.show(long(outcome, asked))
      await button(guide, 'Check').waitFor()
    }
    const isInSight = (selector: string) =>
      page.evaluate(selector => {
        const { top, bottom } = document.querySelector(selector)!.getBoundingClientRect()
        return top >= document.querySelector('header')!.offsetHeight - 1 && bottom <= innerHeight
      }, selector)
    const comesIntoSight = (selector: string) =>
      page.waitForFunction(selector => {
        const { top, bottom } = document.querySelector(selector)!.getBoundingClientRect()
        return top >= document.querySelector('header')!.offsetHeight - 1 && bottom <= innerHeight
      }, selector)
    await guide.show(long(fresh, true))
    await finish(failed, true)
    await comesIntoSight('.checks [data-state=failed]')
    await finish({ ...failed, problem: 'The file 1-tcp/2-frames.ts is missing.' }, true)
    await comesIntoSight('.notice.failed')

    await finish(failed, false)
    assert.equal(
      await isInSight('.checks [data-state=failed]'),
      false,
      'a save moves nothing that is being read',
    )
    await finish(passed, false)
    await comesIntoSight('.notice.passed')
    const at = await page.evaluate(() => scrollY)
    await guide.show(long(running, true))
    await guide.show(long(passed, true))
    await button(guide, 'Check').waitFor()
    assert.equal(await page.evaluate(() => scrollY), at, 'what is in sight stays where it is')
  })

  it('keeps bytes in their columns, lets sentences wrap, and folds the wire away', async () => {
    const guide = await open()
    const { page } = guide
    const message = [
      'The checker sent 2 bytes.',
      'Expected: these bytes back.',
      'Got: 2 bytes.',
      '  expected  00000000  ae 70',
      '  got       00000000  ef bf',
      '                      ^^',
      'On the wire:',
      '    0.1 ms  checker → program  2 bytes',
      'Seed: 7',
    ]
    await guide.show({
      ...failed,
      checks: [{ id: 'a', title: 'A', state: 'failed', message: message.join('\n') }],
    })
    await page.getByText('expected 00000000').waitFor()
    assert.equal(
      await page.locator('.columns').first().textContent(),
      'expected  00000000  ae 70\ngot       00000000  ef bf\n                    ^^',
    )
    const wire = page.getByText('checker → program')
    assert.equal(await wire.isVisible(), false)
    await page.getByText('On the wire:').click()
    await wire.waitFor()
  })

  it('cancels a check that is under way, at the place where it was started', async () => {
    const guide = await open()
    await guide.show(fresh)
    await button(guide, 'Check').focus()
    await guide.show(running)
    await button(guide, 'Cancel').waitFor()
    await guide.page.keyboard.press('Enter')
    assert.deepEqual(await guide.posted(), [{ type: 'cancel', exercise: '1.2' }])
    await guide.show(failed)
    await button(guide, 'Check').waitFor()
  })

  it('keeps the focus and what was opened while checks come in', async () => {
    const guide = await open()
    const { page } = guide
    await guide.show(failed)
    await page.getByText('Answers an empty frame').click()
    await button(guide, 'Run This Check: Answers an empty frame').focus()
    const [first, second, third] = failed.checks
    await guide.show({
      ...failed,
      state: 'running',
      checks: [first!, { ...second!, state: 'running' }, third!],
    })
    await page.getByText('checking', { exact: true }).waitFor()
    const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
    assert.equal(name, 'Run This Check: Answers an empty frame')
    assert(await page.getByText('Expected: a frame.').isVisible())
  })
})
