/**
 * The memory of processes on Windows. PowerShell takes most of a second to start, so one of it stays and answers as often as it is
 * asked: it reads a command a line, and prints the list and a last line.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { createLineSplitter } from '../../../network/lines.ts'
import type { Memory } from './memory-figures.ts'

export interface MemoryHelper {
  /** Of a process and all below it; nothing when it has ended, or when Windows does not say within 20 s. Never rejects. */
  look(pid: number): Promise<Memory[]>
  /** Ends the PowerShell; the next look starts another one. */
  close(): void
}

type Helper = ChildProcessByStdio<Writable, Readable, null>

const LAST_LINE = 'p2plab-end'
/** Private bytes are in bytes, the peak of what was promised in KiB. The working set would say less: Windows takes from it what it likes. */
const COMMAND = `Get-CimInstance -Query 'SELECT ProcessId, ParentProcessId, CreationDate, PrivatePageCount, PeakPageFileUsage FROM Win32_Process' | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $(if ($_.CreationDate) { $_.CreationDate.ToFileTimeUtc() } else { 0 }) $($_.PrivatePageCount) $($_.PeakPageFileUsage)" }; '${LAST_LINE}'\n`

const startPowerShell = (): Helper =>
  spawn('powershell.exe', ['-NoLogo', '-NoProfile', '-InputFormat', 'Text', '-Command', '-'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  })

const LOOK_MS = 20_000
const LINE_BYTES = 4096

/** Starts nothing before the first look. `start` and `lookMs` are for tests. */
export function createMemoryHelper(start = startPowerShell, lookMs = LOOK_MS): MemoryHelper {
  let helper: Helper | undefined
  let answer: ((lines: string[] | undefined) => void) | undefined
  let last: Promise<unknown> = Promise.resolve()

  const close = () => {
    const ending = helper
    helper = undefined
    ending?.kill()
    answer?.(undefined)
  }

  const begin = (): Helper => {
    const child = start()
    const splitter = createLineSplitter(LINE_BYTES)
    let lines: string[] = []
    const gone = () => {
      if (helper === child) close()
    }
    child.on('error', gone).on('exit', gone)
    child.stdin.on('error', gone)
    child.stdout.on('data', (chunk: Buffer) => {
      if (helper !== child) return
      for (const { text } of splitter.push(chunk)) {
        if (text.trim() !== LAST_LINE) lines.push(text)
        else {
          answer?.(lines)
          lines = []
        }
      }
    })
    // It must not keep this process: its input ends with us, and so does it.
    child.unref()
    for (const stream of [child.stdin, child.stdout] as { unref?: () => void }[]) stream.unref?.()
    return child
  }

  const ask = async (pid: number): Promise<Memory[]> => {
    const { promise, resolve } = Promise.withResolvers<string[] | undefined>()
    answer = resolve
    const late = setTimeout(close, lookMs)
    helper ??= begin()
    helper.stdin.write(COMMAND)
    const lines = await promise
    clearTimeout(late)
    answer = undefined
    return lines === undefined ? [] : windowsTree(lines, pid)
  }

  return {
    close,
    look(pid) {
      const looked = last.then(() => ask(pid))
      last = looked
      return looked
    },
  }
}

/** Lines of: pid, its parent, when it was started, private bytes, the most KiB that it was ever promised. */
export function windowsTree(lines: readonly string[], pid: number): Memory[] {
  const rows = lines.map(line => line.trim().split(/\s+/).map(Number)).filter(row => row.length === 5)
  const tree = new Map<number, number>(
    rows.filter(([id]) => id === pid).map(([id, , started]) => [id!, started!]),
  )
  // Once more for each generation: the list is in no order. A parent that is younger has only got the number of one that is gone.
  for (let before = -1; before < tree.size;) {
    before = tree.size
    for (const [id = 0, parent = 0, started = 0] of rows) {
      if (started >= (tree.get(parent) ?? Infinity)) tree.set(id, started)
    }
  }
  return rows
    .filter(([id = 0]) => tree.has(id))
    .map(([, , , bytes = 0, promised = 0]) => ({
      resident: bytes,
      peak: Math.max(bytes, promised * 1024),
      committed: Math.max(bytes, promised * 1024),
    }))
}
