/** An import of something that is not there: which, where it is imported, and what there is. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Place } from './explain.ts'
import { PACKAGES } from './packages.ts'

/** Node's message: Cannot find package 'lodash' imported from /lab/1-tcp/1-echo.ts */
const MESSAGE = /^Cannot find (package|module) '(.+?)' imported from (.+)$/

/** From the message of an error with the code ERR_MODULE_NOT_FOUND; undefined when it is of another form. */
export function explainAbsent(message: string): { place: Place | undefined; sentence: string } | undefined {
  const [, kind, name, importer] = MESSAGE.exec(message.split('\n')[0]!) ?? []
  if (name === undefined || importer === undefined) return undefined
  if (kind === 'package') {
    return {
      place: placeOf(importer, specifier => specifier === name || specifier.startsWith(`${name}/`)),
      sentence: `there is no package ${name} here. These come with P2P Lab: ${Object.keys(PACKAGES).join(', ')}. Others are yours to install.`,
    }
  }
  const isIt = (specifier: string) =>
    specifier.startsWith('.') && path.resolve(path.dirname(importer), specifier) === name
  const ending = path.extname(name) === '' ? ' Imports of your own files need their ending: ./other.ts' : ''
  const file = path.relative(process.cwd(), name).replaceAll(path.sep, '/')
  return { place: placeOf(importer, isIt), sentence: `there is no file ${file}.${ending}` }
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
