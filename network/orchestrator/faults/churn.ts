/** Nodes that come and go: one after another is killed and restarted, so often, until the turns are done or it is stopped. */
import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '../../clock.ts'
import { NetworkError } from '../../failure.ts'
import { seededRandom } from '../../random.ts'
import { liveNodes } from '../../state.ts'
import type { EventRecord } from '../record.ts'

export interface ChurnOptions {
  /** Nodes killed per minute, 1 to 600. One at a time: a restart that takes longer than a turn delays the next. */
  perMinute: number
  /** How many nodes are killed in all. Left out: what a minute holds. */
  turns?: number | undefined
  /** How long each stays down, milliseconds. Left out: half of a turn. */
  downMs?: number | undefined
  /** Decides who is killed. */
  seed?: number | undefined
}

/** With nothing left out. */
interface Plan {
  perMinute: number
  turns: number
  downMs: number
  seed: number
}

export interface Churn {
  /** Starts it; it goes on by itself. */
  start(options: ChurnOptions): void
  /** Resolves when the last node that was killed is back. Nothing happens when there is no churn. */
  stop(): Promise<void>
  /** Resolves when all turns are done. */
  done(): Promise<void>
  /** Ends it at once: the network is going. */
  abandon(): void
}

export function createChurn(options: {
  record: EventRecord
  kill(name: string): Promise<void>
  restart(name: string): Promise<void>
}): Churn {
  const { record, kill, restart } = options
  let running: { stopping: AbortController; abandoned: AbortController; done: Promise<void> } | undefined

  const turn = async (random: () => number, downMs: number, abandoned: AbortSignal) => {
    const candidates = liveNodes(record.state).filter(n => !n.hostile && !n.paused)
    // The last one stays: with it the network would be gone.
    if (candidates.length < 2) return
    const { name } = candidates[Math.floor(random() * candidates.length)]!
    await kill(name)
    await pause(downMs, abandoned)
    if (!abandoned.aborted) await restart(name)
  }

  const run = async (all: Plan, stopping: AbortSignal, abandoned: AbortSignal) => {
    const random = seededRandom(all.seed)
    const everyMs = 60_000 / all.perMinute
    let turns = 0
    for (let due = performance.now(); turns < all.turns && !stopping.aborted; due += everyMs) {
      turns++
      try {
        await turn(random, all.downMs, abandoned)
      } catch (error) {
        if (abandoned.aborted) break
        const text = `Churn: ${error instanceof Error ? error.message : String(error)}`
        record.add({ type: 'notice', at: now(), level: 'warning', text })
      }
      if (turns < all.turns) await pause(due + everyMs - performance.now(), stopping)
    }
    running = undefined
    record.add({ type: 'churn-stopped', at: now(), turns })
  }

  return {
    start({ perMinute, turns = Math.ceil(perMinute), downMs = 30_000 / perMinute, seed = 0 }) {
      if (running) {
        const cause = 'churn is already running'
        throw new NetworkError({ step: 'start churn', cause, remedy: 'Stop it first' })
      }
      const all = { perMinute, turns, downMs: Math.round(downMs), seed }
      record.add({ type: 'churn-started', at: now(), ...all })
      const stopping = new AbortController()
      const abandoned = new AbortController()
      running = { stopping, abandoned, done: run(all, stopping.signal, abandoned.signal) }
    },
    async stop() {
      running?.stopping.abort()
      await running?.done
    },
    async done() {
      await running?.done
    },
    abandon() {
      running?.stopping.abort()
      running?.abandoned.abort()
    },
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  sleep(Math.max(0, ms), undefined, { signal }).catch(() => undefined)
