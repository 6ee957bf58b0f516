/** Networks that are kept and started again another day. The identities stay in this process. */
import * as v from 'valibot'
import { now } from '../clock.ts'
import { needReady } from '../refusals.ts'
import {
  loadNetwork,
  savedFolder,
  saveNetwork,
  startOptionsOf,
  summarizeNetworks,
} from '../saved-networks.ts'
import { operation, START_ANSWER_MS } from './operation.ts'

const name = v.pipe(v.string(), v.maxLength(200))

export const savedNetworkOperations = {
  /** Keeps identities, links and settings of the running network under a name that is new. */
  saveNetwork: operation({
    arguments: { name },
    async perform({ network }, given) {
      needReady(network.state, 'save the network')
      return { file: await saveNetwork(savedFolder(), { name: given.name, ...network.definition() }) }
    },
  }),
  /** Starts a saved network, as `start` does. */
  loadNetwork: operation({
    arguments: { name },
    answerMs: START_ANSWER_MS,
    startsProcess: true,
    async perform({ network, signal }, given) {
      const startedAt = now()
      const options = startOptionsOf(await loadNetwork(savedFolder(), given.name))
      return await network.start(options, { startedAt, signal })
    },
  }),
  /** Sorted by name. */
  savedNetworks: operation({
    arguments: {},
    startsProcess: true,
    perform: async () => ({ networks: await summarizeNetworks(savedFolder()) }),
  }),
}
