/**
 * Whether the program of a command line is there, before a shell is asked to run it. A shell would say so only with a status that a program
 * can end with, too: cmd.exe says 1.
 */
import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'

export interface Machine {
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  /** Whether there is a file that can be run. */
  canRun(file: string): boolean
}

const MACHINE: Machine = {
  platform: process.platform,
  env: process.env,
  canRun(file) {
    try {
      accessSync(file, constants.X_OK) // Windows: whether it is there.
      return statSync(file).isFile()
    } catch {
      return false
    }
  },
}

/** What the shell does itself. */
const POSIX_OWN = new Set(
  '. : [ ! alias bg break case cd command continue echo eval exec exit export false fg for function getopts hash if jobs kill local printf pwd read readonly return select set shift source test time times trap true type ulimit umask unalias unset until wait while'.split(
    ' ',
  ),
)
const WINDOWS_OWN = new Set(
  'assoc break call cd chdir cls color copy date del dir dpath echo endlocal erase exit for ftype goto if keys md mkdir mklink move path pause popd prompt pushd rd rem ren rename rmdir set setlocal shift start time title type ver verify vol'.split(
    ' ',
  ),
)

/**
 * The command's name when there is no such program in `folder`, in which the command line will be run, nor on the path. Undefined when there
 * is one, and where only the shell can tell: variables, built-in commands, several commands at once.
 */
export function missingCommand(
  commandLine: string,
  folder: string,
  machine: Machine = MACHINE,
): string | undefined {
  const windows = machine.platform === 'win32'
  const name = firstWord(commandLine, windows)
  if (name === undefined) return undefined
  if ((windows ? WINDOWS_OWN : POSIX_OWN).has(windows ? name.toLowerCase() : name)) return undefined
  const { delimiter, resolve } = windows ? path.win32 : path.posix
  const hasFolder = windows ? /[\\/:]/.test(name) : name.includes('/')
  const search = valueOf(machine.env, 'PATH', windows).split(delimiter)
  // cmd.exe looks in the current folder first; a shell elsewhere takes an empty entry for it.
  const folders = hasFolder ? [folder] : windows ? [folder, ...search] : search
  const endings = windows ? endingsOf(name, valueOf(machine.env, 'PATHEXT', windows)) : ['']
  const files = folders.flatMap(one =>
    endings.map(ending => resolve(folder, one.replace(/^"(.*)"$/, '$1'), `${name}${ending}`)),
  )
  return files.some(file => machine.canRun(file)) ? undefined : name
}

/** The program, without its quotation marks; undefined when it is more than a plain word. */
function firstWord(commandLine: string, windows: boolean): string | undefined {
  const text = commandLine.trimStart()
  const word = windows
    ? /^(?:"([^"%]+)"|([^\s"%^&|<>()@,;=!]+))(?=$|[\s&|<>])/
    : /^(?:"([^"$`\\]+)"|'([^']+)'|([\w./+:@%,-]+))(?=$|[\s;&|<>])/
  const found = word.exec(text)
  return found?.slice(1).find(group => group !== undefined)
}

const valueOf = (env: NodeJS.ProcessEnv, name: string, windows: boolean): string =>
  (windows ? Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1] : env[name]) ?? ''

/** As a word with an ending of its own is also looked for as it is. */
function endingsOf(name: string, pathExt: string): string[] {
  const endings = (pathExt === '' ? '.COM;.EXE;.BAT;.CMD' : pathExt).split(';').filter(Boolean)
  const own = path.win32.extname(name).toUpperCase()
  return endings.some(ending => ending.toUpperCase() === own) ? ['', ...endings] : endings
}
