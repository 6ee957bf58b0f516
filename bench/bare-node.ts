/** The baseline of everything that starts processes: what Node itself costs on this machine at this moment. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const READY = 'ready\n'
const PROGRAM = `process.stdin.on('end', () => {}).resume(); process.stdout.write(${JSON.stringify(READY)})`

/** Starts a Node that does nothing but say that it is ready, tells it to end, and waits until it is gone. In milliseconds. */
export async function bareNodeMs(): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const [said] = (await Promise.race([once(child.stdout, 'data'), exited])) as [unknown]
  if (String(said) !== READY)
    throw new Error(`expected a Node that says "ready", and it said ${String(said)}.`)
  child.stdin.end()
  const [status] = (await exited) as [number | null]
  if (status !== 0) throw new Error(`expected a Node that ends with 0, and it ended with ${status}.`)
  return performance.now() - started
}
