import assert from 'node:assert/strict'

/** Whether a process with this id is there. One that has ended and was not waited for counts as there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Resolves when none of the processes is left; fails after `deadline` milliseconds. */
export async function gone(pids: readonly number[], deadline = 30_000): Promise<void> {
  const end = Date.now() + deadline
  while (pids.some(isRunning)) {
    assert(Date.now() < end, `processes ${pids.filter(isRunning).join(', ')} still run`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
