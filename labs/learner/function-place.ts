/** Where a function of the learner's file is: what is wrong with what it returned has no other place. */
import { readFileSync } from 'node:fs'
import type { Place } from './place.ts'

/** The place of the name `op` where the file declares it; undefined where it is not to be found. Never throws. */
export function placeOfFunction(file: string, op: string): Place | undefined {
  let lines: string[]
  try {
    lines = readFileSync(file, 'utf8').split('\n')
  } catch {
    return undefined
  }
  const name = op.replace(/[$\\^.*+?()[\]{}|]/g, '\\$&')
  const declaration = new RegExp(
    `^(\\s*(?:export\\s+)?(?:async\\s+)?(?:function\\s*\\*?\\s*|(?:const|let|var)\\s+))${name}(?![\\w$])`,
  )
  for (const [index, line] of lines.entries()) {
    const found = declaration.exec(line)
    if (found) return { file, line: index + 1, column: found[1]!.length + 1 }
  }
  return undefined
}
