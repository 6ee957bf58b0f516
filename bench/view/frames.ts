/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Times between the frames of a page while events come in, as the extension sends them: a batch each 16 ms. */
import type { Page } from 'playwright-core'
import type { NetworkEvent } from '../../network/events.ts'

export interface Frames {
  /** Frames a second, from the median time between two. */
  fps: number
  /** Milliseconds between two frames. */
  p95Ms: number
  longestMs: number
  /** Processor milliseconds of the page's main thread for each frame: what a busy machine does not change much. */
  cpuMs: number
}

/** `first` is the number of the first event; each is sent at its own time, counted from the first one's. */
export async function framesWhile(
  page: Page,
  { first, events, ms }: { first: number; events: readonly NetworkEvent[]; ms: number },
): Promise<Frames> {
  const clock = await cpuClock(page)
  const before = await clock()
  const gaps = await gapsWhile(page, first, events, ms)
  const cpuMs = (await clock()) - before
  const sorted = gaps.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Infinity
  return { fps: 1_000 / at(0.5), p95Ms: at(0.95), longestMs: at(1), cpuMs: cpuMs / gaps.length }
}

const gapsWhile = (
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
        const send = (until: number) => {
          let due = sent
          while (due < events.length && events[due]!.at - events[0]!.at <= until) due++
          if (due > sent)
            window.postMessage({ type: 'events', first: first + sent, events: events.slice(sent, due) }, '*')
          sent = due
        }
        const timer = setInterval(() => send(performance.now() - begin), 16)
        const gaps: number[] = []
        let last: number | undefined
        const frame = (now: number) => {
          if (last !== undefined) gaps.push(now - last)
          last = now
          if (now - begin < ms) return void requestAnimationFrame(frame)
          clearInterval(timer)
          send(Infinity)
          resolve(gaps)
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
