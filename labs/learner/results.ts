/** What the learner's functions return: what of it a control line cannot carry, in words about the function and not about JSON. */
import { EventEmitter } from 'node:events'
import { number } from '../number.ts'
import { className, preview } from '../preview.ts'
import { toJson } from './values.ts'

/** docs/contract.md: the longest control line. In bytes; the rest of the line has room in what is left. */
const MOST_BYTES = 1024 * 1024 - 200

/** By op, the fields that it must return, and those that may be a bigint. */
export type ResultFields = Readonly<Record<string, { needed: readonly string[]; bigints: readonly string[] }>>

/** From the checker: JSON of ResultFields. */
const VARIABLE = 'P2PLAB_RESULTS'

const wanted = JSON.parse(process.env[VARIABLE] || '{}') as ResultFields

/**
 * Why `value` cannot be sent as the result of `op`, as a sentence that goes on after "listen returned …": what it is, and what to return
 * instead. Undefined when it can. Throws what a getter of the value throws.
 */
export function unfitResult(op: string, value: unknown): string | undefined {
  const { needed: fields, bigints } = (Object.hasOwn(wanted, op) && wanted[op]) || {}
  // A function that has nothing to say returns nothing.
  if (value == null && (fields === undefined || fields.length === 0)) return undefined
  if (!isRecord(value)) return `${preview(value)}. ${instead(fields)}`
  return unfitFields(value, bigints) ?? tooLong(value)
}

function instead(fields: readonly string[] | undefined): string {
  if (fields?.length === 0) return 'Return nothing instead.'
  const example = fields === undefined ? ', for example { port }' : `: { ${fields.join(', ')} }`
  return `Return an object with named fields instead${example}.`
}

/** The same for the data of an event, after "emit was given …". */
export const unfitData = (data: unknown): string | undefined =>
  typeof data === 'object' && data !== null
    ? (unfitFields(data) ?? tooLong(data))
    : unfitLeaf(data, 'the data')

function tooLong(value: object): string | undefined {
  const bytes = Buffer.byteLength(toJson(value))
  return bytes <= MOST_BYTES
    ? undefined
    : `an object that takes ${number(bytes)} bytes as JSON, and at most ${number(MOST_BYTES)} can be sent. Return less at once.`
}

/** Depth first, because what refers back to itself is found on the way down. `bigints` are the fields that may be one. */
function unfitFields(root: object, bigints: readonly string[] = []): string | undefined {
  const above = new Set<object>()
  const look = (value: unknown, path: string): string | undefined => {
    if (typeof value === 'bigint' && bigints.includes(path)) return undefined
    if (typeof value !== 'object' || value === null) return unfitLeaf(value, `the field "${path}"`)
    if (value instanceof Uint8Array) return undefined
    if (above.has(value))
      return `${preview(root)}, whose field "${path}" leads back to an object that it is in. Return only the values that are asked for.`
    const advice = adviceOn(value)
    if (advice !== undefined)
      return `${preview(value)}${path === '' ? '' : ` in the field "${path}"`}. ${advice}`
    above.add(value)
    for (const [key, field] of Object.entries(value)) {
      const found = look(
        field,
        Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`,
      )
      if (found !== undefined) return found
    }
    above.delete(value)
    return undefined
  }
  return look(root, '')
}

function unfitLeaf(value: unknown, where: string): string | undefined {
  const is = `${preview(value)} in ${where}.`
  switch (typeof value) {
    case 'bigint':
      return `${is} JSON has no BigInt: convert it with Number() or String().`
    case 'function':
      return `${is} A function cannot be sent: call it, and return what it gives.`
    case 'symbol':
      return `${is} A symbol cannot be sent.`
    case 'number':
      return Number.isFinite(value) ? undefined : `${is} JSON has no ${value}: which number should it be?`
    default:
      return undefined
  }
}

/** What to do instead of sending an object that JSON would make something else of, such as `{}`. */
function adviceOn(value: object): string | undefined {
  if (typeof (value as { then?: unknown }).then === 'function') return 'Await it first.'
  if (value instanceof EventEmitter) return 'Return only the values of it that are asked for.'
  if (value instanceof Map) return 'Make it an object: Object.fromEntries(map).'
  if (value instanceof Set) return 'Make it an array: [...set].'
  if (Symbol.asyncIterator in value && className(value)?.endsWith('Generator') === true)
    return 'Collect what it yields in an array first.'
  return undefined
}

/** What can stand for named fields: no bytes, no list, no collection. */
const isRecord = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !(value instanceof Map || value instanceof Set || value instanceof ArrayBuffer || value instanceof Date) &&
  className(value)?.endsWith('Generator') !== true
