import assert from 'node:assert/strict'
import { parseSavePicture } from '../../webview/shared/picture-messages.ts'
import { settled } from './kit/places.ts'
import { broadcast, startUp } from './kit/recording.ts'
import { withView } from './kit/suite.ts'
import { THEMES } from './kit/themes.ts'
import type { ViewPage } from './kit/view-page.ts'

const network = startUp(10)
const context = { permissions: ['clipboard-read', 'clipboard-write'], viewport: { width: 1100, height: 720 } }

async function filled(view: ViewPage): Promise<void> {
  await view.snapshot()
  await view.send(network.events)
  await view.send(broadcast(network, 'n1').events)
  await view.untilPosted({ type: 'watched' })
}

/** Copies, and gives what is in an SVG: what kinds of elements, which texts, which colours, and how large it is. */
async function copySvg(view: ViewPage) {
  await view.page.getByRole('tabpanel').getByRole('button', { name: 'Copy as SVG' }).click()
  await view.page.getByText('Copied the SVG').waitFor()
  return view.page.evaluate(async () => {
    const source = await navigator.clipboard.readText()
    const parsed = new DOMParser().parseFromString(source, 'image/svg+xml')
    const all = [...parsed.querySelectorAll('*')]
    return {
      wrong: parsed.querySelector('parsererror')?.textContent,
      tags: [...new Set(all.map(e => e.tagName))].sort(),
      texts: [...parsed.querySelectorAll('text')].map(e => e.textContent),
      title: parsed.querySelector('title')?.textContent,
      colours: [...new Set(all.flatMap(e => [e.getAttribute('stroke'), e.getAttribute('fill')]))].filter(
        c => c !== null,
      ),
      dashes: parsed.querySelectorAll('[stroke-dasharray]').length,
      width: Number(parsed.documentElement.getAttribute('width')),
      numbers: !/NaN|Infinity|undefined/.test(source),
    }
  })
}

describe('copying a picture of the live view', () => {
  const open = withView()

  for (const theme of ['dark', 'hcLight'] as const)
    it(`gives the graph as SVG of lines and letters in the ${theme} theme`, async () => {
      const view = await open({ context, theme: THEMES[theme] })
      await filled(view)
      await settled(view, 10)
      const svg = await copySvg(view)
      assert.equal(svg.wrong, undefined)
      for (const node of network.nodes) assert(svg.texts.includes(node), `${node} is missing`)
      assert(!svg.tags.includes('image') && svg.tags.includes('path'))
      assert.match(svg.title!, /^Graph of the network: 10 nodes running/)
      for (const colour of svg.colours) assert.match(colour!, /^(#[0-9a-f]{6}|none|rgba\([\d.,]+\))$/)
      assert(svg.numbers)
      const box = (await view.page.locator('canvas.graph-canvas').boundingBox())!
      assert(Math.abs(svg.width - box.width) <= 1)
    })

  it('gives the space-time diagram as SVG, with dashed duplicates and the names of the lanes', async () => {
    const view = await open({ context })
    await filled(view)
    await view.page.getByRole('tab', { name: 'Space-time' }).click()
    await view.page.getByRole('row', { name: /^1 n1/ }).click()
    const svg = await copySvg(view)
    assert.equal(svg.wrong, undefined)
    for (const node of network.nodes) assert(svg.texts.includes(node), `${node} is missing`)
    assert(
      svg.texts.some(text => / s$/.test(text ?? '')),
      'no times',
    )
    assert(svg.dashes > 0 && svg.numbers && !svg.tags.includes('image'))
  })

  it('gives a PNG of twice the size', async () => {
    const view = await open({ context })
    await filled(view)
    await view.page.getByRole('tabpanel').getByRole('button', { name: 'Copy as PNG' }).click()
    await view.page.getByText('Copied the PNG').waitFor()
    const copied = await view.page.evaluate(async () => {
      const [item] = await navigator.clipboard.read()
      const picture = await createImageBitmap(await item!.getType('image/png'))
      const canvas = document.querySelector<HTMLCanvasElement>('canvas.graph-canvas')!
      return { width: picture.width, shown: canvas.getBoundingClientRect().width }
    })
    assert(Math.abs(copied.width - 2 * copied.shown) <= 2)
  })

  for (const [tab, name] of [
    ['Graph', 'network-graph'],
    ['Space-time', 'space-time-diagram'],
  ] as const)
    it(`has it saved, as PNG or SVG: ${tab}`, async () => {
      const view = await open()
      await filled(view)
      await view.page.getByRole('tab', { name: tab }).click()
      await view.page.getByRole('tabpanel').getByRole('button', { name: 'Save Picture…' }).click()
      await view.untilPosted({ type: 'savePicture' } as never)
      const picture = parseSavePicture((await view.posted()).at(-1))!
      assert.equal(picture.name, name)
      const bytes = Buffer.from(picture.png, 'base64')
      assert.equal(bytes.toString('latin1', 1, 4), 'PNG')
      const canvas = (await view.page.getByRole('tabpanel').locator('canvas').first().boundingBox())!
      assert(Math.abs(bytes.readUInt32BE(16) - 2 * canvas.width) <= 2, 'it is twice as wide')
      assert.match(picture.svg, /^<svg .*<title>.*n10.*<\/svg>\s*$/s)
      assert.equal(parseSavePicture({ ...picture, name: '../../etc' }), undefined)
    })

  it('says so when it cannot', async () => {
    const view = await open({ context })
    await filled(view)
    await view.page.evaluate(() =>
      Object.defineProperty(navigator, 'clipboard', {
        value: { writeText: () => Promise.reject(new Error('not allowed')) },
      }),
    )
    await view.page.getByRole('tabpanel').getByRole('button', { name: 'Copy as SVG' }).click()
    await view.page.getByText('Could not copy: not allowed').waitFor()
  })
})
