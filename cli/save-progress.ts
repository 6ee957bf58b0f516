/** Notes in the lab workspace how a check came out, as the editor does. */
import type { ExerciseEntry } from '../labs/catalogue.ts'
import type { ExerciseResult, ProgramSpec } from '../labs/check/protocol.ts'
import { withResult } from '../labs/progress/progress.ts'
import { hashOf, isLabWorkspace, updateProgress } from '../labs/progress/file.ts'

/**
 * To be called before the check of all checks of an exercise. Undefined when there is nothing to note: another program
 * is checked, or the folder is no lab workspace. The function notes the result, unless the file was changed while it
 * was checked, and resolves to what the learner should know, if anything. Neither rejects.
 */
export async function progressSaver(
  { id: exercise, file }: ExerciseEntry,
  program: ProgramSpec,
): Promise<((result: ExerciseResult) => Promise<string | undefined>) | undefined> {
  const { kind, workspace } = program
  if (kind !== 'typescript' || !(await isLabWorkspace(workspace))) return undefined
  const content = await hashOf(workspace, file)
  return async ({ verdict, seed, checks, problem }) => {
    if (content === undefined || problem !== undefined || (await hashOf(workspace, file)) !== content)
      return undefined
    const checked = { exercise, content, verdict, seed, checks, whole: true }
    return (await updateProgress(workspace, facts => withResult(facts, checked))).notice
  }
}
