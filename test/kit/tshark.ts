/** tshark, Wireshark for the terminal: what others read in our packet captures. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Context } from 'mocha'
import { skipBecause } from './platform.ts'

const run = promisify(execFile)

export const hasTshark = (): Promise<boolean> =>
  run('tshark', ['--version']).then(
    () => true,
    () => false,
  )

/** Call it in a `before` hook: skips the suite where there is no tshark. */
export async function needTshark(context: Context): Promise<void> {
  if (!(await hasTshark())) skipBecause(context, 'tshark is not installed')
}

/** The lines that tshark prints of `file`. Checksums are checked. Rejects when it cannot read the file. */
export async function tshark(file: string, ...args: string[]): Promise<string[]> {
  const checks = ['ip', 'tcp', 'udp'].flatMap(name => ['-o', `${name}.check_checksum:TRUE`])
  const { stdout } = await run('tshark', ['-r', file, ...checks, ...args], { maxBuffer: 256 * 1024 * 1024 })
  return stdout.split('\n').filter(line => line !== '')
}
