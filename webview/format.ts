/** Figures and words as text. */

/** A time span a human can compare: 0.4 ms, 41 ms, 2.3 s. */
export const span = (ms: number): string =>
  ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`

export function bytesText(bytes: number): string {
  if (bytes < 1_024) return plural(bytes, 'byte')
  return bytes < 1_024 * 1_024
    ? `${(bytes / 1_024).toFixed(1)} KiB`
    : `${(bytes / 1_024 / 1_024).toFixed(1)} MiB`
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
