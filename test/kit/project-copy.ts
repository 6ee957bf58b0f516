/** A copy of the project, for exercises that are made up: nothing of the real one is touched. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { cache, root } from '../../scripts/vscode/paths.ts'

const run = promisify(execFile)

/** What is not copied: it is linked, made anew, or of no use. */
const LEFT = new Set(['node_modules', '.vscode-test', '.git', 'dist'])

export interface ProjectCopy {
  /** Absolute. */
  folder: string
  /** Runs Node with these words there. Rejects with `code`, `stdout` and `stderr` where its status is not 0. */
  node(...args: string[]): Promise<{ stdout: string; stderr: string }>
  remove(): Promise<void>
}

/** Not built yet. The caller removes it. */
export async function copyProject(): Promise<ProjectCopy> {
  const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-project-'))
  await cp(root, folder, {
    recursive: true,
    filter: name => !LEFT.has(path.relative(root, name)) && !name.endsWith('.vsix'),
  })
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction')
  await symlink(cache, path.join(folder, '.vscode-test'), 'junction')
  return {
    folder,
    node: (...args) => run(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}
