/** Ends a program with everything it started. */
import { spawn, type ChildProcess } from 'node:child_process'

/** Options of `spawn` that give a program a process group of its own, so that `killGroup` reaches all of it. */
export const ownGroup = { detached: process.platform !== 'win32', windowsHide: true } as const

/** taskkill takes some hundred milliseconds; one that takes longer hangs or cannot run. */
const TASKKILL_MS = 5_000

/** What the system has for it; handed in so that what Windows does can be tried elsewhere. */
export interface System {
  platform: NodeJS.Platform
  start: (command: string, args: string[]) => ChildProcess
  kill: (pid: number, signal: NodeJS.Signals) => void
  timeoutMs: number
}

const SYSTEM: System = {
  platform: process.platform,
  start: (command, args) => spawn(command, args, { stdio: 'ignore', windowsHide: true }),
  kill: (pid, signal) => process.kill(pid, signal),
  timeoutMs: TASKKILL_MS,
}

/**
 * Kills the process group whose leader is `pid` (Windows: the process tree below it) without asking it. The leader must not be known to have
 * ended. Resolves when the signal is sent, after at most 5 s; a group that is gone already is no error. Never rejects.
 */
export async function killGroup(pid: number, system: System = SYSTEM): Promise<void> {
  if (system.platform !== 'win32') return signal(-pid, system)
  // Without the tree, the program itself at least.
  if (!(await killTree(pid, system))) signal(pid, system)
}

/**
 * The same for a program that we have started ourselves, also when it has ended. On Windows nothing happens then: its number may be a
 * stranger's by now. Elsewhere no group gets a number that a group still has, so what the program has left behind can be ended.
 */
export function killGroupOf(child: ChildProcess, system: System = SYSTEM): Promise<void> {
  const ended = child.exitCode !== null || child.signalCode !== null
  if (child.pid === undefined || (ended && system.platform === 'win32')) return Promise.resolve()
  return killGroup(child.pid, system)
}

function signal(pid: number, { kill }: System): void {
  try {
    kill(pid, 'SIGKILL')
  } catch {
    // ESRCH: gone already. EPERM (macOS): only a zombie is left of the group.
  }
}

/** Whether taskkill has run. */
function killTree(pid: number, { start, timeoutMs }: System): Promise<boolean> {
  return new Promise(resolve => {
    const taskkill = start('taskkill', ['/pid', String(pid), '/T', '/F'])
    const late = setTimeout(() => {
      taskkill.kill('SIGKILL')
      resolve(false)
    }, timeoutMs)
    const done = (ran: boolean) => {
      clearTimeout(late)
      resolve(ran)
    }
    taskkill.once('error', () => done(false))
    // 128: there is no such process any more.
    taskkill.once('exit', status => done(status === 0 || status === 128))
  })
}
