/** Runs a learner's file with our runner, outside of any check, and reads what it says. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { dist, folderWith } from './labs.ts'

export interface Ran {
  status: number | null
  /** Control lines, parsed. */
  control: Record<string, unknown>[]
  /** The other lines of standard output. */
  log: string[]
  errors: string
}

/** Runs `source` as 1-tcp/1-echo.ts, sends it these lines, ends standard input when it has answered `answers` of them. */
export async function runLearner(
  source: string | undefined,
  lines: string[] = [],
  answers = lines.length,
): Promise<Ran> {
  const cwd = await folderWith(source === undefined ? {} : { '1-tcp/1-echo.ts': source })
  const child = spawn(process.execPath, [path.join(dist, 'learner.mjs'), '1-tcp/1-echo.ts'], { cwd })
  const closed = once(child, 'close')
  let out = ''
  let errors = ''
  const result = (): Omit<Ran, 'status'> => {
    const all = out.split('\n').filter(line => line !== '')
    const isControl = (line: string) => line.startsWith('{"p2plab"')
    return {
      control: all.filter(isControl).map(line => JSON.parse(line) as Record<string, unknown>),
      log: all.filter(line => !isControl(line)),
      errors,
    }
  }
  child.stdin.on('error', () => {})
  child.stdin.write(lines.map(line => `${line}\n`).join(''))
  if (answers === 0) child.stdin.end()
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    if (result().control.filter(line => 'id' in line).length >= answers) child.stdin.end()
  })
  const [status] = (await closed) as [number | null]
  return { status, ...result() }
}

/** A line that calls an op. */
export const call = (id: number, op: string, args: object = {}) => JSON.stringify({ id, op, args })
