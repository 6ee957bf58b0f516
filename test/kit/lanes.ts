/**
 * Runs `run` for each item, several at a time, in order; the results by item. Many programs are caught by waiting for what never comes, and several can
 * wait at once; others compute. So at least `least` run at a time, and whenever the processors had time left for TICK_MS one more may,
 * up to `most`; one fewer where they had none. A rejection goes to whoever awaits that result.
 */
import { idleSince } from '../../scripts/test/processors.ts'

/** How often it is looked whether one more can run, in milliseconds: the share of a shorter time would be chance. */
const TICK_MS = 500
/** The share of the processors' time that has to be left for one more. */
const LEFT = 0.15
/** With less than this, one fewer. */
const SCARCE = 0.05

export interface Lanes {
  least: number
  most: number
  /** The share of the processors' time that nobody used since the last call, 0 to 1. */
  idle?: () => number
}

export function aFewAtATime<Item, T>(
  items: readonly Item[],
  { least, most, idle = idleSince() }: Lanes,
  run: (item: Item) => Promise<T>,
): Map<Item, Promise<T>> {
  const waiting = new Map(items.map(item => [item, Promise.withResolvers<T>()]))
  const queue = [...items]
  let running = 0
  let wanted = least
  const begin = () => {
    const item = queue.shift()
    if (item === undefined) return clearInterval(more)
    running++
    const result = run(item)
    waiting.get(item)!.resolve(result)
    result
      .catch(() => undefined)
      .finally(() => {
        running--
        if (running < wanted) begin()
      })
  }
  const more = setInterval(() => {
    const left = idle()
    if (left < SCARCE) wanted = Math.max(least, wanted - 1)
    if (left < LEFT || running >= most) return
    wanted = running + 1
    begin()
  }, TICK_MS)
  // Whoever awaits a result keeps the process alive.
  more.unref()
  for (let i = 0; i < least; i++) begin()
  return new Map(
    [...waiting].map(([item, { promise }]) => {
      promise.catch(() => undefined)
      return [item, promise]
    }),
  )
}
