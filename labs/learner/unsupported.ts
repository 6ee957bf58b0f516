/** TypeScript that is more than types, which Node's type stripping refuses, and what to write instead. */

/** The construct, as Node's message names it, and a way without it. */
const INSTEAD: readonly [construct: RegExp, name: string, instead: string][] = [
  [/enum/, 'an enum', 'const Kind = { Ask: 1, Tell: 2 } as const'],
  [
    /parameter propert/,
    'a parameter property',
    'a field of the class, and set it in the constructor: this.x = x',
  ],
  [
    /namespace|module/,
    'a namespace',
    'plain functions and constants, in a file of their own that you import',
  ],
  [/import equals|import =/, 'import … = require(…)', "import net from 'node:net'"],
  [/export assignment|export =/, 'export =', 'export, before each function that is asked for'],
]

/** One sentence, from the message of an error with the code ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX. */
export function explainUnsupported(message: string): string {
  const known = INSTEAD.find(([construct]) => construct.test(message))
  if (!known) return `${message}. Only types are erased before your file is run: write this without it.`
  const [, name, instead] = known
  return `${name} does not run here, because only types are erased before your file is run. Write instead: ${instead}`
}
