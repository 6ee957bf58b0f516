import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { createLineSplitter } from '../../network/lines.ts'

/** Of a longer line each so many bytes are taken for one. */
const LINE_BYTES = 64 * 1024

export interface Group {
  /** Resolves with the exit status when the command has ended. */
  exited: Promise<number>
  /** Calls back with each line of standard output, from now on. */
  onLine(callback: (line: string) => void): void
  /** Ends the command with everything that it started and waits until it is gone. Safe to call twice. */
  end(): Promise<void>
}

/**
 * Starts a command with everything it starts in one process group, which ends with us, also when we are killed (see
 * keeper.mjs). What it writes goes to `log`.
 */
export async function startGroup(
  command: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; log: string },
): Promise<Group> {
  await mkdir(path.dirname(options.log), { recursive: true })
  const log = createWriteStream(options.log)
  const keeper = path.join(import.meta.dirname, 'keeper.mjs')
  const child = spawn(process.execPath, [keeper, command, ...args], {
    cwd: options.cwd,
    env: options.env,
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  const exited = new Promise<number>(resolve => {
    child.on('exit', code => resolve(code ?? 1))
    child.on('error', () => resolve(127))
  })
  // The keeper may be gone already when its input is ended.
  child.stdin.on('error', () => {})
  child.stderr.pipe(log, { end: false })
  child.stdout.pipe(log, { end: false })
  void exited.then(() => log.end())

  return {
    exited,
    onLine(callback) {
      const splitter = createLineSplitter(LINE_BYTES)
      child.stdout.on('data', (chunk: Buffer) => splitter.push(chunk).forEach(({ text }) => callback(text)))
    },
    async end() {
      child.stdin.end()
      await exited
    },
  }
}
