/** What came from a user, a file or another program, made fit to stand in a sentence of ours. */

/** Characters of a value that are shown. */
const VALUE = 60
/** Characters of a text of several words, such as another program's message. */
const TEXT = 300

/** On one line, without control characters, and no longer than `longest` characters. */
export function cut(text: string, longest = TEXT): string {
  // Cut first: what follows must not take long over megabytes.
  const line = text.slice(0, longest * 4).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  return line.length > longest || text.length > longest * 4 ? `${whole(line.slice(0, longest))}…` : line
}

/** A value in quotation marks. */
export const quoted = (text: string): string => `"${cut(text, VALUE)}"`

/** Not ending with half of a pair of code units. */
const whole = (text: string) => text.replace(/[\uD800-\uDBFF]$/, '')
