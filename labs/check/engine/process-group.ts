/** Ends a program with everything it started. */
import { spawn } from 'node:child_process'

/** Options of `spawn` that give a program a process group of its own, so that `killGroup` reaches all of it. */
export const ownGroup = { detached: process.platform !== 'win32', windowsHide: true } as const

/**
 * Kills the process group whose leader is `pid` (Windows: the process tree below it) without asking it.
 * Resolves when the signal is sent; a group that is gone already is no error. Never rejects.
 */
export function killGroup(pid: number): Promise<void> {
  if (process.platform === 'win32') return killTree(pid)
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // ESRCH: gone already. EPERM (macOS): only a zombie is left of the group.
  }
  return Promise.resolve()
}

function killTree(pid: number): Promise<void> {
  return new Promise(resolve => {
    const taskkill = spawn('taskkill', ['/pid', String(pid), '/T', '/F'], {
      stdio: 'ignore',
      windowsHide: true,
    })
    taskkill.once('error', () => resolve())
    taskkill.once('exit', () => resolve())
  })
}
