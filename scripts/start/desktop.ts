/** The desktop VS Code of this machine, with data of its own, so that it is a program of its own that we can end. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { endProcess } from '../vscode/end-process.ts'
import { startGroup } from '../vscode/group.ts'
import { cache, root } from '../vscode/paths.ts'
import type { Opened } from './opened.ts'

/** The program to start VS Code with, by the command `code` on PATH; undefined where there is none, or no display. */
export function findCode(): string | undefined {
  const { DISPLAY, WAYLAND_DISPLAY, PATH = '' } = process.env
  const windows = process.platform === 'win32'
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return undefined
  // On Windows the command is a script beside the program, and scripts need a shell.
  const file = windows ? path.join('..', 'Code.exe') : 'code'
  return PATH.split(path.delimiter)
    .filter(folder => !windows || existsSync(path.join(folder, 'code.cmd')))
    .map(folder => path.join(folder, file))
    .find(candidate => existsSync(candidate))
}

/** Opens a window; `closed` resolves when the user has closed it. */
export async function openDesktop(code: string, folder: string): Promise<Opened> {
  const home = path.join(cache, 'start-desktop')
  const args = [
    '--new-window',
    // The command returns when the window is closed.
    '--wait',
    '--disable-workspace-trust',
    `--user-data-dir=${home}`,
    `--extensions-dir=${path.join(home, 'extensions')}`,
    `--extensionDevelopmentPath=${root}`,
    folder,
  ]
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const group = await startGroup(code, args, { env, log: path.join(cache, 'start-desktop.log') })
  console.log('VS Code opens with P2P Lab. Ctrl+C here closes it.')
  return {
    closed: group.exited,
    async end() {
      // The command starts VS Code as a process of its own, whose id is in this file of its data.
      const lock = path.join(home, 'code.lock')
      if (existsSync(lock)) endProcess(Number(readFileSync(lock, 'utf8')))
      await group.end()
    },
  }
}
