/** Asking the system about processes: /proc on Linux, ps on macOS and the like, PowerShell on Windows. The one place that does. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether there is a process with this number, also somebody else's: `sudo` starts one. One that has ended may still count. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

export interface ProcStat {
  /** A letter: Z and X have ended. */
  state: string
  parent: number
  group: number
  /** The process group in the foreground of its terminal; -1 without one. */
  foreground: number
  /** Clock ticks since the machine started. */
  started: number
  /** Processor time of the children that it has waited for, and of theirs, in clock ticks: hundredths of a second on all of today's Linux. */
  childrenTicks: number
}

/** From /proc/PID/stat of Linux; undefined when the process is gone. Never throws. */
export function procStat(pid: number | 'self'): ProcStat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return undefined
  }
  // proc_pid_stat(5): PID (NAME) STATE PPID PGRP SESSION TTY TPGID … CUTIME (16) CSTIME … STARTTIME (22); the name may hold spaces and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return {
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    foreground: Number(fields[5]),
    started: Number(fields[19]),
    childrenTicks: Number(fields[13]) + Number(fields[14]),
  }
}

/**
 * What ps prints, a line for each process, the columns parted by spaces and without a header: all processes, or one. Rejects when ps
 * fails or takes longer than 30 s.
 */
export async function ps(columns: readonly string[], pid?: number): Promise<string[]> {
  const select = pid === undefined ? ['-axww'] : ['-p', String(pid)]
  // In the words and formats of C, whatever the user speaks.
  // An option for each column: POSIX takes all that follows a = for the text of a header.
  const text = await run('ps', [...select, ...columns.flatMap(column => ['-o', `${column}=`])], {
    LC_ALL: 'C',
  })
  return text.split('\n').filter(line => line.trim() !== '')
}

/** What a line of Windows PowerShell prints. Rejects when it fails or takes longer than 30 s. */
export const powershell = (script: string): Promise<string> =>
  run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script])

function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const options = {
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
    windowsHide: true,
    timeout: 30_000,
  }
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (error, stdout) => (error ? reject(error) : resolve(stdout)))
  })
}
