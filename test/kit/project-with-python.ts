/** A copy of the project that has the exercise of python-track.ts. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { copyProject, type ProjectCopy } from './project-copy.ts'
import { FOLDER, SOLUTION, STARTER } from './python-track.ts'

/** The check passes as soon as listen returns something. */
const CHECKS = `import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'

async function works(t: CheckContext): Promise<void> {
  t.doing('The checker asked your program to listen.')
  await t.call(exercise.ops.listen, { host: '127.0.0.1', port: 0 })
}

export const checks: Checks = { works }
`

/** Built. The caller removes it. */
export async function projectWithPython(): Promise<ProjectCopy> {
  const copy = await copyProject()
  await copy.node('scripts/new-exercise/main.ts', '9.1', 'Sealed letters', 'A made-up lab')
  const at = path.join(copy.folder, 'labs', FOLDER)
  await mkdir(path.join(at, 'python'))
  await writeFile(path.join(at, 'python/starter.py'), STARTER)
  await writeFile(path.join(at, 'python/solution.py'), SOLUTION)
  await writeFile(path.join(at, 'checks/index.ts'), CHECKS)
  await copy.node('scripts/build.mjs')
  return copy
}
