/** How much memory a program has, with everything that it started. */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'

export interface Memory {
  /** Bytes that are in physical memory; on Linux the most that ever were. */
  resident: number
  /** Bytes of address space: also what was asked for and not touched yet. On Linux the most that ever were. */
  virtual: number
}

/**
 * Of the process group that `pid` leads (Windows: of that process alone). Undefined where the system does not say.
 * Never rejects.
 */
export async function memoryOf(pid: number): Promise<Memory | undefined> {
  try {
    if (process.platform === 'linux') return await fromProc(pid)
    if (process.platform === 'win32') return await fromPowerShell(pid)
    return sum(await fromPs(pid))
  } catch {
    return undefined
  }
}

const KIB = 1024

async function fromProc(group: number): Promise<Memory | undefined> {
  const found: Memory[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    // A process may end between two steps: then it has no memory any more.
    const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '')
    // PID (COMMAND) STATE PPID PGRP …: the command may hold spaces and brackets.
    const [, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(processGroup) !== group) continue
    const status = await readFile(`/proc/${name}/status`, 'latin1').catch(() => '')
    const kib = (key: string) => Number(new RegExp(`^${key}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1])
    const memory = { resident: kib('VmHWM') * KIB, virtual: kib('VmPeak') * KIB }
    if (Number.isFinite(memory.resident + memory.virtual)) found.push(memory)
  }
  return sum(found)
}

async function fromPs(group: number): Promise<Memory[]> {
  const lines = (await output('ps', ['-A', '-o', 'pgid=,rss=,vsz='])).trim().split('\n')
  return lines
    .map(line => line.trim().split(/\s+/).map(Number) as [number, number, number])
    .filter(([processGroup]) => processGroup === group)
    .map(([, rss, vsz]) => ({ resident: rss * KIB, virtual: vsz * KIB }))
}

async function fromPowerShell(pid: number): Promise<Memory | undefined> {
  // Paged memory is what Windows has promised to the process, touched or not.
  const script = `$p = Get-Process -Id ${pid}; "$($p.PeakWorkingSet64) $($p.PeakPagedMemorySize64)"`
  const text = await output('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script])
  const [resident = NaN, virtual = NaN] = text.trim().split(' ').map(Number)
  return Number.isFinite(resident + virtual) ? { resident, virtual } : undefined
}

const sum = (all: readonly Memory[]): Memory | undefined =>
  all.length === 0
    ? undefined
    : all.reduce((a, b) => ({ resident: a.resident + b.resident, virtual: a.virtual + b.virtual }))

const output = (command: string, args: string[]): Promise<string> =>
  new Promise((resolve, reject) =>
    execFile(command, args, { windowsHide: true, timeout: 20_000 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    ),
  )
