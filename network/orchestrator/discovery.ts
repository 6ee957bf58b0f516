/** Chooses how the nodes of a network find each other, and says so in plain words where it is not what one would expect. */
import { randomInt } from 'node:crypto'
import type { Discovery } from '../events.ts'
import { NetworkError } from '../failure.ts'
import type { NodeSpec } from '../node-messages.ts'
import { multicastProblem } from './multicast-probe.ts'

/** Every mDNS question is answered by everyone to everyone: n³ packets a round. 25 nodes are 15,625. */
export const MAX_MDNS_NODES = 25
/** Between the questions of one node, milliseconds: libp2p's default, after the early ones of node/loopback-mdns.ts. */
const QUERY_INTERVAL_MS = 10_000

export interface DiscoveryChoice {
  discovery: Discovery
  mdns?: NonNullable<NodeSpec['mdns']>
  notice?: { level: 'info' | 'warning'; text: string }
}

/** Rejects with a NetworkError when `wanted` cannot be had at all. `platform` is where the nodes run. */
export async function chooseDiscovery(
  wanted: Discovery | undefined,
  nodes: number,
  platform: NodeJS.Platform = process.platform,
): Promise<DiscoveryChoice> {
  if (wanted === 'assigned') return { discovery: 'assigned' }
  if (nodes > MAX_MDNS_NODES) {
    if (wanted === 'mdns') {
      throw new NetworkError({
        step: 'choose the discovery',
        cause: `mDNS with ${nodes} nodes would send about ${nodes ** 3} packets per round, because every node answers every other node`,
        remedy: `Use at most ${MAX_MDNS_NODES} nodes, or assigned addresses`,
      })
    }
    const text = `Above ${MAX_MDNS_NODES} nodes, mDNS floods the machine, so the nodes get assigned addresses instead of discovering each other.`
    return { discovery: 'assigned', notice: { level: 'info', text } }
  }
  // A port and a tag of its own, so that two networks on one machine do not discover each other's nodes.
  const port = randomInt(20_000, 30_000)
  const problem = await multicastProblem(port, platform)
  if (problem !== undefined) {
    const text = `Multicast does not work on this machine (${problem}), so the nodes get assigned addresses instead of discovering each other.`
    return { discovery: 'assigned', notice: { level: 'warning', text } }
  }
  const serviceTag = `_p2plab-${randomInt(2 ** 40).toString(36)}._udp.local`
  return { discovery: 'mdns', mdns: { serviceTag, port, queryIntervalMs: QUERY_INTERVAL_MS } }
}
