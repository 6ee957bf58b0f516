/**
 * Whether the program that started this one is still there. Node programs outlive theirs unless they look: npm, told to end, ends the
 * shell between the two of us and nothing else, and a shell that ends leaves its jobs to themselves.
 */
import { listProcesses } from '../doctor/processes.ts'
import { isThere, procStat } from '../network/process-table.ts'

const LOOK_MS = 500

/** Calls `gone` once when the parent has ended, or npm, where the parent is the shell that npm put between. Holds nothing open. */
export function watchParent(gone: () => void): void {
  const parent = process.ppid
  let above: number | undefined
  const timer = setInterval(() => {
    // Elsewhere than on Windows an orphan gets another parent.
    const left = process.ppid !== parent || !isThere(parent)
    if (!left && (above === undefined || isThere(above))) return
    clearInterval(timer)
    gone()
  }, LOOK_MS).unref()
  if (process.env['npm_lifecycle_event'] === undefined) return
  void parentOf(parent).then(
    // A process 1 never ends before us, and 0 is none.
    pid => (above = pid > 1 ? pid : undefined),
    () => undefined,
  )
}

/** Rejects when the system does not tell. */
async function parentOf(pid: number): Promise<number> {
  const found =
    process.platform === 'linux'
      ? procStat(pid)
      : (await listProcesses()).find(process => process.pid === pid)
  if (!found) throw new Error('it has ended')
  return found.parent
}
