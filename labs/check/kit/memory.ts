/**
 * How much memory a program has, with everything that it started, as the operating system counts it. A check compares it with
 * what it was before, never with a fixed number: runtimes differ by a hundred megabytes.
 */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** In bytes. */
export interface Memory {
  /** In physical memory now. */
  resident: number
  /** The most that ever was in physical memory; on macOS what is now. */
  peak: number
  /** Address space, also what was asked for and not touched yet; the most that ever was, on macOS what is now. */
  virtual: number
}

/** Of the process `pid`, which leads a group of its own, and of what it started. Undefined where it cannot be known. Never rejects. */
export async function memoryOf(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): Promise<Memory | undefined> {
  if (platform === 'linux') return sum(linuxTree(pid))
  if (platform === 'win32') return sum(await windowsTree(pid))
  return sum(await group(pid))
}

const KIB = 1024

/** No process has to be started for it, so it can be asked often. */
function linuxTree(pid: number): Memory[] {
  const tree: Memory[] = []
  const children = existsSync(`/proc/${pid}/task/${pid}/children`) ? listedChildren : childrenByParent()
  const add = (process: number) => {
    const status = read(`/proc/${process}/status`)
    const bytes = (key: string) => Number(new RegExp(`^${key}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]) * KIB
    const memory = { resident: bytes('VmRSS'), peak: bytes('VmHWM'), virtual: bytes('VmPeak') }
    // One that has ended has no memory any more, even while nobody has asked for its status.
    if (!Number.isNaN(memory.resident + memory.peak + memory.virtual)) tree.push(memory)
    for (const child of children(process)) add(child)
  }
  add(pid)
  return tree
}

function listedChildren(pid: number): number[] {
  const threads = list(`/proc/${pid}/task`)
  return threads.flatMap(thread =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  )
}

/** Not every kernel lists children. */
function childrenByParent(): (pid: number) => number[] {
  const parents = list('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return []
    // PID (COMMAND) STATE PPID …: the command may hold spaces and brackets.
    const stat = read(`/proc/${name}/stat`)
    return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }]
  })
  return pid => parents.filter(({ parent }) => parent === pid).map(child => child.pid)
}

/** Of a file of /proc; empty when its process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** macOS and the like: the process group. */
async function group(leader: number): Promise<Memory[]> {
  const rows = numbers(await output('ps', ['-A', '-o', 'pgid=,rss=,vsz=']))
  return rows
    .filter(([pgid]) => pgid === leader)
    .map(([, rss = 0, vsz = 0]) => ({ resident: rss * KIB, peak: rss * KIB, virtual: vsz * KIB }))
}

/** The working set is in bytes, the others in KiB. What Windows has promised to a process, touched or not, counts as page file. */
const LIST =
  'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.WorkingSetSize) $($_.PeakWorkingSetSize) $($_.PeakPageFileUsage)" }'

async function windowsTree(pid: number): Promise<Memory[]> {
  const rows = numbers(await output('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', LIST]))
  const tree = new Set([pid])
  // Once more for each generation: the list is in no order.
  for (let before = 0; before < tree.size;) {
    before = tree.size
    for (const [id = 0, parent = 0] of rows) if (tree.has(parent)) tree.add(id)
  }
  return rows
    .filter(([id = 0]) => tree.has(id))
    .map(([, , resident = 0, peak = 0, pages = 0]) => ({ resident, peak: peak * KIB, virtual: pages * KIB }))
}

const sum = (all: readonly Memory[]): Memory | undefined =>
  all.length === 0
    ? undefined
    : all.reduce((a, b) => ({
        resident: a.resident + b.resident,
        peak: a.peak + b.peak,
        virtual: a.virtual + b.virtual,
      }))

const numbers = (text: string): number[][] =>
  text.split('\n').map(line => line.trim().split(/\s+/).filter(Boolean).map(Number))

/** Empty when the command fails. */
const output = (command: string, args: string[]): Promise<string> =>
  new Promise(resolve => {
    execFile(command, args, { timeout: 20_000, windowsHide: true, maxBuffer: 2 ** 24 }, (error, stdout) =>
      resolve(error ? '' : stdout),
    )
  })
