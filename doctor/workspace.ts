/** Whether the learner's work can be written where it is. */
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileProblem } from '../network/file-problem.ts'
import type { Finding } from './report.ts'

/**
 * Writes, renames and removes a file in `dir`, in .p2plab where that is there, and leaves nothing. `given` says whether
 * the user named the folder: another folder that is no lab workspace is not looked at.
 */
export async function workspaceFinding(dir: string, given: boolean): Promise<Finding> {
  const found = { id: 'workspace', title: 'Workspace' }
  const own = path.join(dir, '.p2plab')
  const isLab = (await stat(own).catch(() => undefined)) !== undefined
  if (!isLab && !given) {
    return {
      ...found,
      level: 'ok',
      text: 'The current folder is no lab workspace, so there is nothing to write.',
    }
  }
  let probe: string | undefined
  try {
    if (isLab) await mkdir(own, { recursive: true })
    probe = await mkdtemp(path.join(isLab ? own : dir, 'doctor-'))
    const [a, b] = [path.join(probe, 'a'), path.join(probe, 'b')]
    await writeFile(a, 'x')
    await rename(a, b)
    return { ...found, level: 'ok', text: `${dir} can be written.` }
  } catch (error) {
    const { cause, remedy } = fileProblem(error)
    return {
      ...found,
      level: 'problem',
      text: `${dir} cannot be written: ${cause}.`,
      remedy: `${remedy}, or open the lab workspace in another folder.`,
    }
  } finally {
    if (probe !== undefined) await rm(probe, { recursive: true, force: true }).catch(() => undefined)
  }
}
