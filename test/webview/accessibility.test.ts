import assert from 'node:assert/strict'
import { barriers } from './kit/barriers.ts'
import { halves, linkFault, spammer, splitUp } from './kit/breaking.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import { THEMES } from './kit/themes.ts'

const network = startUp(10)
const at = network.events.at(-1)!.at + 1_000

describe('the accessibility of the live view', () => {
  const open = withView()

  for (const [name, theme] of Object.entries(THEMES)) {
    const only = name === 'dark' ? undefined : 'colours'
    it(`keeps nobody out in the ${name} theme`, async () => {
      const view = await open({ theme })
      await view.snapshot()
      await view.page.getByRole('button', { name: 'Start Network' }).waitFor()
      assert.deepEqual(await barriers(view.page, only), [], 'without a network')
      await view.send(network.events)
      await view.send(broadcast(network, 'n1').events)
      await view.send([
        { type: 'notice', at, level: 'warning', text: 'Multicast does not work here.' },
        { type: 'node-killed', at, node: 'n4', how: 'SIGKILL' },
        { type: 'node-stopped', at, node: 'n5' },
        {
          type: 'node-crashed',
          at,
          node: 'n7',
          step: 'listen',
          cause: 'in use',
          remedy: 'restart',
          log: ['a', 'b'],
        },
      ])
      await view.untilPosted({ type: 'watched' })
      for (const node of ['n1', 'n7']) {
        await view.page.getByRole('row', { name: new RegExp(`^${node} `) }).click()
        await view.page.getByRole('heading', { name: node, exact: true }).waitFor()
        assert.deepEqual(await barriers(view.page, only), [], `with ${node} selected`)
      }
      await view.send([
        ...splitUp(view.state(), halves(network.nodes), at),
        linkFault('n1', 'n2', { latencyMs: 100, loss: 0.05 }, at),
        ...spammer('n11', 'n1', -12, at),
        { type: 'churn-started', at, perMinute: 6, turns: 3, downMs: 9, seed: 1 },
      ])
      await view.page.getByRole('button', { name: 'n1 – n2', exact: true }).click()
      await view.page.getByRole('region', { name: 'Selected link' }).waitFor()
      await view.page.getByRole('button', { name: 'Break…' }).click()
      await view.page.getByRole('menuitem', { name: 'Heal Network' }).waitFor()
      assert.deepEqual(await barriers(view.page), [], 'broken on purpose, with the menu open')
      await view.page.keyboard.press('Escape')
      for (const part of ['Space-time', 'Numbers', 'Events', 'Graph']) {
        await view.page.getByRole('tab', { name: part }).click()
        await view.page.getByRole('tabpanel', { name: part }).waitFor()
        assert.deepEqual(await barriers(view.page, only), [], part)
      }
      await view.page.getByText('Glossary').click()
      await view.page.getByRole('button', { name: 'Previous Event' }).click()
      await view.page.getByRole('button', { name: 'LIVE', pressed: false }).waitFor()
      assert.deepEqual(await barriers(view.page, only), [], 'in the past')
      await view.page.getByRole('toolbar').getByRole('button', { name: 'Add Node' }).click()
      await view.page.getByRole('dialog').waitFor()
      assert.deepEqual(await barriers(view.page, only), [], 'asked before acting from the past')
      await view.page.keyboard.press('Escape')
      await view.page.setViewportSize({ width: 400, height: 900 })
      assert.deepEqual(await barriers(view.page, only), [], 'on a narrow panel')
    })
  }

  it('is a check that finds barriers where there are some', async () => {
    const view = await open()
    await view.snapshot()
    await view.page.evaluate(() => {
      const button = document.createElement('button')
      const faint = document.createElement('p')
      faint.textContent = 'hard to read'
      faint.style.color = '#777'
      faint.style.background = '#888'
      document.querySelector('main')!.append(button, faint)
    })
    assert.match((await barriers(view.page)).join(), /button-name/)
    const [colour, ...others] = await barriers(view.page, 'colours')
    assert.match(colour!, /^color-contrast/)
    assert.deepEqual(others, [])
  })
})

describe('a button of the live view', () => {
  const open = withView()

  it('looks focused when it is and not otherwise, in a theme whose buttons have a border of that colour', async () => {
    const { body, variables } = THEMES.dark
    const theme = { body, variables: { ...variables, 'button-border': variables['focusBorder']! } }
    const view = await open({ theme })
    await view.snapshot()
    await view.send(startUp(3).events)
    const button = view.page.getByRole('button', { name: 'Add Node' })
    const colors = () =>
      button.evaluate(element => {
        const { borderTopColor, outlineColor, outlineStyle } = getComputedStyle(element)
        return { border: borderTopColor, outline: outlineStyle === 'none' ? '' : outlineColor }
      })
    await button.waitFor()
    const focus = 'rgb(0, 120, 212)'
    const before = await colors()
    assert.notEqual(before.border, focus)
    assert.equal(before.outline, '')
    await view.page.keyboard.press('Tab')
    await button.focus()
    assert.equal((await colors()).outline, focus)
  })
})

describe('the content security policy of the live view', () => {
  const open = withView()

  it('is not violated by the view itself, with all of it in use', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.send(broadcast(network, 'n1').events)
    await view.page.getByRole('row', { name: /^n3/ }).click()
    await view.untilPosted({ type: 'watched' })
    const canvas = (await view.page.locator('canvas.graph-canvas').boundingBox())!
    await view.page.mouse.move(canvas.x + canvas.width / 2, canvas.y + canvas.height / 2)
    await view.page.mouse.wheel(0, -100)
    for (const part of ['Space-time', 'Numbers', 'Events'])
      await view.page.getByRole('tab', { name: part }).click()
    await view.page.getByRole('button', { name: 'Previous Event' }).click()
    await view.page.getByText(/^\d.* ago$/).waitFor()
    assert.deepEqual(await view.page.evaluate(() => window.stand.violations), [])
  })

  it('is no hindrance to doing everything by keyboard: each part and each control can be reached with Tab', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.page.getByRole('tab', { name: 'Space-time' }).waitFor()
    const reached = new Set<string>()
    for (let i = 0; i < 60; i++) {
      await view.page.keyboard.press('Tab')
      reached.add(
        await view.page.evaluate(() => {
          const e = document.activeElement
          return e?.getAttribute('aria-label') ?? e?.textContent ?? ''
        }),
      )
    }
    for (const name of [
      'Broadcast',
      'Break…',
      'Graph',
      'Copy as SVG',
      'Fit All Nodes',
      'Time position',
      'Pause',
      'LIVE',
    ])
      assert(reached.has(name), `${name} cannot be reached: ${[...reached].join(', ')}`)
  })

  it('refuses eval, scripts without the nonce, style attributes and requests', async () => {
    const view = await open()
    const outcome = await view.page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'window.intruder = true'
      document.head.append(script)
      const styled = document.createElement('div')
      styled.innerHTML = '<p style="position: fixed">x</p>'
      document.body.append(styled)
      const fetched = await fetch('/view.css').then(
        () => true,
        () => false,
      )
      return {
        intruder: 'intruder' in window,
        position: getComputedStyle(styled.firstElementChild!).position,
        fetched,
      }
    })
    assert.deepEqual(outcome, { intruder: false, position: 'static', fetched: false })
    const policy = await view.page
      .locator('meta[http-equiv="Content-Security-Policy"]')
      .getAttribute('content')
    assert.doesNotMatch(policy!, /unsafe/)
    assert.match(policy!, /default-src 'none'/)
    await view.page.waitForFunction(() => window.stand.violations.length >= 3)
    // The browser reports the refused request as an error, which is the point here.
    view.complaints.length = 0
  })
})
