/** `p2plab broadcast`: starts a network, publishes messages from random nodes, counts who got them, stops everything. */
import { availableParallelism } from 'node:os'
import { MAX_BROADCAST_BYTES } from '../network/limits.ts'
import type { Network } from '../network/orchestrator/network.ts'
import { seededRandom } from '../network/random.ts'
import { usage } from '../network/usage.ts'
import { integer } from './arguments.ts'
import { EXIT, type Command } from './command.ts'
import { networkOptions, readNetworkOptions } from './network-options.ts'
import { percentile, watchDeliveries } from './deliveries.ts'
import { recordOption } from './record-option.ts'
import { withNetwork } from './with-network.ts'

const MAX_MESSAGES = 10_000
/**
 * The next message waits until the last one has arrived everywhere, so that the times are those of an idle network; but no longer
 * than this, milliseconds. A gossip heartbeat is 1 s: what a mesh lost, gossip brings within a few of them.
 */
const DELIVERY_DEADLINE_MS = 5_000

export interface BroadcastResult {
  nodes: number
  messages: number
  expected: number
  delivered: number
  duplicates: number
  failedDials: number
  readyMs: number
  p50Ms: number
  p99Ms: number
  rssMb: number
  cpuMs: number
}

export const broadcast: Command = {
  name: 'broadcast',
  summary: 'Start a network, broadcast messages and count the deliveries.',
  usage:
    'broadcast [--nodes 10] [--messages 20] [--size 256] [--topology random] [--discovery D] [--seed N] [--record FILE] [--json]',
  options: {
    ...networkOptions,
    ...recordOption,
    messages: {
      type: 'string',
      value: 'N',
      description: `Number of messages, 1 to ${MAX_MESSAGES}. Default: 20.`,
    },
    size: {
      type: 'string',
      value: 'BYTES',
      description: `Size of each message in bytes, 1 to ${MAX_BROADCAST_BYTES}. Default: 256.`,
    },
  },
  async run({ values, signal }) {
    const options = readNetworkOptions(values)
    const messages = integer(values, 'messages', 1, MAX_MESSAGES) ?? 20
    const size = integer(values, 'size', 1, MAX_BROADCAST_BYTES) ?? 256
    return await withNetwork(values, async (network, line) => {
      // The command began when this process did.
      const { readyMs, discovery } = await network.start(options, {
        startedAt: performance.timeOrigin,
        signal,
      })
      const random = options.seed === undefined ? Math.random : seededRandom(options.seed)
      const measured = await measure(network, { messages, size, random, signal, onMessage: line.show })
      const [nodes, own] = [await network.usage(), usage()]
      const result: BroadcastResult = {
        nodes: options.nodes,
        messages,
        expected: measured.expected,
        delivered: measured.delivered,
        duplicates: measured.duplicates,
        failedDials: network.state.totals.failedDials,
        readyMs,
        p50Ms: measured.p50Ms,
        p99Ms: measured.p99Ms,
        rssMb: Math.round((nodes.rss + own.rss) / 2 ** 20),
        cpuMs: nodes.cpuMs + own.cpuMs,
      }
      line.end()
      process.stdout.write(values['json'] ? `${JSON.stringify(result)}\n` : describe(result, discovery))
      if (signal.aborted) return EXIT.interrupted
      return result.delivered === result.expected ? EXIT.pass : EXIT.fail
    })
  },
}

interface MeasureOptions {
  messages: number
  size: number
  random: () => number
  signal: AbortSignal
  onMessage: (text: string) => void
}

type Measured = Pick<BroadcastResult, 'expected' | 'delivered' | 'duplicates' | 'p50Ms' | 'p99Ms'>

async function measure(
  network: Network,
  { messages, size, random, signal, onMessage }: MeasureOptions,
): Promise<Measured> {
  const deliveries = watchDeliveries(network)
  const names = Object.keys(network.state.nodes)
  for (let i = 0; i < messages && !signal.aborted; i++) {
    const node = names[Math.floor(random() * names.length)]!
    const { message } = await network.broadcast({ node, size })
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(DELIVERY_DEADLINE_MS)])
    await deliveries.arrived(message, names.length - 1, deadline)
    onMessage(`message ${i + 1} of ${messages}`)
  }
  deliveries.stop()
  const times = deliveries.times()
  return {
    expected: messages * (names.length - 1),
    delivered: times.length,
    duplicates: network.state.totals.duplicates,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
  }
}

function describe(r: BroadcastResult, discovery: string): string {
  const share = r.expected === 0 ? 100 : Math.floor((r.delivered / r.expected) * 1_000) / 10
  return [
    `${r.nodes} nodes (${discovery === 'mdns' ? 'discovered through mDNS' : 'assigned addresses'}) ready in ${r.readyMs} ms, ${r.failedDials} failed dials`,
    `${r.messages} messages: ${r.delivered} of ${r.expected} deliveries (${share}%), ${r.duplicates} duplicates`,
    `propagation p50 ${r.p50Ms} ms, p99 ${r.p99Ms} ms; memory ${r.rssMb} MiB, ${Math.round(r.cpuMs / 100) / 10} s of CPU on ${availableParallelism()} cores`,
    '',
  ].join('\n')
}
