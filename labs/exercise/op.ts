/** An op of an exercise: its name, its arguments and its result, once for checks, messages, types and the Contract table. */
import * as v from 'valibot'
import { preview } from '../preview.ts'
import type { Field } from './fields.ts'

export type Fields = Readonly<Record<string, Field>>

type ValueOf<F> = F extends Field<infer T> ? T : never
/** The object that these fields describe. */
export type Values<F extends Fields> = {
  [K in keyof F as F[K] extends Field<unknown, false> ? K : never]: ValueOf<F[K]>
} & { [K in keyof F as F[K] extends Field<unknown, false> ? never : K]?: ValueOf<F[K]> }

export interface OpShape<A extends Fields = Fields, R extends Fields = Fields> {
  args: A
  result: R
  /** For the Contract table: what the result is, and when the op fails. Markdown, no full stop. */
  returns?: string
}

export interface Op<A extends Fields = Fields, R extends Fields = Fields> extends OpShape<A, R> {
  name: string
}

export type Ops = Readonly<Record<string, Op>>

/** What a program tells unasked. */
export interface EventShape<D extends Fields = Fields> {
  data: D
  /** For the Contract table: when the program tells it. Markdown, no full stop. */
  when: string
}

export interface EventKind<D extends Fields = Fields> extends EventShape<D> {
  name: string
}

/** A result that does not fit, for a failure message. */
export interface Misfit {
  expected: string
  got: string
  hint?: string
}

type Parsed<F extends Fields> = { values: Values<F>; misfit?: never } | { values?: never; misfit: Misfit }

/** The result of `op` as its fields describe it, or why it is none. What has no field is left out. Never throws. */
export const parseResult = <R extends Fields>(
  { name, result }: Op<Fields, R>,
  value: Readonly<Record<string, unknown>>,
): Parsed<R> =>
  parseFields(result, value, shape => ({
    does: `${name} returns ${shape}`,
    noun: 'a result',
    hint: `does ${name} return ${shape} after its work is done?`,
  }))

/** The same for the data of an event. */
export const parseEvent = <D extends Fields>({ name, data }: EventKind<D>, value: unknown): Parsed<D> =>
  parseFields(data, isRecord(value) ? value : {}, shape => ({
    does: `the event ${name} has ${shape}`,
    noun: 'an event',
    hint: `do you call emit('${name}', ${shape})?`,
  }))

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parseFields<F extends Fields>(
  fields: F,
  value: Readonly<Record<string, unknown>>,
  words: (shape: string) => { does: string; noun: string; hint: string },
): Parsed<F> {
  const values: Record<string, unknown> = {}
  for (const [key, field] of Object.entries<Field>(fields)) {
    const there = Object.hasOwn(value, key)
    if (!there && field.optional) continue
    const parsed = v.safeParse(field.schema, there ? value[key] : undefined)
    if (!parsed.success) {
      const { does, noun, hint } = words(`{ ${Object.keys(fields).join(', ')} }`)
      return {
        misfit: {
          expected: `that ${does}, where ${key} is ${field.words}.`,
          got: value[key] === undefined ? `${noun} without ${key}.` : `${key}: ${preview(value[key])}.`,
          hint: field.hint?.(value[key]) ?? hint,
        },
      }
    }
    values[key] = parsed.output
  }
  return { values: values as Values<F> }
}

/** Arguments as they go over the control channel: bytes become lower-case hex, and bigints decimal text, at any depth. */
export function onTheChannel(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(onTheChannel)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, onTheChannel(item)]))
}
