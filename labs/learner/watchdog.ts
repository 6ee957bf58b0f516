/**
 * Where the checker has no guard for its programs (labs/check/engine/guard.ts), ends the program when the checker is gone, even when the learner's code
 * loops for ever and never comes back to the event loop: a thread of its own looks whether the parent process is still there.
 */
import { GUARDED } from './guarded.ts'

/** How often it looks, in milliseconds: often enough for "nothing is left after 2 s". */
const INTERVAL_MS = 250

const source = `
const { workerData } = require('node:worker_threads')
setInterval(() => {
  // A process whose parent died gets another one; on Windows it keeps the old number, which then answers no signal.
  let gone = process.ppid !== workerData.parent
  try { process.kill(workerData.parent, 0) } catch (error) { gone ||= error.code === 'ESRCH' }
  if (!gone) return
  // The whole group, so that what the program started goes too. Without a group of its own: only itself.
  try { process.kill(-process.pid, 'SIGKILL') } catch { process.kill(process.pid, 'SIGKILL') }
}, ${INTERVAL_MS})
`

/** The checker's pid: it may be gone before this program has even begun to look. Or that it is looked after. */
const VARIABLE = 'P2PLAB_CHECKER'

export async function watchParent(): Promise<void> {
  const checker = process.env[VARIABLE]
  delete process.env[VARIABLE]
  if (checker === GUARDED) return
  const parent = Number(checker ?? process.ppid)
  const { Worker } = await import('node:worker_threads')
  const worker = new Worker(source, {
    eval: true,
    workerData: { parent },
    stdout: false,
    stderr: false,
  })
  // Without it the program could go on, only less safely.
  worker.on('error', () => {})
  worker.unref()
}
