/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Makes media/broadcast.png, the moving picture in README.md: a broadcast in a real network of 20 nodes, as the live view's time slider
 * shows it, slowed down. Needs a build.
 */
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { watchDeliveries } from '../cli/deliveries.ts'
import type { NetworkEvent } from '../network/events.ts'
import { createNetwork } from '../network/orchestrator/network.ts'
import { launchChromium } from '../test/webview/kit/chromium.ts'
import { openView, serveView } from '../test/webview/kit/view-page.ts'
import { apng } from './animation/apng.ts'
import { root } from './vscode/paths.ts'

const NODES = 20
const FRAMES = 48
const FRAME_MS = 100
/** The last picture stays longer. */
const LAST_MS = 2_500
/** Who reads on is not to be disturbed for ever. */
const PLAYS = 3
const DEADLINE_MS = 30_000

const { events, from, to } = await broadcast()
const [browser, server] = [await launchChromium(), await serveView()]
try {
  const view = await openView(browser, server.url, { context: { viewport: { width: 760, height: 760 } } })
  await view.snapshot()
  await view.send(events)
  const { page } = view
  await page.waitForFunction(
    n =>
      document.querySelectorAll('.nodes tbody tr').length === n &&
      document.querySelector('canvas.graph-canvas')?.getAttribute('aria-busy') === 'false',
    NODES,
    { timeout: DEADLINE_MS },
  )
  const start = events[0]!.at
  const frames: { pixels: Uint8Array; ms: number }[] = []
  let [width, height] = [0, 0]
  for (let i = 0; i < FRAMES; i++) {
    await seek(page, from - start + (i / (FRAMES - 1)) * (to - from))
    const picture = await pixels(page, await page.locator('.graph').screenshot())
    ;({ width, height } = picture)
    frames.push({ pixels: picture.pixels, ms: i === FRAMES - 1 ? LAST_MS : FRAME_MS })
  }
  const file = path.join(root, 'media/broadcast.png')
  const data = apng({ width, height, frames, plays: PLAYS })
  await writeFile(file, data)
  console.log(`${file}: ${FRAMES} pictures, ${Math.round(data.length / 1_000)} kB`)
} finally {
  await browser.close()
  await server.close()
}

/** The events of a network from its start to the end of a broadcast, and when that began and ended. */
async function broadcast(): Promise<{ events: NetworkEvent[]; from: number; to: number }> {
  const network = createNetwork({ dist: path.join(root, 'dist') })
  const events: NetworkEvent[] = []
  network.subscribe((_first, batch) => events.push(...batch))
  try {
    await network.start({ nodes: NODES, topology: 'random', seed: 7 })
    const deliveries = watchDeliveries(network)
    const signal = AbortSignal.timeout(DEADLINE_MS)
    const { message } = await network.broadcast({ node: 'n1', text: 'hello, peers' })
    await deliveries.arrived(message, NODES - 1, signal)
    const own = events.filter(e => 'message' in e && e.message === message)
    const sent = own.find(e => e.type === 'published')!.at
    const received = own.filter(e => e.type === 'received').map(e => e.at)
    const last = Math.max(...received)
    return { events: [...events], from: sent - (last - sent) / 20, to: last + (last - sent) / 20 }
  } finally {
    await network.stopAll()
  }
}

/** Moves the slider, as a person does, and waits until that moment is drawn. */
async function seek(page: Page, ms: number): Promise<void> {
  await page.evaluate(async value => {
    const slider = document.querySelector<HTMLInputElement>('.time-slider')!
    slider.value = String(value)
    slider.dispatchEvent(new Event('input', { bubbles: true }))
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame)
  }, ms)
}

/** The browser knows how to read a PNG. */
async function pixels(
  page: Page,
  png: Buffer,
): Promise<{ pixels: Uint8Array; width: number; height: number }> {
  const { base64, width, height } = await page.evaluate(async data => {
    const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const { width, height } = bitmap
    const context = new OffscreenCanvas(width, height).getContext('2d')!
    context.drawImage(bitmap, 0, 0)
    const { data: rgba } = context.getImageData(0, 0, width, height)
    let binary = ''
    for (let i = 0; i < rgba.length; i += 32_768)
      binary += String.fromCharCode(...rgba.subarray(i, i + 32_768))
    return { base64: btoa(binary), width, height }
  }, png.toString('base64'))
  return { pixels: Buffer.from(base64, 'base64'), width, height }
}
