/** Whether the learner's work can be written where it is. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { moveFile } from '../labs/workspace/move-file.ts'
import { isNetworkFolder, MAP_IT } from '../labs/workspace/network-folder.ts'
import { fileProblem, type FileProblem } from '../network/file-problem.ts'
import { makeFolder } from '../network/make-folder.ts'
import type { Finding } from './report.ts'

/**
 * Writes, renames and removes a file in `dir`, in .p2plab where that is there, and leaves nothing. `given` says whether
 * the user named the folder: another folder that is no lab workspace is not looked at. `platform` is that of the machine.
 */
export async function workspaceFinding(
  dir: string,
  given: boolean,
  platform: NodeJS.Platform = process.platform,
): Promise<Finding> {
  const found = { id: 'workspace', title: 'Workspace' }
  const own = path.join(dir, '.p2plab')
  const isLab = (await stat(own).catch(() => undefined)) !== undefined
  if (!isLab && !given) {
    return {
      ...found,
      level: 'ok',
      text: 'The current folder is not a lab workspace, so there is nothing to check.',
    }
  }
  let probe: string | undefined
  try {
    if (isLab) await makeFolder(own)
    probe = await mkdtemp(path.join(isLab ? own : dir, 'doctor-'))
    const [a, b] = [path.join(probe, 'a'), path.join(probe, 'b')]
    await writeFile(a, 'x')
    await moveFile(a, b)
    if (!isNetworkFolder(dir, platform)) return { ...found, level: 'ok', text: `${dir} is writable.` }
    return {
      ...found,
      level: 'warning',
      text: `${dir} is writable, but it is a network folder. Windows cannot run command lines there, so you cannot check programs in languages other than TypeScript.`,
      remedy: MAP_IT,
    }
  } catch (error) {
    const { cause, remedy } = problemOf(error)
    return {
      ...found,
      level: 'problem',
      text: `${dir} is not writable: ${cause}.`,
      remedy: `${remedy}, or open the lab workspace in another folder.`,
    }
  } finally {
    if (probe !== undefined)
      await rm(probe, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined)
  }
}

function problemOf(error: unknown): FileProblem {
  const problem = fileProblem(error)
  const { code = '' } = error as NodeJS.ErrnoException
  if (code === 'EEXIST')
    return { cause: '.p2plab is a file, not a folder', remedy: 'Rename or delete that file' }
  if (!['EACCES', 'EPERM'].includes(code)) return problem
  return { ...problem, remedy: 'Give yourself write permission for the folder and its contents' }
}
