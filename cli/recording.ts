/** `--record FILE`: every event of a network goes into a trace. */
import { now } from '../network/clock.ts'
import type { Network } from '../network/orchestrator/network.ts'
import { createTrace } from '../network/trace.ts'
import { oneLine } from './arguments.ts'
import { UsageError, type Option } from './command.ts'

export const recordOption: Readonly<Record<string, Option>> = {
  record: {
    type: 'string',
    value: 'FILE',
    description: 'Write every event to FILE, one JSON object a line. FILE must not exist.',
  },
}

/** Begins to record; call what it resolves to when the network is gone. Rejects with a UsageError when the file cannot be had. */
export async function recordTo(file: string | undefined, network: Network): Promise<() => Promise<void>> {
  if (file === undefined) return () => Promise.resolve()
  try {
    const onProblem = (reason: string) => {
      const text = `The recording ${file} stopped: ${reason}. The network goes on without it.`
      network.note({ type: 'notice', at: now(), level: 'warning', text: oneLine(text) })
    }
    const trace = await createTrace(file, { onProblem })
    network.subscribe((_first, events) => trace.write(events))
    return () => trace.close()
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST'
    const reason = exists ? 'the file exists already; name a new one' : oneLine((error as Error).message)
    throw new UsageError(`--record ${oneLine(file)}: ${reason}.`)
  }
}
