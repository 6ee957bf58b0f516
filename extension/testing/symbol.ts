/** Where a function is in the learner's source. Knows no vscode. */

/** Zero-based, as VS Code counts; `end` is on the same line. */
export interface SymbolRange {
  line: number
  start: number
  end: number
}

/**
 * The name of the function `name` where it is declared: `export function f`, `export async function f`,
 * `export const f =`, or the same without `export`, which a beginner forgets; in Python `def f`. Undefined when there is none.
 * A declaration inside a comment that fills its own line is not taken.
 */
export function findFunction(source: string, name: string): SymbolRange | undefined {
  // `name` is an op of the catalogue; escaping keeps a future name with a `$` right.
  const escaped = name.replace(/[$\\^.*+?()[\]{}|]/g, '\\$&')
  const declaration = new RegExp(
    `^(\\s*(?:export\\s+)?(?:default\\s+)?(?:async\\s+)?(?:function\\s*\\*?\\s*|(?:const|let|var)\\s+|def\\s+))(${escaped})(?![\\w$])`,
  )
  let inComment = false
  for (const [line, text] of source.split(/\r?\n/).entries()) {
    const found = inComment ? null : declaration.exec(text)
    if (found) return { line, start: found[1]!.length, end: found[1]!.length + name.length }
    inComment = endsInComment(text, inComment)
  }
  return undefined
}

/** Whether a block comment is open after `text`. Strings that hold comment marks may mislead it; then a range is off, no more. */
function endsInComment(text: string, open: boolean): boolean {
  const opened = text.lastIndexOf('/*')
  const closed = text.lastIndexOf('*/')
  if (opened === -1 && closed === -1) return open
  return opened > closed
}
