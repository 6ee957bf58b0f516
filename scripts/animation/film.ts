/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Makes a moving picture of what the graph of the live view shows at some moments of a network. */
import { writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import type { NetworkEvent } from '../../network/events.ts'
import { launchChromium } from '../../test/webview/kit/chromium.ts'
import { openView, serveView } from '../../test/webview/kit/view-page.ts'
import { apng } from './apng.ts'

const FRAME_MS = 100
/** The last picture stays longer. */
const LAST_MS = 2_500
/** Who reads on is not to be disturbed for ever. */
const PLAYS = 3
const DEADLINE_MS = 30_000

export interface Film {
  /** From the network's start. */
  events: readonly NetworkEvent[]
  nodes: number
  /** When each picture is taken, on the clock of the events. */
  moments: readonly number[]
  /** An APNG. */
  file: string
  /** Pixels of the page, of which the graph is a part. */
  viewport: { width: number; height: number }
}

export async function film({ events, nodes, moments, file, viewport }: Film): Promise<void> {
  const [browser, server] = [await launchChromium(), await serveView()]
  try {
    const view = await openView(browser, server.url, { context: { viewport } })
    await view.snapshot()
    await view.send([...events])
    const { page } = view
    await page.waitForFunction(
      n =>
        document.querySelectorAll('.nodes tbody tr').length === n &&
        document.querySelector('canvas.graph-canvas')?.getAttribute('aria-busy') === 'false',
      nodes,
      { timeout: DEADLINE_MS },
    )
    const start = events[0]!.at
    const frames: { pixels: Uint8Array; ms: number }[] = []
    let [width, height] = [0, 0]
    for (const [i, at] of moments.entries()) {
      await seek(page, at - start)
      const picture = await pixels(page, await page.locator('.graph').screenshot())
      ;({ width, height } = picture)
      frames.push({ pixels: picture.pixels, ms: i === moments.length - 1 ? LAST_MS : FRAME_MS })
    }
    const data = apng({ width, height, frames, plays: PLAYS })
    await writeFile(file, data)
    console.log(`${file}: ${moments.length} pictures, ${Math.round(data.length / 1_000)} kB`)
  } finally {
    await browser.close()
    await server.close()
  }
}

/** So many moments from one to the other. */
export const between = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + (i / (count - 1)) * (to - from))

/** From just before a broadcast to just after it. */
export function spanOf(events: readonly NetworkEvent[], message: string): { from: number; to: number } {
  const own = events.filter(e => 'message' in e && e.message === message)
  const sent = own.find(e => e.type === 'published')!.at
  const last = Math.max(...own.filter(e => e.type === 'received').map(e => e.at))
  return { from: sent - (last - sent) / 20, to: last + (last - sent) / 20 }
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
