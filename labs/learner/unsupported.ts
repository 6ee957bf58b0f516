/** TypeScript that is more than types, which Node's type stripping refuses, and what to write instead. */

/** The construct, as Node's message names it, and a way without it. */
const INSTEAD: readonly [construct: RegExp, name: string, instead: string][] = [
  [/enum/, 'an enum', 'const Kind = { Ask: 1, Tell: 2 } as const'],
  [
    /parameter propert/,
    'a parameter property',
    'a field of the class, and set it in the constructor: this.x = x',
  ],
  [/namespace|module/, 'a namespace', 'plain functions and constants in a separate file that you import'],
  [/import equals|import =/, 'import … = require(…)', "import net from 'node:net'"],
  [/export assignment|export =/, 'export =', 'export, before each required function'],
]

/** One sentence, from the message of an error with the code ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX. */
export function explainUnsupported(message: string): string {
  const known = INSTEAD.find(([construct]) => construct.test(message))
  if (!known)
    return `${message}. P2P Lab only removes types before it runs your file. Write this without that syntax.`
  const [, name, instead] = known
  return `${name} does not work here, because P2P Lab only removes types before it runs your file. Write instead: ${instead}`
}
