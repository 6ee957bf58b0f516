/** What an operation of a network is: what can be asked for, and what is then done. One entry of the table (table.ts) each. */
import type * as v from 'valibot'
import type { Network } from '../orchestrator/network-api.ts'
import type { Recorder } from '../recorder.ts'

/** The orchestrator has deadlines of its own, all shorter: these only end a request to a process that hangs. Milliseconds. */
export const ANSWER_MS = 60_000
export const START_ANSWER_MS = 300_000

export interface Context {
  network: Network
  recorder: Recorder
  /** Aborted when the host gives up on the operation. */
  signal: AbortSignal
}

interface Entry<Arguments extends v.ObjectEntries, Result> {
  /** What it takes, by name. */
  arguments: Arguments
  /** Throws a NetworkError where it cannot be done. Without a result the answer says that it is done. */
  perform(
    context: Context,
    given: v.InferOutput<v.ObjectSchema<Arguments, undefined>>,
  ): Promise<Result> | Result
  /** How long the host waits for the answer, milliseconds. Left out: ANSWER_MS. */
  answerMs?: number
  /** Needs the network process and not a network that runs: a host starts the process for it. */
  startsProcess?: true
}

export interface OperationEntry<
  Arguments extends v.ObjectEntries = v.ObjectEntries,
  Result = unknown,
  Progress extends boolean = boolean,
> extends Required<Omit<Entry<Arguments, Result>, 'startsProcess'>> {
  startsProcess: boolean
  progress: Progress
}

/** An entry with what it leaves out. `progress`: whether a face shows that it is under way once it takes a while. */
export const operation = <
  const Arguments extends v.ObjectEntries,
  Result,
  const Progress extends boolean = false,
>(
  entry: Entry<Arguments, Result> & { progress?: Progress },
): OperationEntry<Arguments, Result, Progress> => ({
  answerMs: ANSWER_MS,
  ...entry,
  startsProcess: entry.startsProcess ?? false,
  progress: (entry.progress ?? false) as Progress,
})
