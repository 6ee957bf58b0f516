/// <reference lib="dom" />
/** The heap of the view while a network goes on and on. */
import type { NetworkEvent } from '../../network/events.ts'
import type { ViewPage } from '../../test/webview/kit/view-page.ts'

/**
 * Sends so many minutes of events as fast as the view takes them. The heap after a garbage collection, in 10^6 bytes, before the first
 * minute and after each.
 */
export async function heapOver(
  view: ViewPage,
  options: { minutes: number; rate: number; events: Iterator<NetworkEvent>; onMinute(done: number): void },
): Promise<number[]> {
  const { minutes, rate, events, onMinute } = options
  const cdp = await view.page.context().newCDPSession(view.page)
  let first = view.state().count
  const heap: number[] = []
  for (let minute = 0; ; minute++) {
    onMinute(minute)
    await cdp.send('HeapProfiler.collectGarbage')
    heap.push((await cdp.send('Runtime.getHeapUsage')).usedSize / 1e6)
    if (minute === minutes) return heap
    for (let second = 0; second < 60; second++) {
      const batch = Array.from({ length: rate }, () => events.next().value as NetworkEvent)
      await view.raw({ type: 'events', first, events: batch })
      // The next when these are on the page, and a frame was drawn.
      await view.page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve))))
      first += batch.length
    }
  }
}
