/** One network, in which the same number of messages is sent with the observer on and with it off. */
import { setTimeout as wait } from 'node:timers/promises'
import { percentile } from '../../cli/deliveries.ts'
import { createNetwork, type Network } from '../../network/orchestrator/network.ts'
import { seededRandom } from '../../network/random.ts'
import { createControl, textOf, type Control } from './control.ts'

/** Sent first, with the observer on, and not measured: the code is compiled by then. */
const WARM_UP = 10
/** For one message. A heartbeat of gossip is 1 s, and this machine may be busy. Milliseconds. */
const DELIVERY_DEADLINE_MS = 30_000
/** After the last message: copies are still on their way, and events of them. Milliseconds. */
const QUIET_MS = 300

export interface Window {
  p50Ms: number
  /** Of all processes, for one message. */
  cpuMs: number
}
export interface BothWays {
  on: Window
  off: Window
}
export interface BothWaysOptions {
  /** The folder with the bench's node.mjs. */
  dist: string
  nodes: number
  messages: number
  bytes: number
  /** Decides the graph, the identities and the publishers. */
  seed: number
  onFirst: boolean
  signal: AbortSignal
}

/** Rejects with one sentence when a message was lost, or when nodes reported although the observer was off. */
export async function bothWays(options: BothWaysOptions): Promise<BothWays> {
  const { dist, nodes, messages, seed, onFirst, signal } = options
  const control = await createControl()
  process.env['P2PLAB_BENCH_PORT'] = String(control.port)
  const network = createNetwork({ dist })
  let reports = 0
  network.subscribe((_first, events) => {
    reports += events.filter(({ type }) => type === 'received' || type === 'duplicate').length
  })
  try {
    await network.start({ nodes, topology: 'random', discovery: 'assigned', seed }, { signal })
    const send = sender(network, control, options)
    const measure = async (on: boolean): Promise<Window> => {
      await control.observe(on)
      await wait(QUIET_MS, undefined, { signal })
      const before = { cpuMs: await cpu(control), reports }
      const times = await send(messages)
      await wait(QUIET_MS, undefined, { signal })
      const cpuMs = ((await cpu(control)) - before.cpuMs) / messages
      const expected = on ? times.length : 0
      const reported = reports - before.reports
      if (on ? reported < expected : reported > 0)
        throw new Error(`with the observer ${on ? 'on' : 'off'} the nodes reported ${reported} receipts.`)
      return { p50Ms: percentile(times, 0.5), cpuMs }
    }
    await send(WARM_UP)
    if (onFirst) return { on: await measure(true), off: await measure(false) }
    const off = await measure(false)
    return { on: await measure(true), off }
  } finally {
    await network.stopAll()
    control.close()
    delete process.env['P2PLAB_BENCH_PORT']
  }
}

/** Of the node processes and of this one, which is the orchestrator. Milliseconds since they started. */
async function cpu(control: Control): Promise<number> {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000 + (await control.cpuMs())
}

/** Sends messages, each when the last one is everywhere; the result gives all their propagation times, milliseconds. */
function sender(network: Network, control: Control, options: BothWaysOptions) {
  const { nodes, bytes, seed, signal } = options
  const random = seededRandom(seed)
  let key = 0
  return async (count: number): Promise<number[]> => {
    const times: number[] = []
    for (let i = 0; i < count; i++) {
      signal.throwIfAborted()
      const node = `n${1 + Math.floor(random() * nodes)}`
      await network.broadcast({ node, text: textOf(++key, bytes) })
      const deadline = AbortSignal.timeout(DELIVERY_DEADLINE_MS)
      const arrived = control.arrived(key, nodes - 1, AbortSignal.any([signal, deadline]))
      times.push(
        ...(await arrived.catch(() => {
          signal.throwIfAborted()
          throw new Error(
            `a message of ${node} did not reach all nodes within ${DELIVERY_DEADLINE_MS / 1_000} s.`,
          )
        })),
      )
    }
    return times
  }
}
