/** An import of something that is not there: which, where it is imported, and what there is instead. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Place } from './place.ts'
import { PACKAGES } from './packages.ts'

/** Node's messages: Cannot find package 'lodash' imported from /lab/1-tcp/1-echo.ts; Directory import '/lab/1-tcp/' is not supported … */
const MESSAGE =
  /^(?:Cannot find (package|module)|(Directory import)) '(.+?)'(?: is not supported resolving ES modules)? imported from (.+)$/

/** The codes of errors whose message this module explains. */
export const MISSING_IMPORT = ['ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT']

/** From the message of an error with one of the codes MISSING_IMPORT; undefined when it is of another form. */
export function explainMissingImport(
  message: string,
): { place: Place | undefined; sentence: string } | undefined {
  const [, kind, directory, name, importer] = MESSAGE.exec(message.split('\n')[0]!) ?? []
  if (name === undefined || importer === undefined) return undefined
  if (kind === 'package') {
    return {
      place: placeOf(importer, specifier => specifier === name || specifier.startsWith(`${name}/`)),
      sentence: `the package ${name} is not installed. These packages come with P2P Lab: ${Object.keys(PACKAGES).join(', ')}. Install any others yourself.`,
    }
  }
  const wanted = path.resolve(name)
  const isIt = (specifier: string) =>
    specifier.startsWith('.') && path.resolve(path.dirname(importer), specifier) === wanted
  const there = existing(wanted)
  const instead =
    there !== undefined
      ? ` There is ${shown(there)}: import '${specifierOf(importer, there)}'`
      : path.extname(wanted) === ''
        ? ' Imports of your own files need the file extension: ./other.ts'
        : ''
  const what =
    directory === undefined ? `there is no file ${shown(wanted)}.` : `${shown(wanted)} is a folder.`
  return { place: placeOf(importer, isIt), sentence: `${what}${instead}` }
}

/** The file that was probably meant: with the ending .ts, in other case, or of the same name in another folder of the workspace. */
function existing(wanted: string): string | undefined {
  const { dir, name, ext } = path.parse(wanted)
  const endings = /^\.[cm]?[jt]sx?$/.test(ext) ? ['.ts', '.mts'] : [`${ext}.ts`]
  const names = [`${name}${ext}`, ...endings.map(ending => `${name}${ending}`)]
  const folders = [dir, ...entries(process.cwd()).map(entry => path.join(process.cwd(), entry))]
  for (const folder of folders) {
    const files = entries(inCaseOf(folder)).map(entry => path.join(inCaseOf(folder), entry))
    for (const one of names) {
      const same = files.filter(file => path.basename(file).toLowerCase() === one.toLowerCase())
      const found = same.find(file => path.basename(file) === one) ?? same[0]
      if (found !== undefined && isFile(found)) return found
    }
  }
  return undefined
}

/** The folder as it is written on the disk, where only upper and lower case differ. */
function inCaseOf(folder: string): string {
  if (entries(folder).length > 0) return folder
  const parent = path.dirname(folder)
  const name = entries(parent).find(entry => entry.toLowerCase() === path.basename(folder).toLowerCase())
  return name === undefined ? folder : path.join(parent, name)
}

/** Hidden ones, and what others wrote, left out. */
function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(name => !name.startsWith('.') && name !== 'node_modules')
      .sort()
  } catch {
    return []
  }
}

const isFile = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isFile() === true

const shown = (file: string): string => path.relative(process.cwd(), file).replaceAll(path.sep, '/')

function specifierOf(importer: string, file: string): string {
  const relative = path.relative(path.dirname(importer), file).replaceAll(path.sep, '/')
  return relative.startsWith('.') ? relative : `./${relative}`
}

/** Where the file imports it: the text between the quotation marks. */
function placeOf(file: string, isIt: (specifier: string) => boolean): Place | undefined {
  let lines: string[]
  try {
    lines = readFileSync(file, 'utf8').split('\n')
  } catch {
    return undefined
  }
  for (const [index, line] of lines.entries()) {
    for (const found of line.matchAll(/\b(?:from|import)\s*\(?\s*(['"])(.+?)\1/g)) {
      if (isIt(found[2]!))
        return { file, line: index + 1, column: found.index + found[0].indexOf(found[1]!) + 2 }
    }
  }
  return { file, line: 1 }
}
