/** Turns what a learner's program threw into one sentence that names the place: file:line:column. */
import { readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { isUtf16 } from '../../network/written-text.ts'
import { oneLine, preview } from '../preview.ts'
import { lastLoaded } from './hooks.ts'
import { explainMissingImport, MISSING_IMPORT } from './missing-import.ts'
import type { Place } from './place.ts'
import { findSyntaxError } from './syntax.ts'
import { explainUnsupported } from './unsupported.ts'

/** A text that a function of Node's repeats, however long it is; a path is shorter. Characters. */
const LONGEST_WORD = /(\S{150})\S{50,}/gu

/** For an error that an op threw, or that kept the file from loading. One line. */
export const explain = (thrown: unknown): string => oneLine(explained(thrown).replace(LONGEST_WORD, '$1…'))

function explained(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `your code threw a value that is not an Error: ${preview(thrown)}`
  const missing = MISSING_IMPORT.includes(codeOf(thrown)) ? explainMissingImport(thrown.message) : undefined
  if (missing) return at(missing.place, missing.sentence)
  const syntax = thrown instanceof SyntaxError || codeOf(thrown).endsWith('_TYPESCRIPT_SYNTAX')
  const place = syntax ? (decorated(thrown) ?? compiled()) : firstFrame(thrown)
  if (codeOf(thrown) === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return at(place, explainUnsupported(thrown.message))
  if (syntax && place && isUtf16File(place.file))
    return `${inWorkspace(place.file) ?? place.file} is a UTF-16 file. Save it as UTF-8.`
  const what = syntax ? `syntax error: ${thrown.message}` : nameAndMessage(thrown)
  const sentence = `${what}${adviceOn(thrown)}`
  return at(place, sentence)
}

function isUtf16File(file: string): boolean {
  try {
    return isUtf16(readFileSync(file))
  } catch {
    return false
  }
}

export const at = (place: Place | undefined, sentence: string): string =>
  place ? `${show(place)}: ${sentence}` : sentence

/** For a file whose loading waits for what never comes. */
export const unsettled = (file: string): string =>
  `${file} never finishes loading. An await outside your functions waits for something that can no longer happen.`

/**
 * For an error that nobody caught, which ends the program. `thrown` by the system outside of any promise, it came as
 * an "error" event.
 */
export function explainFatal(thrown: unknown, origin: 'exception' | 'rejection'): string {
  const unheard =
    origin === 'exception' && thrown instanceof Error && 'syscall' in thrown
      ? '. It arrived as an "error" event without a listener. Add .on(\'error\', …) to every socket and server.'
      : ''
  return `an uncaught error ended your program. ${explain(thrown)}${unheard}`
}

function adviceOn(error: Error): string {
  switch (codeOf(error)) {
    case 'ERR_OUT_OF_RANGE':
    case 'ERR_BUFFER_OUT_OF_BOUNDS':
      return '. If it is a Buffer, more bytes were asked for than it holds. Check its length first.'
  }
  if (/does not provide an export named/.test(error.message)) {
    return '. Check the spelling. If it is a type, write: import type'
  }
  return ''
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '')

const nameAndMessage = (error: Error): string =>
  error.name === 'Error' ? error.message || 'an Error without a message' : `${error.name}: ${error.message}`

/** Node writes FILE:LINE, the source line and a caret before the stack of a syntax error; not of each kind. */
function decorated(error: Error): Place | undefined {
  const lines = (error.stack ?? '').split('\n')
  const head = /^(.*\.ts):(\d+)$/.exec(lines[0] ?? '')
  if (!head) return undefined
  const caret = lines.slice(1, 5).find(line => /^\s*\^+\s*$/.test(line))
  return {
    file: fromUrl(head[1]!),
    line: Number(head[2]),
    ...(caret && { column: caret.indexOf('^') + 1 }),
  }
}

function compiled(): Place | undefined {
  const url = lastLoaded()
  return url === undefined ? undefined : findSyntaxError(fileURLToPath(url))
}

/** The topmost place in the learner's own code. */
function firstFrame(error: Error): Place | undefined {
  for (const line of (error.stack ?? '').split('\n')) {
    const frame = /(file:\/\/\/.*\.ts):(\d+):(\d+)\)?$/.exec(line)
    if (frame) return { file: fromUrl(frame[1]!), line: Number(frame[2]), column: Number(frame[3]) }
  }
  return undefined
}

const fromUrl = (name: string) => (name.startsWith('file:') ? fileURLToPath(name) : name)

/**
 * The path in the workspace, with forward slashes; undefined for what is elsewhere. Node names files by their real paths, which lead out
 * of the workspace where the lab's folder, or the learner's file itself, is a link.
 */
function inWorkspace(file: string): string | undefined {
  const started = path.relative(process.cwd(), path.resolve(process.argv[2] ?? ''))
  const parts = isOutside(started) ? [] : started.split(path.sep)
  // The file, the folder that it is in, and so on up to the workspace.
  const links = parts.map((_part, i) => parts.slice(0, parts.length - i).join(path.sep))
  for (const name of [...links, '']) {
    const inside = path.relative(realOf(path.resolve(name)), file)
    if (isOutside(inside)) continue
    return path.join(name, inside).replaceAll(path.sep, '/')
  }
  return undefined
}

const isOutside = (relative: string) => relative.startsWith('..') || path.isAbsolute(relative)

function realOf(name: string): string {
  try {
    return realpathSync(name)
  } catch {
    return name
  }
}

export function show({ file, line, column }: Place): string {
  return `${inWorkspace(file) ?? file}:${line}${column === undefined ? '' : `:${column}`}`
}
