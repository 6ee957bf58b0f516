/** A command line that goes on while a test talks to it: through pipes, or in a terminal of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { dist, root } from './labs.ts'
import { python } from './python.ts'

const DEADLINE_MS = 60_000

export interface Started {
  cwd: string
  env?: NodeJS.ProcessEnv
}

export class Conversation {
  readonly child: ChildProcess
  /** All that it wrote; in a terminal both outputs are one. */
  out = ''
  errors = ''
  /** Resolves to its exit status, or to 128 and the number of the signal that ended a command in a terminal. */
  readonly over: Promise<number | null>
  #heard = 0
  readonly #told = new EventTarget()

  constructor(command: string, args: readonly string[], { cwd, env }: Started) {
    this.child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.over = once(this.child, 'close').then(([status]) => status as number | null)
    const note = (key: 'out' | 'errors') => (text: string) => {
      this[key] += text
      this.#told.dispatchEvent(new Event('text'))
    }
    this.child.stdout!.setEncoding('utf8').on('data', note('out'))
    this.child.stderr!.setEncoding('utf8').on('data', note('errors'))
    // It may be gone before all was said.
    this.child.stdin!.on('error', () => undefined)
    void this.over.then(() => this.#told.dispatchEvent(new Event('text')))
  }

  say(text: string): void {
    this.child.stdin!.write(text)
  }

  /** Resolves to the match of `text` in what it writes after what was heard before. */
  async hear(text: RegExp): Promise<RegExpExecArray> {
    return this.#wait(text, () => {
      const match = text.exec(this.out.slice(this.#heard))
      if (match) this.#heard += match.index + match[0].length
      return match
    })
  }

  /** The same on standard error, from its beginning. */
  async hearError(text: RegExp): Promise<RegExpExecArray> {
    return this.#wait(text, () => text.exec(this.errors))
  }

  async #wait(text: RegExp, look: () => RegExpExecArray | null): Promise<RegExpExecArray> {
    const deadline = AbortSignal.timeout(DEADLINE_MS)
    for (;;) {
      const match = look()
      if (match) return match
      const ended = this.child.exitCode !== null && this.child.stdout!.readableEnded
      if (ended || deadline.aborted)
        throw new Error(`${text} was not written. Output:\n${this.out}\nErrors:\n${this.errors}`)
      await once(this.#told, 'text', { signal: deadline }).catch(() => undefined)
    }
  }
}

const conversations = new Set<Conversation>()

/** For `afterEach`. */
export async function endConversations(): Promise<void> {
  for (const one of conversations) {
    one.child.stdin!.end()
    one.child.kill('SIGTERM')
    await one.over
  }
  conversations.clear()
}

/** `p2plab` with these words, through pipes. */
export function talkTo(args: readonly string[], options: Started): Conversation {
  const conversation = new Conversation(process.execPath, [path.join(dist, 'cli.mjs'), ...args], options)
  conversations.add(conversation)
  return conversation
}

/** Why nothing can be run in a terminal on this machine, as a sentence; undefined when it can. */
export const noTerminal = (): string | undefined =>
  process.platform === 'win32' || python() === undefined
    ? 'Terminals are left out: that takes Python 3.9 or newer and a system with pseudo-terminals.'
    : undefined

/**
 * `p2plab` with these words in a terminal of 80 columns and 24 lines. The end of its standard input takes the terminal away,
 * and a first line on standard error is its process id.
 */
export function typeTo(
  args: readonly string[],
  options: Started,
  { columns = 80, rows = 24 } = {},
): Conversation {
  const script = path.join(root, 'test/kit/fixtures/terminal.py')
  const command = [process.execPath, path.join(dist, 'cli.mjs'), ...args]
  const conversation = new Conversation(python()!, [script, String(columns), String(rows), ...command], {
    ...options,
    env: { TERM: 'xterm-256color', NO_COLOR: undefined, ...options.env },
  })
  conversations.add(conversation)
  return conversation
}
