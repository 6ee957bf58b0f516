/**
 * What a node process pays most for when it starts a node is code that runs for the first time. A process that waits for its node can have run it before.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { NetworkEvent } from '../events.ts'
import { startNode, type RunningNode } from './node.ts'

const TOPIC = 'p2plab/rehearsal'
/** They take a tenth of a second. Milliseconds. */
const PATIENCE_MS = 5_000

/**
 * Starts two nodes in this process that belong to no network, waits until each has the other in its gossip mesh, and ends them. Resolves to whether they got
 * there: not where `signal` was aborted, PATIENCE_MS are over, or a node cannot start here, which a start will tell. Never rejects.
 */
export async function rehearse(signal: AbortSignal): Promise<boolean> {
  const met = new Map<string, () => void>()
  const until = ['n1', 'n2'].map(name => new Promise<void>(resolve => met.set(name, resolve)))
  const listening = new Map<string, { peer: string; addresses: string[] }>()
  const note = (event: NetworkEvent) => {
    if (event.type === 'node-listening') {
      const { node, peerId: peer, addresses } = event
      listening.set(node, { peer, addresses: [...addresses] })
    }
    if (event.type === 'mesh' && event.peers.length > 0) met.get(event.node)?.()
  }
  const timer = new AbortController()
  const givenUp = delay(PATIENCE_MS, false, { signal: AbortSignal.any([signal, timer.signal]) })
  // It may be aborted before anything waits for it.
  givenUp.catch(() => undefined)
  const nodes: RunningNode[] = []
  try {
    for (const name of met.keys()) {
      if (signal.aborted) return false
      const spec = { name, seed: randomBytes(32).toString('hex'), topic: TOPIC }
      nodes.push(await startNode(spec, note, () => undefined))
    }
    nodes[0]!.setLinks([listening.get('n2')!])
    return await Promise.race([Promise.all(until).then(() => true), givenUp])
  } catch {
    return false
  } finally {
    timer.abort()
    await Promise.allSettled(nodes.map(node => node.kill()))
  }
}
