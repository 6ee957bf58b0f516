/** The command line as it is run in a terminal. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { dist } from './labs.ts'

export interface Ran {
  status: number | null
  out: string
  errors: string
}

/** Runs `p2plab` with these words in `cwd` to its end. */
export async function p2plab(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [path.join(dist, 'cli.mjs'), ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ran: Ran = { status: null, out: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (ran.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (ran.errors += text))
  const [status] = (await once(child, 'close')) as [number | null]
  return { ...ran, status }
}

/** Runs `p2plab` with these words in the current folder to its end. */
export async function runP2plab(
  ...args: string[]
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const { status, out, errors } = await p2plab(args, process.cwd())
  return { status, stdout: out, stderr: errors }
}
