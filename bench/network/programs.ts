/** The programs whose figures are compared, each run as a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import * as v from 'valibot'

/** What both `p2plab broadcast --json` and the plain script print. */
const sample = v.object({
  expected: v.number(),
  delivered: v.number(),
  failedDials: v.number(),
  readyMs: v.number(),
  p50Ms: v.number(),
  p99Ms: v.number(),
  /** MiB. */
  rssMb: v.number(),
  cpuMs: v.number(),
})
export type Sample = v.InferOutput<typeof sample>
const handshakes = v.object({ links: v.number(), cpuMs: v.number() })

/** Both end by themselves before that, with a sentence that says why. Milliseconds. */
const DEADLINE_MS = 600_000
/** From a signal to the end of a program that stops what it started. Milliseconds. */
const END_MS = 15_000

export interface Size {
  nodes: number
  messages: number
  bytes: number
  seed: number
}

/** `p2plab broadcast`, the command line as it ships. */
export function product(
  cli: string,
  size: Size,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = {},
): Promise<Sample> {
  const { nodes, messages, bytes, seed } = size
  const options = { nodes, messages, size: bytes, seed }
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  return run([cli, 'broadcast', ...words, '--json'], sample, signal, env)
}

export const plain = (script: string, size: Size, signal: AbortSignal): Promise<Sample> =>
  run([script, ...[size.nodes, size.messages, size.bytes, size.seed].map(String)], sample, signal)

/** CPU milliseconds of both sides for one link. */
export async function cpuPerLink(script: string, links: number, signal: AbortSignal): Promise<number> {
  return (await run([script, String(links)], handshakes, signal)).cpuMs / links
}

/** Rejects with a sentence when the program prints something else, and with the signal's reason when that came first. */
async function run<T>(
  args: readonly string[],
  schema: v.GenericSchema<unknown, T>,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = {},
): Promise<T> {
  signal.throwIfAborted()
  // Its standard input is open until we are gone: the scripts of the bench end with it.
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let killer: NodeJS.Timeout | undefined
  const end = () => {
    killer ??= setTimeout(() => child.kill('SIGKILL'), END_MS)
    child.kill('SIGTERM')
  }
  const deadline = setTimeout(end, DEADLINE_MS)
  signal.addEventListener('abort', end)
  try {
    const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
    const [out, errors, [status, by]] = await Promise.all([text(child.stdout), text(child.stderr), closed])
    signal.throwIfAborted()
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), out)
    if (parsed.success) return parsed.output
    const last = errors.trim().split('\n').at(-1) ?? ''
    throw new Error(`${args.join(' ')} ended with ${by ?? status} and printed no result. ${last}`.trim())
  } finally {
    clearTimeout(deadline)
    clearTimeout(killer)
    signal.removeEventListener('abort', end)
  }
}
