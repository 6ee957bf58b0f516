/** `--record FILE`: every event of a network goes into a trace. */
import { NetworkError } from '../network/failure.ts'
import type { Network } from '../network/orchestrator/network.ts'
import { createRecorder } from '../network/recorder.ts'
import { oneLine } from './arguments.ts'
import { UsageError, type Option } from './command.ts'

export const recordOption: Readonly<Record<string, Option>> = {
  record: {
    type: 'string',
    value: 'FILE',
    description: 'Write every event to FILE, one JSON object per line. FILE must not exist yet.',
  },
}

/** Begins to record; call what it resolves to when the network is gone. Rejects with a UsageError when the file cannot be had. */
export async function recordTo(file: string | undefined, network: Network): Promise<() => Promise<void>> {
  if (file === undefined) return () => Promise.resolve()
  const recorder = createRecorder(network)
  try {
    await recorder.start(file)
    return recorder.close
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    const { cause, remedy } = error.failure
    const reason = `${cause}; ${remedy.charAt(0).toLowerCase()}${remedy.slice(1)}`
    throw new UsageError(`--record ${oneLine(file)}: ${oneLine(reason)}.`)
  }
}
