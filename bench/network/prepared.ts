/** A network of which the processes were there before it was wanted, as Start Local Network… has them while it asks. */
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startNetworkProcess } from '../../network/client.ts'

/** A user who reads two questions and presses Enter twice. Milliseconds. */
export const CHOOSING_MS = 2_000

/** From the last Enter to ready, in milliseconds. Rejects when the network does not start, and with the signal's reason. */
export async function readyAfterChoosing(
  dist: string,
  { nodes, seed }: { nodes: number; seed: number },
  signal: AbortSignal,
): Promise<number> {
  const network = startNetworkProcess({ module: path.join(dist, 'network.mjs') })
  try {
    await network.request({ op: 'prepare', nodes }, signal)
    await delay(CHOOSING_MS, undefined, { signal })
    const options = { nodes, topology: 'random', seed } as const
    return (await network.request({ op: 'start', options }, signal)).readyMs
  } finally {
    await network.end()
  }
}
