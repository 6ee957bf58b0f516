/** Whether processes are there, for tests of what must not be left. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** False also for a process that has ended and that its parent has not asked for yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}

/** Resolves when none of them is left; fails when one still is after `ms`. */
export async function gone(pids: readonly number[], ms: number): Promise<void> {
  const end = performance.now() + ms
  let left = pids.filter(isAlive)
  while (left.length > 0 && performance.now() < end) {
    await wait(20)
    left = left.filter(isAlive)
  }
  assert.deepEqual(left, [], 'processes are left')
}
