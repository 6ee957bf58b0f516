/** A real network for a test: started, watched, and gone when the test ends. */
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
