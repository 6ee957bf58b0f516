/** How many lines two texts differ by, as a comparison of files counts them. */

/** Above so many pairs of lines that may belong together, the answer would take noticeably long. */
const MOST_PAIRS = 25_000_000

export interface LineChanges {
  added: number
  removed: number
}

/** From `before` to `after`, with the fewest changes. Line ends make no difference. Undefined for texts of many thousand different lines. */
export function lineChanges(before: string, after: string): LineChanges | undefined {
  const [a, b] = [linesOf(before), linesOf(after)]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  const most = Math.min(a.length, b.length) - start
  while (end < most && a.at(-1 - end) === b.at(-1 - end)) end++
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  if (left.length * right.length > MOST_PAIRS) return undefined
  const common = longestCommon(left, right)
  return { added: right.length - common, removed: left.length - common }
}

function linesOf(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** The length of the longest common subsequence. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let previous = new Uint32Array(b.length + 1)
  for (const line of a) {
    const current = new Uint32Array(b.length + 1)
    for (let j = 0; j < b.length; j++)
      current[j + 1] = line === b[j] ? previous[j]! + 1 : Math.max(previous[j + 1]!, current[j]!)
    previous = current
  }
  return previous[b.length]!
}
