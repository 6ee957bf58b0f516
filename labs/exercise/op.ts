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

/** A result that does not fit, for a failure message. */
export interface Misfit {
  expected: string
  got: string
  hint?: string
}

/** The result of `op` as its fields describe it, or why it is none. What has no field is left out. Never throws. */
export function parseResult<R extends Fields>(
  { name, result }: Op<Fields, R>,
  value: Readonly<Record<string, unknown>>,
): { values: Values<R>; misfit?: never } | { values?: never; misfit: Misfit } {
  const values: Record<string, unknown> = {}
  for (const [key, field] of Object.entries<Field>(result)) {
    const there = Object.hasOwn(value, key)
    if (!there && field.optional) continue
    const parsed = v.safeParse(field.schema, there ? value[key] : undefined)
    if (!parsed.success) return { misfit: misfit(name, Object.keys(result), key, field, value[key]) }
    values[key] = parsed.output
  }
  return { values: values as Values<R> }
}

function misfit(op: string, keys: string[], key: string, field: Field, value: unknown): Misfit {
  const shape = `{ ${keys.join(', ')} }`
  return {
    expected: `that ${op} returns ${shape}, where ${key} is ${field.words}.`,
    got: value === undefined ? `a result without ${key}.` : `${key}: ${preview(value)}.`,
    hint: field.hint?.(value) ?? `does ${op} return ${shape} after its work is done?`,
  }
}

/** Arguments as they go over the control channel: bytes become lower-case hex, at any depth. */
export function onTheChannel(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(onTheChannel)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, onTheChannel(item)]))
}
