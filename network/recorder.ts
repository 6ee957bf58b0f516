/**
 * Records a network that runs, or one that is about to start: from its start on, as far as that is kept, and to its end. Reducing what
 * is in the file gives the network's state, but for its position in the log.
 */
import path from 'node:path'
import { now } from './clock.ts'
import type { NetworkEvent } from './events.ts'
import { NetworkError } from './failure.ts'
import type { EventBuffer } from './event-buffer.ts'
import type { Network } from './orchestrator/network-api.ts'
import { parts } from './state/recording.ts'
import { createTrace, type TraceOptions } from './trace/writer.ts'

/** Events that are made into text at once: about 2 ms. */
const PART = 400
/** What may wait to be made into text. Beyond it the writer gets it all, and judges whether the disk is too slow. */
const MAX_WAITING = 100_000

export interface Recorder {
  /** Begins, and resolves when all from before is written. Rejects with a NetworkError when there is a recording or no such file can be made. */
  start(file: string): Promise<{ file: string }>
  /** Resolves when the file is whole. Rejects with a NetworkError when nothing is recorded. */
  stop(): Promise<{ file: string }>
  /** Ends the recording, if there is one. Resolves when the file is whole, also where the recording ended by itself. */
  close(): Promise<void>
  /** Resolves when no file of a recording that ended is still being closed. */
  settled(): Promise<void>
}

export type RecorderOptions = Pick<TraceOptions, 'open' | 'maxWaiting'> & {
  /** What happened before. Left out: a recording begins with the state of its network. */
  kept?: EventBuffer
}

interface Recording {
  file: string
  /** Ends it: nothing more is written. Resolves when the file is whole. */
  end(problem?: string): Promise<void>
}

export function createRecorder(
  network: Pick<Network, 'state' | 'subscribe' | 'note'>,
  { kept, ...traceOptions }: RecorderOptions = {},
): Recorder {
  let current: Recording | 'opening' | undefined
  let closing: Promise<unknown> = Promise.resolve()

  const begin = async (file: string): Promise<Recording> => {
    const name = path.basename(file)
    const trace = await createTrace(file, {
      ...traceOptions,
      onProblem: reason => later(() => recording.end(reason)),
    })
    const { start, events } = kept?.beginning() ?? { start: network.state, events: [] }
    let waiting: NetworkEvent[] | undefined = [...parts(start), ...events]
    const unsubscribe = network.subscribe((_first, batch) => {
      if (!waiting) trace.write(batch)
      else if (waiting.push(...batch) > MAX_WAITING) catchUp()
      if (batch.at(-1)?.type === 'network-stopped') later(() => recording.end())
    })
    const catchUp = () => {
      if (waiting) trace.write(waiting)
      waiting = undefined
    }
    const recording: Recording = {
      file,
      async end(problem) {
        if (current !== recording) return
        current = undefined
        if (problem === undefined) catchUp()
        else {
          const text = `The recording ${name} stopped: ${problem}. The network keeps running.`
          network.note({ type: 'notice', at: now(), level: 'warning', text: text.replace(/\p{Cc}+/gu, ' ') })
        }
        network.note({
          type: 'recording-stopped',
          at: now(),
          file: name,
          ...(problem === undefined ? {} : { problem }),
        })
        unsubscribe()
        const closed = trace.close()
        // A disk that hangs must not hold up the end of the network.
        if (problem === undefined) await (closing = Promise.all([closing, closed]))
      },
    }
    current = recording
    network.note({ type: 'recording-started', at: now(), file: name })
    while (waiting && waiting.length > 0 && current === recording) {
      trace.write(waiting.splice(0, PART))
      await trace.ready()
    }
    waiting = undefined
    // It may have ended while the file was opened.
    if (network.state.phase === 'stopped') await recording.end()
    return recording
  }

  return {
    async start(file) {
      if (current !== undefined) throw refusal('it is already being recorded', 'Stop that recording first')
      current = 'opening'
      try {
        await begin(file)
        return { file }
      } catch (error) {
        current = undefined
        throw refusal(...reasonOf(error as NodeJS.ErrnoException))
      }
    },
    async stop() {
      if (typeof current !== 'object') throw refusal('it is not being recorded', 'Start a recording first')
      const { file, end } = current
      await end()
      return { file }
    },
    async close() {
      if (typeof current === 'object') await current.end()
      await closing
    },
    settled: async () => void (await closing),
  }
}

/** Who listens to events hears them in their order: nobody adds one while others are still being told of the last. */
const later = (action: () => unknown) => queueMicrotask(() => void action())

const refusal = (cause: string, remedy: string) =>
  new NetworkError({ step: 'record the network', cause, remedy })

function reasonOf({ code, message }: NodeJS.ErrnoException): [cause: string, remedy: string] {
  if (code === 'EEXIST') return ['the file already exists', 'Name a new file']
  if (code === 'ENOENT') return ['the folder does not exist', 'Name an existing folder']
  return [message, 'Choose another location']
}
