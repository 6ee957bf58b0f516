/** What version 0.1 remembered of progress, in VS Code's own storage: taken over once, then removed there. */
import type * as vscode from 'vscode'
import { NO_PROGRESS, UNKNOWN, type ProgressFacts, type Result } from '../../labs/progress/progress.ts'

const KEY = 'p2plab.progress'

/**
 * It did not remember what exactly had passed. Where its last word was "passed", that was about the file as it is now,
 * as far as anybody knows; a pass before that is one of unknown content.
 */
export async function takeOldProgress(
  memento: vscode.Memento,
  contents: ReadonlyMap<string, string | undefined>,
  now = new Date(),
): Promise<ProgressFacts> {
  const old = memento.get<unknown>(KEY)
  if (old === undefined) return NO_PROGRESS
  await memento.update(KEY, undefined)
  const at = now.toISOString()
  const results = Object.entries(Object(old) as object).flatMap(([exercise, value]): Result[] => {
    const { state, passedOnce } = Object(value) as { state?: unknown; passedOnce?: unknown }
    if (!/^\d{1,2}\.\d{1,2}$/.test(exercise) || passedOnce !== true) return []
    const content = (state === 'passed' ? contents.get(exercise) : undefined) ?? UNKNOWN
    return [{ exercise, content, at, verdict: 'pass', checks: {}, firstPassed: at }]
  })
  return results.length === 0 ? NO_PROGRESS : { results, events: [] }
}
