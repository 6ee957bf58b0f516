/** What a file does not export, although its exercise asks for it. */

/** The ops of the exercise, from the checker. */
const VARIABLE = 'P2PLAB_OPS'

/** The sentence for an op that is not there; it names the others that are not there either. */
export function missingExport(exports: Record<string, unknown>, op: string, file: string): string {
  const isFunction = (name: string) => Object.hasOwn(exports, name) && typeof exports[name] === 'function'
  const asked = (process.env[VARIABLE] ?? '').split(',').filter(name => name !== '')
  const others = asked.includes(op) ? asked.filter(name => name !== op && !isFunction(name)) : []
  const instead = Object.hasOwn(exports, op) ? ` (it exports ${op}, but that is not a function)` : ''
  const also = others.length === 0 ? '' : `, nor ${others.join(', ')}`
  return `${file} does not export a function ${op}${instead}${also}. Write: export async function ${op}(…)`
}
