/** Keeps every core busy, as a machine is on which a learner also runs a browser and a build. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, constants, setPriority } from 'node:os'

// It computes 20 ms at a time and then looks whether it is still wanted: the end of its standard input, which also comes
// when we are gone.
const BURN = `
process.stdin.on('end', () => process.exit()).resume()
const burn = () => {
  for (const end = performance.now() + 20; performance.now() < end;);
  setImmediate(burn)
}
burn()`

/** Starts a process for each core that computes without end, at a lower priority. `end` resolves when they are gone. */
export function keepCoresBusy(): { cores: number; end(): Promise<void> } {
  const children = Array.from({ length: availableParallelism() }, () => {
    const child = spawn(process.execPath, ['-e', BURN], { stdio: ['pipe', 'ignore', 'inherit'] })
    // They take whatever nobody else wants, and some of the rest: no core is idle, and the soak still gets on.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
    return { child, exited: once(child, 'exit') }
  })
  return {
    cores: children.length,
    async end() {
      for (const { child } of children) child.stdin.end()
      await Promise.all(children.map(({ exited }) => exited))
    },
  }
}
