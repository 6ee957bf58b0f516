import { spawn, type ChildProcess } from 'node:child_process'
import { root } from '../vscode/paths.ts'

/** Children that are under way: they end with us. */
const running = new Set<ChildProcess>()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    for (const child of running) child.kill('SIGTERM')
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

/**
 * Runs a script of the project under this Node, with what it writes shown as it comes, or written to the open file `output`.
 * `exited` gives its status.
 */
export function start(
  args: readonly string[],
  env: Record<string, string> = {},
  output?: number,
): { child: ChildProcess; exited: Promise<number> } {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: output === undefined ? 'inherit' : ['ignore', output, output],
    env: { ...process.env, ...env },
    windowsHide: true,
  })
  running.add(child)
  const exited = new Promise<number>(resolve => {
    child.on('exit', code => resolve(code ?? 1))
    child.on('error', () => resolve(1))
  }).finally(() => running.delete(child))
  return { child, exited }
}

/** Runs a step between two lines that name it; false when it failed. */
export async function runStep(name: string, args: readonly string[]): Promise<boolean> {
  console.log(`\n=== ${name}`)
  const begin = performance.now()
  const status = await start(args).exited
  console.log(`=== ${name}: ${status === 0 ? 'done' : 'FAILED'} in ${seconds(begin)}`)
  return status === 0
}

/** The time since `begin` (performance.now()), for people. */
export const seconds = (begin: number): string => `${((performance.now() - begin) / 1000).toFixed(1)} s`
