/**
 * Makes media/broadcast.png, the moving picture in README.md: a broadcast in a real network of 20 nodes, as the live view's time slider
 * shows it, slowed down. Needs a build.
 */
import path from 'node:path'
import { watchDeliveries } from '../cli/deliveries.ts'
import type { NetworkEvent } from '../network/events.ts'
import { createNetwork } from '../network/orchestrator/network.ts'
import { between, film, spanOf } from './animation/film.ts'
import { root } from './vscode/paths.ts'

const NODES = 20
const FRAMES = 48
const DEADLINE_MS = 30_000

const network = createNetwork({ dist: path.join(root, 'dist') })
const events: NetworkEvent[] = []
network.subscribe((_first, batch) => events.push(...batch))
let message = ''
try {
  await network.start({ nodes: NODES, topology: 'random', seed: 7 })
  const deliveries = watchDeliveries(network)
  const signal = AbortSignal.timeout(DEADLINE_MS)
  ;({ message } = await network.broadcast({ node: 'n1', text: 'hello, peers' }))
  await deliveries.arrived(message, NODES - 1, signal)
} finally {
  const seen = [...events]
  await network.stopAll()
  events.splice(0, events.length, ...seen)
}
const { from, to } = spanOf(events, message)
await film({
  events,
  nodes: NODES,
  moments: between(from, to, FRAMES),
  file: path.join(root, 'media/broadcast.png'),
  viewport: { width: 760, height: 760 },
})
