/**
 * How much memory a program holds, with everything that it started, as the operating system counts it (resident
 * set). A check that is about bounded memory compares it with what it was before, never with a fixed number:
 * runtimes differ by a hundred megabytes.
 */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { pause } from './deadline.ts'

/** In bytes, of the process `pid`, which leads a group of its own; undefined where it cannot be known. Never rejects. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  // Not every kernel lists children.
  if (existsSync(`/proc/${pid}/task/${pid}/children`)) return ofTree(pid)
  if (process.platform === 'win32') return ofWindowsTree(pid)
  return ofGroup(pid)
}

/** Linux, mostly: no process has to be started for it, so it can be asked often. */
function ofTree(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0)
    const children = readdirSync(`/proc/${pid}/task`).flatMap(thread => childrenOf(pid, thread))
    return kib * 1024 + children.reduce((sum, child) => sum + (ofTree(child) ?? 0), 0)
  } catch {
    return undefined // It is gone.
  }
}

function childrenOf(pid: number, thread: string): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return [] // The thread has ended.
  }
}

/** macOS and the like. `ps` counts in KiB. */
async function ofGroup(pid: number): Promise<number | undefined> {
  const rows = numbers(await output('ps', ['-A', '-o', 'pgid=,rss=']))
  return sum(rows.filter(([group]) => group === pid).map(([, kib = 0]) => kib * 1024))
}

const LIST =
  'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.WorkingSetSize)" }'

async function ofWindowsTree(pid: number): Promise<number | undefined> {
  const rows = numbers(await output('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', LIST]))
  const tree = new Set([pid])
  // Once more for each generation: the list is in no order.
  for (let before = 0; before < tree.size;) {
    before = tree.size
    for (const [id = 0, parent = 0] of rows) if (tree.has(parent)) tree.add(id)
  }
  return sum(rows.filter(([id = 0]) => tree.has(id)).map(([, , bytes = 0]) => bytes))
}

const sum = (values: number[]) => (values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0))

const numbers = (text: string): number[][] =>
  text.split('\n').map(line => line.trim().split(/\s+/).filter(Boolean).map(Number))

const output = (command: string, args: string[]): Promise<string> =>
  new Promise(resolve => {
    execFile(command, args, { timeout: 10_000, windowsHide: true, maxBuffer: 2 ** 24 }, (error, stdout) =>
      resolve(error ? '' : stdout),
    )
  })

export interface MemoryWatch {
  /** Resolves to the bytes that were seen above the limit; stays pending while there are none. */
  over: Promise<number>
  /** What it held when it was looked at last, in bytes; undefined when it could not be known. */
  now(): Promise<number | undefined>
  stop(): void
}

const EVERY_MS = 20

/** Looks at the memory of `pid` all the time, until it is over `limit` bytes, the program is gone, or `stop`. */
export function watchMemory(pid: number, limit: number): MemoryWatch {
  const over = Promise.withResolvers<number>()
  let watching = true
  const look = async () => {
    const bytes = await residentBytes(pid)
    if (bytes === undefined) watching = false
    else if (bytes > limit) {
      watching = false
      over.resolve(bytes)
    }
    return bytes
  }
  const watch = async () => {
    while (watching) {
      await look()
      await pause(EVERY_MS)
    }
  }
  void watch()
  return { over: over.promise, now: look, stop: () => void (watching = false) }
}
