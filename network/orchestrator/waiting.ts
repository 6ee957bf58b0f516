/** Processes that wait for nodes of libp2p, and are no part of a network yet. While they wait they run what a start runs, a few at a time. */
import { availableParallelism } from 'node:os'
import type { NodeProcess } from './node-process.ts'

/** Whoever waits for them is typing: half of the cores are left alone. */
const AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2))

export interface Waiting {
  /** Has so many wait. Those that wait already count. */
  prepare(count: number, alone: boolean): readonly NodeProcess[]
  /** One that waits, if there is one of this kind; it waits no longer. */
  take(alone: boolean): NodeProcess | undefined
  /** It has run what a start runs. */
  rehearsed(process: NodeProcess): void
  /** It has ended. */
  gone(process: NodeProcess): void
  /** Ends all that wait. */
  end(): void
}

/** At most `atOnce` rehearse at the same time. */
export function createWaiting(launch: (alone: boolean) => NodeProcess, atOnce = AT_ONCE): Waiting {
  const waiting = new Set<NodeProcess>()
  const toRehearse = new Set<NodeProcess>()
  const rehearsing = new Set<NodeProcess>()
  const those = (alone: boolean) => [...waiting].filter(process => process.alone === alone)

  const rehearseNext = () => {
    for (const process of toRehearse) {
      if (rehearsing.size >= atOnce) return
      toRehearse.delete(process)
      rehearsing.add(process)
      process.send({ type: 'rehearse' })
    }
  }
  const leave = (process: NodeProcess) => {
    waiting.delete(process)
    toRehearse.delete(process)
  }
  const noLongerRehearsing = (process: NodeProcess) => {
    if (rehearsing.delete(process)) rehearseNext()
  }

  return {
    prepare(count, alone) {
      for (let there = those(alone).length; there < count; there++) {
        const process = launch(alone)
        waiting.add(process)
        process.up.then(
          () => {
            if (!waiting.has(process)) return
            toRehearse.add(process)
            rehearseNext()
          },
          () => undefined,
        )
      }
      return those(alone)
    },
    take(alone) {
      const [process] = those(alone)
      if (process) leave(process)
      return process
    },
    rehearsed: noLongerRehearsing,
    gone(process) {
      leave(process)
      noLongerRehearsing(process)
    },
    end() {
      toRehearse.clear()
      for (const process of waiting) process.end()
      waiting.clear()
    },
  }
}
