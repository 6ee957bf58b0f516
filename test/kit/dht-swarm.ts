/** A network of real nodes of BitTorrent's DHT on loopback: those of bittorrent-dht (npm), which WebTorrent stands on. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type DHT from 'bittorrent-dht'
import type { Context } from 'mocha'
import { skipBecause } from './platform.ts'

const HOST = '127.0.0.1'

export interface SwarmNode {
  id: Buffer
  /** As exercises write addresses. */
  address: string
  dht: DHT
}

/** Nodes that know each other as far as their routing tables have room. Each has joined by the first one. Skips the tests where the package is missing. */
export async function startSwarm(context: Context, size: number): Promise<SwarmNode[]> {
  const Node = await import('bittorrent-dht').then(
    module => module.default,
    () => skipBecause(context, 'bittorrent-dht is not installed'),
  )
  const swarm: SwarmNode[] = []
  for (let i = 0; i < size; i++) {
    const id = randomBytes(20)
    const dht = new Node({ host: HOST, nodeId: id, bootstrap: i === 0 ? false : [swarm[0]!.address] })
    // A query to a node that has gone.
    dht.on('warning', () => {})
    const ready = once(dht, 'ready')
    dht.listen(0, HOST)
    await once(dht, 'listening')
    swarm.push({ id, address: `${HOST}:${dht.address().port}`, dht })
    await ready
  }
  return swarm
}

export const stopSwarm = async (swarm: readonly SwarmNode[]): Promise<void> =>
  void (await Promise.all(swarm.map(({ dht }) => new Promise<void>(resolve => dht.destroy(resolve)))))
