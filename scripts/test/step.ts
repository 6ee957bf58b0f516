import { spawn, type ChildProcess } from 'node:child_process'
import { root } from '../vscode/paths.ts'
import { usedByChildren } from './processors.ts'

/** Children that are under way: they end with us. */
const running = new Set<ChildProcess>()
/** Processor time, in seconds, of those that have ended: Linux counts a child when it ends, so each is what is new then. */
let counted = 0

/** How a child ended. `status` is 1, too, where a signal ended it, or it could not be started. */
export interface Ended {
  status: number
  /** Seconds of processor time, its children's included; undefined where the system does not say. */
  processorTime: number | undefined
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    for (const child of running) child.kill('SIGTERM')
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

/**
 * Runs a script of the project under this Node, with what it writes shown as it comes, or written to the open file `output`.
 */
export function start(
  args: readonly string[],
  env: Record<string, string> = {},
  output?: number,
): { child: ChildProcess; exited: Promise<Ended> } {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: output === undefined ? 'inherit' : ['ignore', output, output],
    env: { ...process.env, ...env },
    windowsHide: true,
  })
  running.add(child)
  const exited = new Promise<Ended>(resolve => {
    child.on('exit', code => {
      const all = usedByChildren()
      const processorTime = all === undefined ? undefined : all - counted
      counted = all ?? 0
      resolve({ status: code ?? 1, processorTime })
    })
    child.on('error', () => resolve({ status: 1, processorTime: undefined }))
  }).finally(() => running.delete(child))
  return { child, exited }
}

/** Runs a step between two lines that name it; false when it failed. */
export async function runStep(name: string, args: readonly string[]): Promise<boolean> {
  console.log(`\n=== ${name}`)
  const begin = performance.now()
  const { status, processorTime } = await start(args).exited
  console.log(`=== ${name}: ${status === 0 ? 'done' : 'FAILED'} in ${took(begin, processorTime)}`)
  return status === 0
}

/** The time since `begin`, and the processor time, for people. */
export const took = (begin: number, processorTime: number | undefined): string =>
  processorTime === undefined
    ? seconds(begin)
    : `${seconds(begin)}, ${processorTime.toFixed(0)} s of processor time`

/** The time since `begin` (performance.now()), for people. */
export const seconds = (begin: number): string => `${((performance.now() - begin) / 1000).toFixed(1)} s`
