/** The transcript of a check as people read it: one line for each transmission, its bytes under it as hex beside text. */
import type { Transmission, WireEvent } from '../../../network/events.ts'
import { count } from '../kit/finding.ts'
import { hexRow } from '../../../network/events/hexdump.ts'
import { FAULT } from './transcript.ts'

const INDENT = ' '.repeat(14)

/** Times are milliseconds since the first transmission. No line ends in a line feed. */
export function transcriptLines(events: readonly WireEvent[]): string[] {
  const lanes = events.filter(event => event.type === 'check-lane')
  const programs = new Set(lanes.filter(({ role }) => role === 'program').map(({ lane }) => lane))
  const started = events.find(event => event.type === 'check-transmission')?.at ?? 0
  return events.flatMap(event => {
    switch (event.type) {
      case 'check-lane':
        return []
      case 'check-left-out':
        return [`${INDENT}… ${count(event.transmissions, 'transmission')} left out …`]
      case 'check-transmission':
        return [line(event, started, programs), ...dump(event)]
    }
  })
}

function line(event: Transmission, started: number, programs: ReadonlySet<string>): string {
  const { from, to, kind, text, bytes, fault, parts, until } = event
  const own = programs.has(from) ? to : from
  const program = programs.has(from) ? from : to
  const between = programs.has(from) && programs.has(to)
  const arrow = between ? `${from} → ${to}` : own === to ? `${program} → checker` : `checker → ${program}`
  const ms = (time: number) => `${(time - started).toFixed(1)} ms`
  const size = bytes === undefined ? '' : count(bytes, 'byte')
  const pieces = parts === undefined ? '' : ` in ${parts} parts, until ${ms(until ?? event.at)}`
  const what =
    kind === 'control' || (between && fault === undefined)
      ? [text ?? '', between ? size : ''].filter(Boolean).join(', ')
      : kind === 'bytes'
        ? `${own}: ${size}${pieces}`
        : kind === 'datagram'
          ? `${own}: datagram of ${size}`
          : kind === 'fault'
            ? `${FAULT} ${own}: ${fault ?? ''}${size && ` (${size})`}`
            : `${own}: ${text ?? kind}`
  return `${ms(event.at).padStart(INDENT.length - 2)}  ${arrow}  ${what}`
}

/** The first bytes, and how many more there were. */
function dump({ head = '', bytes = 0 }: Transmission): string[] {
  const shown = Buffer.from(head, 'hex')
  const rows = []
  for (let offset = 0; offset < shown.length; offset += 16) rows.push(`${INDENT}  ${hexRow(shown, offset)}`)
  if (bytes > shown.length && shown.length > 0) {
    rows.push(`${INDENT}  (the first ${shown.length} of ${count(bytes, 'byte')})`)
  }
  return rows
}
