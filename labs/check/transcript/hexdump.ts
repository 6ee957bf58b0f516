/** Bytes as text: whole messages in rows, and a few on one line. */
import { hexRow, printable, ROW_BYTES as ROW } from '../../../network/events/hexdump.ts'

/** Rows from the one that holds `around`, a few before it and more after it; what is left out is said. */
export function hexdump(bytes: Uint8Array, around = 0, rows = 16): string {
  const first = Math.max(0, Math.floor(around / ROW) - 4) * ROW
  const end = Math.min(bytes.length, first + rows * ROW)
  const lines = []
  if (first > 0) lines.push(`(${first} bytes before)`)
  for (let offset = first; offset < end; offset += ROW) lines.push(hexRow(bytes, offset))
  if (end < bytes.length) lines.push(`(${bytes.length - end} bytes after)`)
  lines.push(`(${bytes.length} bytes in all)`)
  return lines.join('\n')
}

/** The index of the first byte that differs, where one is longer: its first surplus byte; undefined when equal. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return i
  return a.length === b.length ? undefined : shorter
}

/** A few bytes on one line: `68 65 6c 6c 6f "hello"`, cut after `limit`. */
export function glance(bytes: Uint8Array, limit = 12): string {
  const head = bytes.subarray(0, limit)
  const hex = [...head].map(b => b.toString(16).padStart(2, '0')).join(' ')
  const more = bytes.length > limit ? '…' : ''
  return `${hex}${more && ` ${more}`}  |${printable(head)}${more}|`
}
