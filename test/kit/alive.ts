/** Whether processes are there, for tests of what must not be left. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { procStat } from '../../network/process-table.ts'

/** False also for a process that has ended and that its parent has not asked for yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  const stat = procStat(pid)
  return stat !== undefined && !/^[ZX]/.test(stat.state)
}

/** What the design promises: none of the processes that depended on a killed one is left after this. Milliseconds. */
const PROMISED_MS = 2_000

/**
 * Resolves when none of them is left. Fails when one still is after PROMISED_MS or, on a machine that is so busy that the
 * shortest Node process takes over a twentieth of that, after twenty such processes.
 */
export async function gone(pids: readonly number[]): Promise<void> {
  const start = performance.now()
  const elapsed = () => performance.now() - start
  let limit = Infinity
  spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }).once('exit', () => {
    limit = Math.max(PROMISED_MS, 20 * elapsed())
  })
  let left = pids.filter(isAlive)
  while (left.length > 0 && elapsed() < limit) {
    await wait(20)
    left = left.filter(isAlive)
  }
  assert.deepEqual(left, [], `processes are left after ${Math.round(elapsed())} ms`)
}
