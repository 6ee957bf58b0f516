/** Lines on standard error about the nodes of other computers, as they come and go. */
import type { Network } from '../network/orchestrator/network.ts'
import { remotePeers } from '../network/state.ts'

/** Returns the function that ends it. */
export function followRemote(network: Network): () => void {
  const known = new Map(remotePeers(network.state).map(({ peer, address }) => [peer, address]))
  return network.subscribe(() => {
    const now = new Map(remotePeers(network.state).map(({ peer, address }) => [peer, address]))
    for (const [peer, address] of now)
      if (!known.has(peer)) process.stderr.write(`remote ${peer} connected, ${address}\n`)
    for (const [peer, address] of known)
      if (!now.has(peer)) process.stderr.write(`remote ${peer} disconnected, ${address}\n`)
    known.clear()
    for (const [peer, address] of now) known.set(peer, address)
  })
}
