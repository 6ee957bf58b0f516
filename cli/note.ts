/** Notes what happened to an exercise in the progress of a lab workspace, as the editor does. */
import { updateProgress } from '../labs/progress/file.ts'
import type { ProgressFacts } from '../labs/progress/progress.ts'

/**
 * The returned function changes the facts of the workspace `dir` and resolves to them, also where they could not be
 * written; why they could not is said once, as one line on standard error. It never rejects.
 */
export function noter(
  dir: string,
  tell: (notice: string) => void = notice => void process.stderr.write(`${notice}\n`),
): (change: (facts: ProgressFacts) => ProgressFacts) => Promise<ProgressFacts> {
  const told = new Set<string>()
  return async change => {
    const { facts, notice } = await updateProgress(dir, change)
    if (notice !== undefined && !told.has(notice)) tell(notice)
    if (notice !== undefined) told.add(notice)
    return facts
  }
}
