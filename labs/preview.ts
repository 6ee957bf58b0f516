/** How values that come from a learner's program are shown: in one line of bounded length, whatever they hold. */
import { count, number } from './number.ts'

/** The longest sentence made of what a program gave. Characters. */
const LONGEST = 600
/** The longest value within a sentence. Characters. */
const LONGEST_VALUE = 60
const SHOWN_BYTES = 8

/** Line ends and other control characters become spaces, and what is over `max` characters an ellipsis. */
export function oneLine(text: string, max = LONGEST): string {
  // More than that never shows: a text of many megabytes need not be read to its end.
  const line = text
    .slice(0, 4 * max)
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim()
  const cut = line.length > max || text.length > 4 * max
  // Not within a character that takes two.
  return cut ? `${line.slice(0, max).replace(/[\uD800-\uDBFF]$/, '')}…` : line
}

/** What a value is, as a noun: `the number 49321`, `a Buffer of 110,000 bytes (68 65 6c …)`, `nothing`. Never throws. */
export function preview(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing (undefined)'
    case 'string':
      return value.length > LONGEST_VALUE
        ? `a string of ${number(value.length)} characters ("${oneLine(value, LONGEST_VALUE)}")`
        : `the string ${JSON.stringify(value)}`
    case 'number':
    case 'boolean':
      return `${typeof value === 'number' ? 'the number' : 'the boolean'} ${value}`
    case 'bigint':
      return `the BigInt ${oneLine(`${value}n`, LONGEST_VALUE)}`
    case 'symbol':
      return 'a symbol'
    case 'function':
      return value.name === '' ? 'a function' : `the function ${oneLine(value.name, LONGEST_VALUE)}`
    default:
      return value === null ? 'null' : previewObject(value as object)
  }
}

function previewObject(value: object): string {
  if (value instanceof Uint8Array) {
    const bytes = count(value.length, 'byte')
    const shown = Buffer.from(value.subarray(0, SHOWN_BYTES))
      .toString('hex')
      .replace(/..(?=.)/g, '$& ')
    const name = Buffer.isBuffer(value) ? 'Buffer' : 'Uint8Array'
    return `a ${name} of ${bytes}${shown === '' ? '' : ` (${shown}${value.length > SHOWN_BYTES ? ' …' : ''})`}`
  }
  if (Array.isArray(value)) return `an array of ${count(value.length, 'element')}`
  const name = className(value)
  if (name !== undefined) return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`
  return `an object ${oneLine(`{ ${Object.keys(value).join(', ')} }`, LONGEST_VALUE)}`
}

/** The name of the class of an object, as in "Promise" or "Server"; undefined for a plain one. Never throws. */
export function className(value: object): string | undefined {
  try {
    const prototype = Object.getPrototypeOf(value) as { constructor?: unknown } | null
    if (prototype === null || prototype === Object.prototype) return undefined
    const tag = Object.prototype.toString.call(value).slice(8, -1)
    // A generator has a class of its own without a name.
    if (tag.endsWith('Generator')) return tag
    const { constructor } = prototype
    const name = typeof constructor === 'function' ? constructor.name : ''
    return oneLine(name === '' ? tag : name, LONGEST_VALUE)
  } catch {
    return 'Proxy'
  }
}
