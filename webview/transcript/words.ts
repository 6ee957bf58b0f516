/** What the page says about a transmission. Pure. */
import {
  hexRow,
  printable,
  ROW_BYTES,
  type Transmission,
  type TransmissionKind,
} from '../../network/events.ts'
import { plural } from '../format.ts'

/** What each kind of transmission is called, and what it means. */
export const KINDS: Record<TransmissionKind, { word: string; means: string }> = {
  connect: { word: 'connect', means: 'opens a connection' },
  refused: { word: 'refused', means: 'the connection was refused' },
  open: { word: 'open', means: 'opens a libp2p stream on a connection' },
  bytes: { word: 'bytes', means: 'stream bytes; bytes that arrive close together share one arrow' },
  datagram: { word: 'datagram', means: 'one UDP datagram' },
  fin: { word: 'FIN', means: 'this side is done sending but still reads' },
  rst: { word: 'RST', means: 'the connection is reset, and both directions end at once' },
  close: { word: 'close', means: 'the connection is closed' },
  control: { word: 'control', means: 'a command from the checker on standard input, or the answer' },
  fault: { word: 'fault', means: 'an injected network fault, such as a lost datagram' },
}

export const ms = (time: number): string => `${time.toFixed(1)} ms`

/** What it carried, as in "5 bytes in 2 parts, until 12.3 ms". */
export function whatText({ kind, text, bytes, fault, parts, until }: Transmission, started: number): string {
  const size = bytes === undefined ? '' : plural(bytes, 'byte')
  const pieces =
    parts === undefined
      ? ''
      : ` in ${parts} parts${until === undefined ? '' : `, until ${ms(until - started)}`}`
  return [kind === 'fault' ? (fault ?? '') : (text ?? ''), `${size}${pieces}`].filter(Boolean).join(' · ')
}

/** One transmission in a line. */
export const lineText = (event: Transmission, at: number): string => {
  const what = whatText(event, event.at - at)
  return `${ms(at)}  ${event.from} → ${event.to}: ${KINDS[event.kind].word}${what === '' ? '' : `, ${what}`}`
}

const bytesOf = (head: string): Uint8Array =>
  Uint8Array.from(head.match(/../g) ?? [], pair => parseInt(pair, 16))

/** The first `most` bytes as text, on one line. */
export function glance({ head = '', bytes = 0 }: Pick<Transmission, 'head' | 'bytes'>, most: number): string {
  const shown = bytesOf(head).slice(0, most)
  return `${printable(shown)}${shown.length > 0 && bytes > shown.length ? '…' : ''}`
}

/** The first bytes as hex beside text, sixteen a row; empty where there are none. `head` is lower-case hex. */
export function dump({ head = '', bytes }: Pick<Transmission, 'head' | 'bytes'>): string {
  const shown = bytesOf(head)
  const rows: string[] = []
  for (let at = 0; at < shown.length; at += ROW_BYTES) rows.push(hexRow(shown, at, 4))
  if (shown.length > 0 && bytes !== undefined && bytes > shown.length)
    rows.push(`(the first ${shown.length} of ${plural(bytes, 'byte')})`)
  return rows.join('\n')
}
