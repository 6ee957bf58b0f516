/**
 * TypeScript files without their types, kept by content. Node loads its type stripper, which takes 95 of the 140 ms of processor time that a program
 * costs until it is ready (measured with Node 24), once in each process that meets a file which it has not kept. A check starts many copies of a
 * changed file, some at the same time: here it is stripped once, by the checker.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'
import { compiledFolder } from '../../network/user-folders.ts'

/** Each version of a file is one more: the oldest go. */
const MOST_KEPT = 400
/** A mark at the beginning of the file. What Node makes of it is Node's to say, as of all that cannot be stripped. */
const MARK = '\uFEFF'

/**
 * The text of the file, in which spaces stand for the types, so that every place is where it was. Undefined where it cannot be had, whatever the
 * reason: Node itself loads the file then, and says what is wrong with it.
 */
export function withoutTypes(file: string): string | undefined {
  const folder = compiledFolder()
  if (folder === undefined) return undefined
  try {
    const text = readFileSync(file, 'utf8')
    if (text.startsWith(MARK)) return undefined
    const kept = path.join(folder, 'without-types', `${nameOf(headOf(text))}.js`)
    return read(text, kept) ?? strip(text, kept)
  } catch {
    return undefined
  }
}

/**
 * As FNV-1a of 32 bits (https://datatracker.ietf.org/doc/draft-eastlake-fnv/), but of UTF-16 units: Node's cryptography takes longer to load than all that is done here. Another text may have the same name, so what is kept says
 * itself which text it is of.
 */
function nameOf(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

/** In front of what is kept. Another Node may strip in another way; the length says where the text ends. */
const headOf = (text: string): string => `${process.version} ${text.length}\n${text}`

function read(text: string, kept: string): string | undefined {
  try {
    const head = headOf(text)
    const found = readFileSync(kept, 'utf8')
    return found.startsWith(head) ? found.slice(head.length) : undefined
  } catch {
    return undefined
  }
}

function strip(text: string, kept: string): string {
  const stripped = quietly(() => stripTypeScriptTypes(text))
  try {
    const folder = path.dirname(kept)
    mkdirSync(folder, { recursive: true })
    // Under another name first: a program that starts now must not read half of it.
    const half = `${kept}.${process.pid}`
    writeFileSync(half, headOf(text) + stripped)
    renameSync(half, kept)
    tidy(folder)
  } catch {
    // It only costs time.
  }
  return stripped
}

/** Node warns that its stripper is experimental, once: noise in the log of a program, and on a terminal. */
function quietly<T>(work: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return work()
  } finally {
    process.emitWarning = emitWarning
  }
}

function tidy(folder: string): void {
  const names = readdirSync(folder)
  if (names.length <= MOST_KEPT) return
  const byAge = names
    .map(name => path.join(folder, name))
    .map(file => ({ file, at: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => a.at - b.at)
  for (const { file } of byAge.slice(0, names.length - MOST_KEPT / 2)) rmSync(file, { force: true })
}
