/** Counts first receipts and how long each took, from a network's events. */
import type { Network } from '../network/orchestrator/network.ts'

export interface Deliveries {
  /** Resolves when `count` nodes other than the publisher have the message, or when the signal is aborted. Never rejects. */
  arrived(message: string, count: number, signal: AbortSignal): Promise<void>
  /** Propagation times of all deliveries so far, milliseconds, unsorted. */
  times(): number[]
  stop(): void
}

export function watchDeliveries(network: Pick<Network, 'subscribe'>): Deliveries {
  const publishedAt = new Map<string, number>()
  const receipts = new Map<string, Map<string, number>>()
  const of = (message: string) => {
    const found = receipts.get(message) ?? new Map<string, number>()
    receipts.set(message, found)
    return found
  }
  let wake: () => void = () => undefined
  const stop = network.subscribe((_first, events) => {
    for (const event of events) {
      if (event.type === 'published') publishedAt.set(event.message, event.at)
      if (event.type === 'received') of(event.message).set(event.node, event.at)
    }
    wake()
  })
  return {
    async arrived(message, count, signal) {
      while (!(publishedAt.has(message) && of(message).size >= count) && !signal.aborted) {
        await new Promise<void>(resolve => {
          wake = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
    },
    times: () =>
      [...receipts].flatMap(([message, nodes]) => {
        const start = publishedAt.get(message)
        // Two clocks, each measured to a fraction of a millisecond: a time just below zero is zero.
        return start === undefined ? [] : [...nodes.values()].map(at => Math.max(0, at - start))
      }),
    stop,
  }
}

/** The nearest-rank percentile, rounded to 0.1; 0 for no values. `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return 0
  const sorted = [...values].sort((a, b) => a - b)
  const rank = Math.max(1, Math.ceil(share * sorted.length))
  return Math.round(sorted[rank - 1]! * 10) / 10
}
