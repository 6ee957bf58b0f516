/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * How smooth the live view is: the real page in a real Chromium gets a recorded network of many nodes at a steady rate of
 * events, and the time between its frames is measured, for each of its parts. Beside it, as the baseline of the same
 * minute, an empty page that only asks for frames. Without a GPU and on shared cores the baseline is what can be had.
 *
 *     node bench/view.ts [--nodes 200] [--rate 500] [--seconds 15] [--memory] [--profile FILE] [--json]
 *
 * --memory sends ten minutes of events as fast as the view takes them, and measures the heap after each minute of them.
 * --profile writes where the graph's time goes, as a .cpuprofile. Needs a build.
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Browser, CDPSession, Page } from 'playwright-core'
import type { NetworkEvent } from '../network/events.ts'
import { launchChromium } from '../test/webview/chromium.ts'
import { broadcast, startUp, type Recording } from '../test/webview/recording.ts'
import { openView, serveView, type ViewPage } from '../test/webview/view-page.ts'

const PARTS = ['Graph', 'Space-time', 'Numbers', 'Events'] as const
/** The aim: 50 frames a second, and 95 of 100 frames within 33 ms. */
const AIM = { fps: 50, p95Ms: 33 }
const MINUTES = 10

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '200' },
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '15' },
    memory: { type: 'boolean', default: false },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const [nodes, rate, seconds] = [values.nodes, values.rate, values.seconds].map(Number) as [
  number,
  number,
  number,
]

interface Frames {
  part: string
  frames: number
  /** Frames a second, from the median time between two. */
  fps: number
  /** Milliseconds between two frames. */
  medianMs: number
  p95Ms: number
  longestMs: number
  /** Processor time of the page's main thread for each frame: what a busy machine does not change much. */
  cpuMs: number
}
interface Heap {
  events: number
  /** After a garbage collection. */
  heapMb: number
}

/** Messages one after the other through the whole network, evenly `rate` events a second. */
function* traffic(network: Recording, start: number): Generator<NetworkEvent> {
  let at = start
  for (let i = 0; ; i++) {
    const root = network.nodes[(i * 37) % network.nodes.length]!
    const { events } = broadcast(network, root, {
      id: (0x100000 + i).toString(16),
      seed: i,
      text: `message ${i}`,
    })
    for (const event of events) yield { ...event, at: (at += 1_000 / rate) }
  }
}
const take = <T>(from: Iterator<T>, count: number): T[] =>
  Array.from({ length: count }, () => from.next().value as T)

async function openNetwork(browser: Browser, url: string, network: Recording): Promise<ViewPage> {
  const view = await openView(browser, url, { context: { viewport: { width: 1400, height: 900 } } })
  await view.snapshot()
  for (let i = 0; i < network.events.length; i += 500) await view.send(network.events.slice(i, i + 500))
  await view.page.waitForFunction(
    count =>
      document.querySelectorAll('.nodes tbody tr').length === count &&
      document.querySelector('canvas.graph-canvas')?.getAttribute('aria-busy') === 'false',
    network.nodes.length,
    { timeout: 120_000 },
  )
  return view
}

/** Times between frames, in milliseconds, for as long as events are sent: a batch each 16 ms, as the extension does. */
const framesWith = (
  page: Page,
  first: number,
  events: readonly NetworkEvent[],
  ms: number,
): Promise<number[]> =>
  page.evaluate(
    ({ first, events, ms }) =>
      new Promise<number[]>(resolve => {
        const begin = performance.now()
        let sent = 0
        const timer = setInterval(() => {
          const due = Math.min(events.length, Math.floor(((performance.now() - begin) / ms) * events.length))
          if (due > sent)
            window.postMessage({ type: 'events', first: first + sent, events: events.slice(sent, due) }, '*')
          sent = Math.max(sent, due)
        }, 16)
        const gaps: number[] = []
        let last: number | undefined
        const frame = (now: number) => {
          if (last !== undefined) gaps.push(now - last)
          last = now
          if (now - begin < ms) requestAnimationFrame(frame)
          else {
            clearInterval(timer)
            if (sent < events.length)
              window.postMessage({ type: 'events', first: first + sent, events: events.slice(sent) }, '*')
            resolve(gaps)
          }
        }
        requestAnimationFrame(frame)
      }),
    { first, events: events as NetworkEvent[], ms },
  )

/** Processor milliseconds that the page's main thread has used. */
async function cpuClock(page: Page): Promise<() => Promise<number>> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return 1_000 * (metrics.find(m => m.name === 'TaskDuration')?.value ?? NaN)
  }
}

function summary(part: string, gaps: readonly number[], cpuMs: number): Frames {
  const sorted = gaps.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Infinity
  const tenths = (n: number) => Math.round(n * 10) / 10
  return {
    part,
    frames: gaps.length,
    fps: tenths(1_000 / at(0.5)),
    medianMs: tenths(at(0.5)),
    p95Ms: tenths(at(0.95)),
    longestMs: tenths(at(1)),
    cpuMs: tenths(cpuMs / gaps.length),
  }
}

async function measureFrames(browser: Browser, url: string): Promise<Frames[]> {
  const network = startUp(nodes)
  const empty = await browser.newPage()
  await empty.goto(`${url}view.css`)
  const results = [await measured('empty page', empty, 0, [])]
  await empty.close()
  const view = await openNetwork(browser, url, network)
  const events = traffic(network, network.events.at(-1)!.at + 1_000)
  let first = view.state().count
  for (const part of PARTS) {
    await view.page.getByRole('tab', { name: part }).click()
    const cdp = values.profile && part === 'Graph' ? await startProfile(view.page) : undefined
    const batch = take(events, rate * seconds)
    results.push(await measured(part, view.page, first, batch))
    first += batch.length
    if (cdp && values.profile)
      await writeFile(values.profile, JSON.stringify((await cdp.send('Profiler.stop')).profile))
  }
  await view.close()
  return results
}

async function measured(part: string, page: Page, first: number, events: NetworkEvent[]): Promise<Frames> {
  const clock = await cpuClock(page)
  const before = await clock()
  const gaps = await framesWith(page, first, events, seconds * 1_000)
  return summary(part, gaps, (await clock()) - before)
}

async function startProfile(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Profiler.enable')
  await cdp.send('Profiler.start')
  return cdp
}

async function measureMemory(browser: Browser, url: string): Promise<Heap[]> {
  const network = startUp(nodes)
  const view = await openNetwork(browser, url, network)
  const cdp = await view.page.context().newCDPSession(view.page)
  const events = traffic(network, network.events.at(-1)!.at + 1_000)
  let first = view.state().count
  const results: Heap[] = []
  for (let minute = 0; minute <= MINUTES; minute++) {
    await cdp.send('HeapProfiler.collectGarbage')
    const { usedSize } = await cdp.send('Runtime.getHeapUsage')
    results.push({ events: first, heapMb: Math.round(usedSize / 1024 / 102.4) / 10 })
    if (minute === MINUTES) break
    for (let sent = 0; sent < rate * 60; sent += rate) {
      const batch = take(events, rate)
      await view.raw({ type: 'events', first, events: batch })
      // The next when these are on the page, and a frame was drawn.
      await view.page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve))))
      first += batch.length
    }
  }
  await view.close()
  return results
}

const row = (cells: readonly (string | number)[]) =>
  cells.map((c, i) => (i === 0 ? String(c).padEnd(12) : String(c).padStart(10))).join('')

const browser = await launchChromium()
const server = await serveView()
try {
  const frames = await measureFrames(browser, server.url)
  const heap = values.memory ? await measureMemory(browser, server.url) : []
  if (values.json) console.log(JSON.stringify({ nodes, rate, seconds, aim: AIM, frames, heap }))
  else {
    console.log(`${nodes} nodes, ${rate} events a second, ${seconds} s for each part.`)
    console.log(`Aim: at least ${AIM.fps} frames a second, 95 of 100 within ${AIM.p95Ms} ms.\n`)
    console.log(row(['', 'frames/s', 'median ms', 'p95 ms', 'longest', 'frames', 'CPU ms']))
    for (const f of frames)
      console.log(row([f.part, f.fps, f.medianMs, f.p95Ms, f.longestMs, f.frames, f.cpuMs]))
    if (heap.length > 0) console.log(`\n${row(['events', 'heap MB'])}`)
    for (const h of heap) console.log(row([h.events, h.heapMb]))
  }
} finally {
  await browser.close()
  await server.close()
}
