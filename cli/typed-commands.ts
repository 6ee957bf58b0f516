/** The commands that `p2plab network up` reads from standard input, one a line, while its network runs. */
import { randomInt } from 'node:crypto'
import type { Network } from '../network/orchestrator/network.ts'
import { describeStep } from '../network/scenario/describe.ts'
import { LINES, parseLine } from '../network/scenario/line.ts'
import { attempt } from '../network/scenario/run.ts'
import { WrongEncoding } from '../network/written-text.ts'
import { oneLine } from './arguments.ts'
import { inForeground } from './foreground.ts'
import { lines, MAX_LINE } from './lines.ts'
import { nodeRows } from './node-rows.ts'

export interface TypedOptions {
  network: Network
  /** Aborted: the command that is under way is the last. */
  signal: AbortSignal
  /** Where the results go; what is wrong with a line goes to standard error. */
  print(text: string): void
}

/** Resolves when "quit" is read. The end of the input is no command: then it never resolves, nor when `signal` is aborted. */
export async function typedCommands({ network, signal, print }: TypedOptions): Promise<void> {
  const { stdin } = process
  const end = () => void stdin.destroy()
  signal.addEventListener('abort', end)
  await holdBackInBackground()
  try {
    for await (const line of lines(stdin)) {
      if (signal.aborted) break
      if (line === undefined) complain(`The line is longer than ${MAX_LINE} bytes. Send shorter lines.`)
      else if (await take(line, { network, signal, print })) return end()
    }
  } catch (error) {
    if (!(error instanceof WrongEncoding)) throw error
    complain(`Could not read commands from standard input: ${error.message}.`)
  }
  await new Promise(() => undefined)
}

/** Does what a line says. True when it says that this was all. */
async function take(line: string, { network, signal, print }: TypedOptions): Promise<boolean> {
  const text = line.trim()
  if (text === '' || text.startsWith('#')) return false
  if (text === 'quit' || text === 'exit') return true
  if (text === 'help') print(HELP)
  else if (text === 'nodes') print(nodeRows(network.state))
  else {
    const parsed = parseLine(text, randomInt(2 ** 32))
    if ('problem' in parsed) complain(parsed.problem)
    else {
      const { holds, detail } = await attempt(parsed.step, { network, signal, messages: [] })
      const title = describeStep(parsed.step)
      if (holds) print(`${title}: ${detail}\n`)
      else if (!signal.aborted) complain(`${title}: ${detail}`)
    }
  }
  return false
}

const complain = (sentence: string) => process.stderr.write(`${oneLine(sentence)}\n`)

const width = Math.max(...LINES.map(([form]) => form.length))
export const HELP = [
  ...[...LINES, ['nodes', 'list the nodes'], ['help', 'this'], ['quit', 'stop the network']],
]
  .map(([form, does]) => `  ${form!.padEnd(width)}  ${does}\n`)
  .join('')

/**
 * A job in the background that reads from its terminal is stopped by the system. So it reads only in the foreground: it looks when it
 * starts, and whenever a shell lets it go on (`fg`, `bg`).
 */
async function holdBackInBackground(): Promise<void> {
  if (!process.stdin.isTTY || process.platform === 'win32') return
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = async () => {
    const may = await inForeground()
    if (may) {
      process.stdin.resume()
      resolve()
    } else process.stdin.pause()
  }
  process.on('SIGCONT', () => void look())
  await look()
  await promise
}
