/** A real network for a test: started, watched, and gone when the test ends. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import type { EventOf, NetworkEvent, NetworkEventType } from '../../network/events.ts'
import { createNetwork, type Network, type NetworkOptions } from '../../network/orchestrator/network.ts'
import type { NetworkState } from '../../network/state.ts'

export const dist = path.resolve(import.meta.dirname, '../../dist')

export interface WatchedNetwork extends Network {
  readonly events: readonly NetworkEvent[]
  eventsOf<T extends NetworkEventType>(type: T): EventOf<T>[]
  /** Resolves when the condition holds; fails with `what` and where things stand when it does not within `ms`. */
  until(what: string, condition: (state: NetworkState) => boolean, ms?: number): Promise<void>
  /** Broadcasts and waits until `count` nodes (default: all targets) have it. */
  deliver(options?: { node?: string; text?: string; count?: number }): Promise<string>
}

export function watched(options: Partial<NetworkOptions> = {}): WatchedNetwork {
  const network = createNetwork({ dist, ...options })
  const events: NetworkEvent[] = []
  network.subscribe((_first, batch) => events.push(...batch))

  const until: WatchedNetwork['until'] = (what, condition, ms = 20_000) =>
    new Promise((resolve, reject) => {
      const check = () => {
        if (!condition(network.state)) return
        clearTimeout(timer)
        stop()
        resolve()
      }
      const stop = network.subscribe(check)
      const timer = setTimeout(() => {
        stop()
        const nodes = Object.values(network.state.nodes).map(
          n => `${n.name} ${n.phase} ${n.mesh.length} mesh`,
        )
        reject(new Error(`not within ${ms} ms: ${what}\n${nodes.join('\n')}`))
      }, ms)
      check()
    })

  return Object.defineProperties(
    {
      ...network,
      events,
      eventsOf: <T extends NetworkEventType>(type: T) =>
        events.filter((e): e is EventOf<T> => e.type === type),
      until,
      async deliver({ node, text = 'hello', count }: { node?: string; text?: string; count?: number } = {}) {
        const { message } = await network.broadcast({ text, ...(node === undefined ? {} : { node }) })
        await until(`${text} reaches everyone`, state => {
          const m = state.messages.find(m => m.id === message)
          return m?.publisher !== undefined && Object.keys(m.deliveries).length >= (count ?? m.targets.length)
        })
        return message
      },
    },
    { state: { get: () => network.state } },
  ) as WatchedNetwork
}

/** Whether a process with this pid exists. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** What the design promises: none of the processes that depended on a killed one is left after this. Milliseconds. */
const PROMISED_MS = 2_000

/**
 * Resolves when none of the processes exists. Fails when one still does after PROMISED_MS, or on a machine that is so
 * busy that the shortest Node process takes over a twentieth of that, after twenty such processes.
 */
export async function gone(pids: readonly number[]): Promise<void> {
  const start = performance.now()
  const elapsed = () => performance.now() - start
  let limit = Infinity
  spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }).once('exit', () => {
    limit = Math.max(PROMISED_MS, 20 * elapsed())
  })
  while (pids.some(exists)) {
    if (elapsed() > limit)
      throw new Error(`still running after ${Math.round(elapsed())} ms: ${pids.filter(exists).join(', ')}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
