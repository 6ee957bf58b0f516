/**
 * What a value on the control channel must look like, as data that goes into the learner's process: the runner there has no schemas, because loading
 * them would cost time at every start.
 */
import type { GenericSchema } from 'valibot'

export type Shape =
  | { is: 'string'; pattern?: string }
  /** A whole number. */
  | { is: 'number'; min: number; max: number }
  | { is: 'word'; words: readonly string[] }
  | { is: 'list'; of: Shape }
  | { is: 'object'; fields: Readonly<Record<string, Shape>> }
  | { is: 'anything' }

/** The parts of a valibot schema, and of the steps behind it, that the fields of an exercise have. */
interface Parts {
  type: string
  pipe?: readonly { type: string; requirement?: unknown }[]
  item?: Parts
  options?: readonly string[]
  entries?: Readonly<Record<string, Parts>>
}

/** The shape of the values that `schema` accepts; "anything" for a kind of schema that no argument has had so far. */
export const shapeOf = (schema: GenericSchema): Shape => shapeOfParts(schema as unknown as Parts)

function shapeOfParts(schema: Parts): Shape {
  const required = (step: string) => schema.pipe?.find(({ type }) => type === step)?.requirement
  switch (schema.type) {
    case 'string': {
      const pattern = required('regex')
      return { is: 'string', ...(pattern instanceof RegExp && { pattern: pattern.source }) }
    }
    case 'number':
      return {
        is: 'number',
        min: Number(required('min_value') ?? Number.MIN_SAFE_INTEGER),
        max: Number(required('max_value') ?? Number.MAX_SAFE_INTEGER),
      }
    case 'picklist':
      return { is: 'word', words: schema.options! }
    case 'array':
      return { is: 'list', of: shapeOfParts(schema.item!) }
    case 'object': {
      const fields = Object.entries(schema.entries!).map(([key, field]) => [key, shapeOfParts(field)])
      return { is: 'object', fields: Object.fromEntries(fields) as Record<string, Shape> }
    }
    default:
      return { is: 'anything' }
  }
}

/** Whether `value`, as it came out of JSON, has this shape. Never throws. */
export function fits(shape: Shape, value: unknown): boolean {
  switch (shape.is) {
    case 'string':
      return (
        typeof value === 'string' && (shape.pattern === undefined || new RegExp(shape.pattern).test(value))
      )
    case 'number':
      return Number.isSafeInteger(value) && Number(value) >= shape.min && Number(value) <= shape.max
    case 'word':
      return shape.words.includes(value as string)
    case 'list':
      return Array.isArray(value) && value.every(item => fits(shape.of, item))
    case 'object':
      return isObject(value) && Object.entries(shape.fields).every(([key, field]) => fits(field, value[key]))
    case 'anything':
      return true
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
