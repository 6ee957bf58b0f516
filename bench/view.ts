/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { MAX_NODES } from '../network/limits.ts'
import type { NetworkEvent } from '../network/events.ts'
import { launchChromium } from '../test/webview/kit/chromium.ts'
import { openView, serveView, type ViewPage } from '../test/webview/kit/view-page.ts'
import type { Bench, BenchOptions, Figure, Measured } from './bench.ts'
import { spread } from './spread.ts'
import { framesWhile, type Frames } from './view/frames.ts'
import { heapOver } from './view/memory.ts'
import { recorded, replay, type Recorded } from './view/trace.ts'

const NODES = 200
const RATE = 500
const SECONDS = 15
const PARTS = ['Graph', 'Space-time', 'Numbers', 'Events'] as const
/** The log of the view is full after 100,000 events: from then on its memory has to stay where it is. */
const MINUTES = 10
const FULL_AFTER = 5
const GROWTH = 1.1
const KINDS: readonly string[] = ['frames', 'memory']

export const view: Bench = {
  name: 'view',
  about:
    `The live view’s own page in a real Chromium without a GPU plays what a network (of ${NODES} nodes, if no number is given) reported while messages went through it: ` +
    `recorded by the product, kept in the temporary folder, stretched to ${RATE} events a second. frames: the time between two frames during ` +
    `${SECONDS} s in each part, after the layout has settled. memory: the heap over ${MINUTES} minutes of events, sent as fast as they are taken.`,
  baseline: `an empty page that only asks for frames; of the heap, itself after ${FULL_AFTER} minutes, when its log is full`,
  takes: `[frames memory] [${NODES}]`,
  runs: 1,
  async run(options) {
    const { kinds, nodes } = chosen(options.only)
    const network = await recorded({ ...options, nodes })
    // Ctrl-C is ours: what waits for the browser rejects when it is closed.
    const browser = await launchChromium({ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false })
    const close = () => void browser.close()
    options.signal.addEventListener('abort', close)
    const server = await serveView()
    try {
      const at = { browser, url: server.url, network, nodes }
      return [
        ...(kinds.includes('frames') ? await measureFrames(at, options) : []),
        ...(kinds.includes('memory') ? [await measureMemory(at, options)] : []),
      ]
    } finally {
      options.signal.removeEventListener('abort', close)
      await browser.close()
      await server.close()
    }
  },
}

/** Throws for anything else. */
function chosen(only: readonly string[]): { kinds: readonly string[]; nodes: number } {
  const numbers = only.filter(word => !KINDS.includes(word))
  const nodes = Number(numbers[0] ?? NODES)
  if (numbers.length > 1 || !Number.isInteger(nodes) || nodes < 2 || nodes > MAX_NODES)
    throw new Error(
      `expected "frames", "memory" or a number of nodes from 2 to ${MAX_NODES}, got "${only.join(' ')}".`,
    )
  const kinds = only.filter(word => KINDS.includes(word))
  return { kinds: kinds.length > 0 ? kinds : KINDS, nodes }
}

interface Setting {
  browser: Browser
  url: string
  network: Recorded
  nodes: number
}

async function open({ browser, url, network, nodes }: Setting): Promise<ViewPage> {
  const view = await openView(browser, url, { context: { viewport: { width: 1400, height: 900 } } })
  await view.snapshot()
  for (let i = 0; i < network.startUp.length; i += 500) await view.send(network.startUp.slice(i, i + 500))
  await view.page.waitForFunction(
    count =>
      document.querySelectorAll('.nodes tbody tr').length === count &&
      document.querySelector('canvas.graph-canvas')?.getAttribute('aria-busy') === 'false',
    nodes,
    { timeout: 300_000 },
  )
  return view
}

const traffic = ({ network }: Setting) => replay(network.traffic, RATE, network.startUp.at(-1)!.at + 1_000)

async function measureFrames(at: Setting, { runs, profile, progress }: BenchOptions): Promise<Measured[]> {
  const ms = SECONDS * 1_000
  const empty: Frames[] = []
  const parts = PARTS.map(name => ({ name, frames: [] as Frames[] }))
  for (let run = 1; run <= runs; run++) {
    progress(`frames, run ${run} of ${runs}: an empty page`)
    const blank = await at.browser.newPage()
    await blank.goto(`${at.url}view.css`)
    empty.push(await framesWhile(blank, { first: 0, events: [], ms }))
    await blank.close()
    progress(`frames, run ${run} of ${runs}: opening the view`)
    const view = await open(at)
    const events = traffic(at)
    let first = view.state().count
    for (const { name, frames } of parts) {
      progress(`frames, run ${run} of ${runs}: ${name}`)
      await view.page.getByRole('tab', { name }).click()
      const profiler = profile === undefined ? undefined : await startProfile(view.page)
      const batch = Array.from({ length: RATE * SECONDS }, () => events.next().value as NetworkEvent)
      frames.push(await framesWhile(view.page, { first, events: batch, ms }))
      first += batch.length
      if (profiler && profile !== undefined) await writeProfile(profiler, profile, `view-${name}-${run}`)
    }
    await view.close()
  }
  return parts.map(({ name, frames }) => ({
    name: `${name}, ${at.nodes} nodes`,
    figures: figuresOf(frames, empty),
  }))
}

function figuresOf(frames: readonly Frames[], empty: readonly Frames[]): Figure[] {
  const figure = (name: string, unit: Figure['unit'], of: (f: Frames) => number): Figure => ({
    name,
    unit,
    value: spread(frames.map(of)),
    baseline: spread(empty.map(of)),
  })
  return [
    { ...figure('frames a second, median', '/s', f => f.fps), aims: [{ of: 'median', atLeast: 50 }] },
    { ...figure('between frames, p95', 'ms', f => f.p95Ms), aims: [{ of: 'median', atMost: 33 }] },
    figure('between frames, longest', 'ms', f => f.longestMs),
    figure('CPU of the page for a frame', 'ms', f => f.cpuMs),
  ]
}

async function startProfile(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Profiler.enable')
  await cdp.send('Profiler.start')
  return cdp
}

async function writeProfile(profiler: CDPSession, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const { profile } = await profiler.send('Profiler.stop')
  await writeFile(path.join(folder, `${name}.cpuprofile`), JSON.stringify(profile))
}

async function measureMemory(at: Setting, { runs, progress }: BenchOptions): Promise<Measured> {
  const all: number[][] = []
  for (let run = 1; run <= runs; run++) {
    progress(`memory, run ${run} of ${runs}: opening the view`)
    const view = await open(at)
    const onMinute = (done: number) =>
      progress(`memory, run ${run} of ${runs}: ${done} of ${MINUTES} minutes of events`)
    all.push(await heapOver(view, { minutes: MINUTES, rate: RATE, events: traffic(at), onMinute }))
    await view.close()
  }
  const after = (minute: number) => spread(all.map(heap => heap[minute]!))
  return {
    name: `Memory, ${at.nodes} nodes`,
    figures: [
      {
        name: `heap after ${MINUTES} minutes`,
        unit: 'MB',
        value: after(MINUTES),
        baseline: after(FULL_AFTER),
        aims: [{ of: 'ratio', atMost: GROWTH }],
        parts: all[0]!.map((_, minute) => ({ name: `after ${minute}`, value: after(minute) })),
      },
    ],
  }
}
