/** Which tests were asked for on the command line: a run that no test asks for is not begun. */
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  args: process.argv.slice(2),
  strict: false,
  options: { grep: { type: 'string', short: 'g' }, fgrep: { type: 'string', short: 'f' } },
})

/** Everything was asked for. */
export const withoutGrep = values.grep === undefined && values.fgrep === undefined

/** As mocha takes `--grep` and `--fgrep`. */
export function isAskedFor(fullTitle: string): boolean {
  const { grep, fgrep } = values
  if (typeof fgrep === 'string') return fullTitle.includes(fgrep)
  return typeof grep !== 'string' || new RegExp(grep).test(fullTitle)
}
