/** Notes in the lab workspace how a check came out, as the editor does. */
import type { ExerciseEntry } from '../labs/catalogue.ts'
import type { ExerciseResult } from '../labs/check/protocol.ts'
import type { Track } from '../labs/workspace/track.ts'
import { withResult } from '../labs/progress/progress.ts'
import { hashOf, isLabWorkspace, updateProgress } from '../labs/progress/file.ts'

/**
 * To be called before the check of all checks of an exercise. Undefined when there is nothing to note: another program
 * is checked (there is no `track`), or the folder is no lab workspace. The function notes the result, unless the file was changed while it
 * was checked, and resolves to what the learner should know, if anything. Neither rejects.
 */
export async function progressSaver(
  { id: exercise }: ExerciseEntry,
  track: Track | undefined,
  workspace: string,
): Promise<((result: ExerciseResult) => Promise<string | undefined>) | undefined> {
  if (!track || !(await isLabWorkspace(workspace))) return undefined
  const { language, file } = track
  const content = await hashOf(workspace, file)
  return async ({ verdict, seed, checks, problem }) => {
    if (content === undefined || problem !== undefined || (await hashOf(workspace, file)) !== content)
      return undefined
    const checked = { exercise, language, content, verdict, seed, checks, whole: true }
    return (await updateProgress(workspace, facts => withResult(facts, checked))).notice
  }
}
