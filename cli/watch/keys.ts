/** Single keys of a terminal, or from anywhere else words, one a line. */
import { inForeground } from '../foreground.ts'
import { lines } from '../lines.ts'

/** A character in lower case; '' for a key that only closes what is open; or what the terminal does itself while it has its lines. */
export type Key = string | { terminal: 'interrupt' | 'suspend' | 'gone' }

export interface Keys {
  /** Gives the terminal back for a while. */
  release(): void
  /** Takes it, unless this process is in its background: reading from there would stop it. */
  take(): Promise<void>
  close(): void
}

/** Reads from standard input. Where that is no terminal, its end means nothing. */
export function readKeys(onKey: (key: Key) => void): Keys {
  return process.stdin.isTTY ? fromTerminal(onKey) : fromLines(onKey)
}

function fromTerminal(onKey: (key: Key) => void): Keys {
  const { stdin } = process
  let closed = false
  const gone = () => {
    if (!closed) onKey({ terminal: 'gone' })
  }
  const release = () => {
    try {
      stdin.setRawMode(false)
    } catch {
      // It is gone, and so is its mode.
    }
    stdin.pause()
  }
  const take = async () => {
    const may = await inForeground()
    if (closed) return
    if (!may) return void stdin.pause()
    try {
      stdin.setRawMode(true)
      stdin.resume()
    } catch {
      gone()
    }
  }
  // A listener makes a stream flow, unless it was paused.
  stdin.pause()
  stdin.setEncoding('utf8').on('data', (text: string) => keysIn(text).forEach(onKey))
  for (const event of ['end', 'close', 'error']) stdin.on(event, gone)
  return {
    release,
    take,
    close() {
      closed = true
      release()
      stdin.destroy()
    },
  }
}

/** Arrows and function keys come as one piece that begins with Escape, and mean nothing. */
export const keysIn = (text: string): Key[] =>
  text.startsWith('\u001b')
    ? ['']
    : [...text].map(character => SPECIAL[character] ?? character.trim().toLowerCase())

const SPECIAL: Readonly<Record<string, Key>> = {
  '\u0003': { terminal: 'interrupt' },
  '\u0004': 'q',
  '\u001a': { terminal: 'suspend' },
}

const WORDS: Readonly<Record<string, string>> = {
  hint: 'h',
  solution: 's',
  list: 'l',
  next: 'n',
  quit: 'q',
  exit: 'q',
  yes: 'y',
}

function fromLines(onKey: (key: Key) => void): Keys {
  const { stdin } = process
  let closed = false
  const read = async () => {
    for await (const line of lines(stdin)) {
      if (closed) return
      const word = (line ?? '').trim().toLowerCase()
      if (word !== '') onKey(Object.hasOwn(WORDS, word) ? WORDS[word]! : word)
    }
  }
  return {
    release: () => undefined,
    take: async () => void read(),
    close() {
      closed = true
      stdin.destroy()
    },
  }
}
