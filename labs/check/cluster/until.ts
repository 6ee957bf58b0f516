/** Waiting for a cluster: given up only when every node runs and the network carries nothing that could still bring it about. */
import { elapsed } from '../engine/suspension.ts'
import { pause } from '../kit/deadline.ts'
import type { ClusterNode } from './node.ts'
import { failure, type Entry, type Trace } from './trace.ts'

export interface UntilOptions {
  /** Not given up before this many milliseconds. */
  ms: number
  /** What happened instead, as a sentence. Left out: "it did not happen." */
  got?: () => string
  hint?: string
  /** Entries of the trace that show why, for the message. */
  because?: () => readonly Entry[]
}

interface Waiting {
  trace: Trace
  nodes: readonly ClusterNode[]
  links: { underWay(): number }
  over(): boolean
}

/** Rounds of signs of life after `ms` in which nothing new came. A round in which something came counts a quarter. */
const ROUNDS = 10
const QUARTER = 4

export async function untilIn(
  { trace, nodes, links, over }: Waiting,
  what: string,
  condition: () => boolean,
  { ms, got, hint, because }: UntilOptions,
): Promise<void> {
  const happened = Promise.withResolvers<void>()
  let done = condition()
  if (done) return
  const stop = trace.onEntry(() => {
    if (done || !condition()) return
    done = true
    happened.resolve()
  })
  try {
    const started = elapsed()
    for (let quarters = 0; !done && quarters < ROUNDS * QUARTER && !over();) {
      const late = elapsed() - started >= ms
      const before = trace.busy()
      await Promise.all(nodes.map(node => node.signOfLife()))
      const still = trace.busy() === before && links.underWay() === 0
      if (late) quarters += still ? QUARTER : 1
      await Promise.race([happened.promise, pause(late ? 5 : 25)])
    }
  } finally {
    stop()
  }
  if (done || condition()) return
  throw failure({
    expected: `that ${what}.`,
    got: got?.() ?? 'it did not happen.',
    ...(hint !== undefined && { hint }),
    because: because?.() ?? trace.entries.slice(-20),
  })
}
