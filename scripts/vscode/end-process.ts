import { spawnSync } from 'node:child_process'

/** Asks a process to end, on Windows together with all that it started. It may be gone already. */
export function endProcess(pid: number): void {
  if (!Number.isSafeInteger(pid) || pid <= 0) return
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/T', '/F', '/PID', String(pid)], {
      stdio: 'ignore',
      windowsHide: true,
      timeout: 10_000,
    })
    return
  }
  try {
    process.kill(pid, 'SIGTERM')
  } catch {
    // Gone.
  }
}
