/**
 * A process that is stopped (SIGSTOP) cannot notice that its parent is gone, and would be left for ever. So somebody watches for it: a
 * shell that waits for a line and, when its input ends without one, kills the stopped process.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface StopGuard {
  /** The process goes on: it can look after itself again. */
  release(): void
}

/** Only where there are signals. A negative `pid` is a process group. Rejects when there is no shell. */
export async function guardStopped(pid: number): Promise<StopGuard> {
  const script = 'read -r line && exit 0; kill -KILL "$0"'
  const guard = spawn('/bin/sh', ['-c', script, String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  })
  // Nothing of ours waits for it.
  guard.unref()
  guard.stdin.on('error', () => undefined)
  await once(guard, 'spawn')
  return { release: () => void guard.stdin.end('released\n') }
}
