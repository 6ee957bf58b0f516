/** What the view says about a recording. Pure. */
import { plural } from '../format.ts'
import { MAX_EVENTS, type EventLog } from '../time/log.ts'
import type { Recording } from './feed.ts'

/** When it was made, as people write it; what the file says, where that is no date. */
export function madeText(createdAt: string): string {
  const at = new Date(createdAt)
  return Number.isNaN(at.getTime())
    ? createdAt
    : at.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })
}

/** A length that people compare: 800 ms, 12.4 s, 3 min 05 s. */
export function lengthText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** The view had to let go of its beginning. */
export const isCut = (log: EventLog): boolean => log.last - log.first >= MAX_EVENTS

/** What is odd about the recording, a sentence each. */
export function notesText(
  recording: Recording,
  log: EventLog,
): { level: 'warning' | 'info'; text: string }[] {
  const kept = log.last - log.first
  const time = (at: number) => new Date(at).toLocaleTimeString('en')
  const part = `It shows the last ${plural(kept, 'event')} of ${recording.events.toLocaleString('en')}, starting at ${time(log.timeAt(log.first))}.`
  return [
    ...(recording.changed === 'changed'
      ? [
          {
            level: 'warning' as const,
            text: 'The file changed after it was read. Reload to show the current content.',
          },
        ]
      : []),
    ...(recording.changed === 'deleted'
      ? [
          {
            level: 'warning' as const,
            text: 'The file was deleted or moved. The view shows what was read before.',
          },
        ]
      : []),
    ...(isCut(log)
      ? [{ level: 'info' as const, text: `This recording is too long for the view. ${part}` }]
      : []),
    ...recording.notes.map(text => ({ level: 'info' as const, text })),
  ]
}
