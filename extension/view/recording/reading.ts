/** Reads a recording from its beginning to its end, a part at a time, and says what is odd about it. Knows no vscode. */
import type { NetworkEvent } from '../../../network/events.ts'
import { fileProblem } from '../../../network/file-problem.ts'
import { readTrace, TraceError, type TraceItem } from '../../../network/trace.ts'
import { t } from '../../l10n.ts'

/** Why a file cannot be shown, as a sentence. */
export class Unreadable extends Error {}

export interface Reading {
  /** What the header says of when it was made. Rejects with Unreadable. */
  createdAt(): Promise<string>
  /** The next events, `most` of them at the most; fewer, or none, at the end. Rejects with Unreadable when there is nothing at all. */
  next(most: number): Promise<NetworkEvent[]>
  /** What is missing or odd in what was read so far, in a sentence each. */
  notes(): string[]
  /** Lets go of the file. */
  close(): void
}

export function readRecording(file: string): Reading {
  const items = readTrace(file)
  const odd = { dropped: 0, unknown: 0, firstUnknown: 0, networks: 0, late: false, torn: false }
  let stopped: string | undefined
  let broken: string | undefined
  let count = 0

  const take = (item: TraceItem): NetworkEvent | undefined => {
    switch (item.kind) {
      case 'event':
        if (item.event.type === 'network-started') odd.late = false
        if (item.event.type === 'recorded-network') odd.late = true
        if (BEGINS.has(item.event.type)) odd.networks++
        return item.event
      case 'dropped':
        odd.dropped += item.events
        return undefined
      case 'stopped':
        stopped = item.reason
        return undefined
      case 'unknown':
        if (odd.unknown++ === 0) odd.firstUnknown = item.line
        return undefined
      case 'torn':
        odd.torn = true
        return undefined
      case 'header':
        return undefined
    }
  }
  const notes = () => [
    ...(odd.networks > 1
      ? [t('The file contains {0} networks, one after another. This is the last one.', odd.networks)]
      : []),
    ...(odd.late ? [t('The recording started after its network did. Earlier events are not in it.')] : []),
    ...(odd.dropped > 0
      ? [t('{0} events are missing because the recording could not keep up with the network.', odd.dropped)]
      : []),
    ...(odd.unknown > 0
      ? [
          t(
            'Skipped lines that this version of P2P Lab does not recognize: {0}. The first is line {1}.',
            odd.unknown,
            odd.firstUnknown,
          ),
        ]
      : []),
    ...(odd.torn
      ? [t('The last line is incomplete and was skipped. The recording was interrupted or is still running.')]
      : []),
    ...(stopped === undefined ? [] : [t('The recording stopped before its network did: {0}.', stopped)]),
    ...(broken === undefined ? [] : [t('P2P Lab could read only the beginning: {0}.', broken)]),
  ]
  return {
    async createdAt() {
      try {
        const { value } = await items.next()
        return value?.kind === 'header' ? value.header.createdAt : ''
      } catch (error) {
        throw new Unreadable(t('Could not read this recording: {0}.', reason(error)))
      }
    },
    async next(most) {
      const events: NetworkEvent[] = []
      try {
        while (events.length < most) {
          const { done, value } = await items.next()
          if (done) break
          const event = take(value)
          if (event) events.push(event)
        }
      } catch (error) {
        broken = reason(error)
      }
      count += events.length
      if (count === 0) throw new Unreadable([t('This recording contains no events.'), ...notes()].join(' '))
      return events
    },
    notes,
    close: () => void items.return(undefined).catch(() => undefined),
  }
}

const BEGINS: ReadonlySet<NetworkEvent['type']> = new Set(['network-started', 'recorded-network'])

/** As a sentence's end. */
function reason(error: unknown): string {
  if (error instanceof TraceError) return error.message
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return t('the file does not exist')
  if (code === 'EACCES' || code === 'EPERM') return t('you do not have permission to read the file')
  return fileProblem(error).cause
}
