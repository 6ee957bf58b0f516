/** Starts our own bundles as Node processes: the one place that knows what such a child must and must not inherit. */
import { fork, type ChildProcess, type StdioOptions } from 'node:child_process'

export interface ForkOptions {
  /** A Node 22.18 or newer; in VS Code the editor itself, run as Node. Default: the one that runs this. */
  execPath?: string | undefined
  /** It stands beside others like it, and all of them together keep the processors busy. */
  oneOfMany?: boolean
  /** It has little to do: memory matters more than speed. */
  small?: boolean
  /** Default: all are pipes. Standard input carries nothing: its end is the second sign of our own end (see lifeline.ts). */
  stdio?: StdioOptions
}

/**
 * What a Node that we start finds in its environment. In VS Code process.execPath is Electron, which is Node when it is told so;
 * options of an extension host or of a debugger (inspector ports, loaders) would break the child.
 */
export const nodeEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  ELECTRON_RUN_AS_NODE: '1',
  NODE_OPTIONS: undefined,
})

/**
 * Node lets new objects fill two spaces of up to 16 MB before it looks for garbage, and glibc gives each thread an arena of its own: of a process with one
 * libp2p node, that is a third of the memory that it does not share with others (ten nodes: 300 MB instead of 424; the time of a start stays the same).
 */
const SMALL = { option: '--max-semi-space-size=1', environment: { MALLOC_ARENA_MAX: '1' } }

/**
 * V8 has four threads in each process that collect garbage and compile what is used often. Of many processes side by side, they get in each other's way: with
 * one thread each, ten nodes with a process each are ready in 0.94 of the time, and so are 100 in two processes (12 and 9 runs, taking turns). A program of an exercise
 * gets ready with 0.92 of the processor time.
 */
export const ONE_OF_MANY = '--v8-pool-size=1'

/** What may stand between Node and the bundle in the command line of a process of ours. */
export const OWN_OPTIONS: readonly string[] = [SMALL.option, ONE_OF_MANY]

/** `module` is the path of a bundle. The child has an IPC channel, and ends by itself when that closes. */
export function forkNode(
  module: string,
  { execPath, oneOfMany, small, stdio }: ForkOptions = {},
): ChildProcess {
  return fork(module, [], {
    execPath: execPath ?? process.execPath,
    execArgv: [...(oneOfMany ? [ONE_OF_MANY] : []), ...(small ? [SMALL.option] : [])],
    env: { ...nodeEnvironment(), ...(small && SMALL.environment) },
    stdio: stdio ?? ['pipe', 'pipe', 'pipe', 'ipc'],
    ...(process.platform === 'win32' && { windowsHide: true }),
  })
}
