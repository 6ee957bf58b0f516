/**
 * The control channel of CONTRACT.md, the program's side: one JSON object a line. Commands come on standard input;
 * `ready`, replies and events go to standard output, between the lines that the learner's own code prints there.
 */
import { createLineSplitter, type Line, type LineSplitter } from '../../network/lines.ts'
import { isUtf16 } from '../../network/written-text.ts'
import { preview } from '../preview.ts'
import { toJson } from './values.ts'

export interface Command {
  id: number
  op: string
  args: Record<string, unknown>
}

/** A command holds a few hundred thousand bytes as hex; a longer line is not from a checker. Bytes. */
const MAX_COMMAND = 16 * 1024 * 1024

const write = process.stdout.write.bind(process.stdout)
let atLineStart = true

/** Keeps control lines whole: what the learner prints without a line end gets one before the next control line. */
export function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr]) waitForReader(stream)
  process.stdout.write = ((chunk: string | Uint8Array, ...rest: []) => {
    const last = chunk.at(-1)
    if (last !== undefined) atLineStart = last === '\n' || last === 0x0a
    return write(chunk, ...rest)
  }) as typeof process.stdout.write
}

/**
 * A write returns when the system has taken the bytes. Otherwise a loop that prints and never ends would fill the
 * memory with what it could not send, and a crash would lose the last words. Node does so itself on Windows.
 */
function waitForReader(stream: NodeJS.WriteStream): void {
  const { _handle } = stream as { _handle?: { setBlocking?(on: boolean): void } }
  _handle?.setBlocking?.(true)
}

function control(kind: string, fields: Record<string, unknown>): void {
  write(`${atLineStart ? '' : '\n'}${toJson({ p2plab: kind, ...fields })}\n`)
  atLineStart = true
}

export const ready = (): void => control('ready', { contract: 1 })
export const reply = (id: number, result: unknown): void => control('reply', { id, result: result ?? {} })
/** `fault`: the op did not fail, but it is not exported, or what it returned is no result. */
export const error = (id: number, message: string, fault?: 'export' | 'result'): void =>
  control('error', { id, message, ...(fault && { fault }) })
export const event = (name: string, data: unknown): void => control('event', { event: name, data })

/** Calls `onCommand` for each command; the end of standard input ends the program, as the contract says. */
export function listen(onCommand: (command: Command) => void): void {
  const splitter = createLineSplitter(MAX_COMMAND, isUtf16)
  process.stdin.on('data', (chunk: Buffer) => {
    for (const { text, ends } of linesOf(splitter, chunk)) {
      const command = ends ? parseCommand(text) : undefined
      if (command) onCommand(command)
      else if (text.trim() !== '')
        process.stderr.write(`P2P Lab: this line is not a command: ${preview(text)}\n`)
    }
  })
  process.stdin.on('end', () => process.exit(0))
}

/** Who pipes commands by hand may do so from a shell that writes UTF-16: no line would ever be a command. */
function linesOf(splitter: LineSplitter, chunk: Buffer): Line[] {
  try {
    return splitter.push(chunk)
  } catch (error) {
    process.stderr.write(
      `P2P Lab: could not read commands from standard input: ${(error as Error).message}.\n`,
    )
    process.exit(1)
  }
}

/** The command, or undefined when the line is none. Never throws. */
export function parseCommand(line: string): Command | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { id, op, args = {} } = value as Partial<Record<keyof Command, unknown>>
  if (!Number.isSafeInteger(id) || typeof op !== 'string') return undefined
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return undefined
  return { id: id as number, op, args: args as Record<string, unknown> }
}
