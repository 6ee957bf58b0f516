/** Bytes as people read them: sixteen a row, hex beside text. */

export const ROW_BYTES = 16

/** The row that begins at `offset`, a multiple of 16, which is shown with so many digits: offset, hex, text. */
export function hexRow(bytes: Uint8Array, offset: number, digits = 8): string {
  const row = bytes.subarray(offset, offset + ROW_BYTES)
  const hex = [...row].map(b => b.toString(16).padStart(2, '0'))
  const halves = `${hex.slice(0, 8).join(' ').padEnd(23)}  ${hex.slice(8).join(' ').padEnd(23)}`
  return `${offset.toString(16).padStart(digits, '0')}  ${halves}  |${printable(row)}|`
}

/** ASCII; a dot for everything else. */
export const printable = (bytes: Uint8Array): string =>
  [...bytes].map(b => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '.')).join('')
