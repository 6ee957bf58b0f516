/** The operations of protocol.ts that keep a network and start it again. The identities stay in this process. */
import { now } from './clock.ts'
import type { Network } from './orchestrator/network.ts'
import { needReady } from './refusals.ts'
import type { Operation, Results } from './protocol.ts'
import { loadNetwork, savedFolder, saveNetwork, startOptionsOf, summarizeNetworks } from './saved.ts'

type Saved = Extract<Operation, { op: 'saveNetwork' | 'loadNetwork' | 'savedNetworks' }>

export async function performSaved(
  network: Network,
  operation: Saved,
  signal: AbortSignal,
): Promise<Results[Saved['op']]> {
  const startedAt = now()
  switch (operation.op) {
    case 'saveNetwork': {
      needReady(network.state, 'save the network')
      const file = await saveNetwork(savedFolder(), { name: operation.name, ...network.portrait() })
      return { file }
    }
    case 'loadNetwork': {
      const options = startOptionsOf(await loadNetwork(savedFolder(), operation.name))
      return await network.start(options, { startedAt, signal })
    }
    case 'savedNetworks':
      return { networks: await summarizeNetworks(savedFolder()) }
  }
}
