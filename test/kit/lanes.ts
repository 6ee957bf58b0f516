/**
 * Runs `run` for each item, `atOnce` of them at a time, in order; the results by item. Many programs are caught by waiting
 * for what never comes, and several can wait at once. A rejection goes to whoever awaits that result.
 */
export function aFewAtATime<Item, T>(
  items: readonly Item[],
  atOnce: number,
  run: (item: Item) => Promise<T>,
): Map<Item, Promise<T>> {
  const waiting = new Map(items.map(item => [item, Promise.withResolvers<T>()]))
  const next = items.values()
  const lane = async () => {
    for (const item of next) {
      const result = run(item)
      waiting.get(item)!.resolve(result)
      await result.catch(() => undefined)
    }
  }
  for (let i = 0; i < atOnce; i++) void lane()
  return new Map(
    [...waiting].map(([item, { promise }]) => {
      promise.catch(() => undefined)
      return [item, promise]
    }),
  )
}
