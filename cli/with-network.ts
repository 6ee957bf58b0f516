/** A network for the time of a command: recorded where that was asked for, its start shown, and ended whatever happens. */
import { createNetwork, type Network } from '../network/orchestrator/network.ts'
import { string } from './arguments.ts'
import type { Arguments } from './command.ts'
import { dist } from './installation.ts'
import { progressLine, type ProgressLine } from './progress-line.ts'
import { recordTo } from './record-option.ts'

/** Resolves to what `use` resolves to, when nothing of the network is left and its recording is whole. */
export async function withNetwork<T>(
  values: Arguments['values'],
  use: (network: Network, line: ProgressLine) => Promise<T>,
): Promise<T> {
  const network = createNetwork({ dist })
  const stopRecording = await recordTo(string(values, 'record'), network)
  const line = progressLine()
  try {
    line.follow(network)
    return await use(network, line)
  } finally {
    line.end()
    await network.stopAll()
    await stopRecording()
  }
}
