/** Calls that no op should get, made from its schema: arguments that are missing, of another type, or far too large. */
import * as v from 'valibot'
import type { Field } from '../../labs/exercise/fields.ts'
import type { Ops } from '../../labs/exercise/op.ts'

export interface BadCall {
  op: string
  /** For a message: "port missing". */
  what: string
  args: Record<string, unknown>
  /** The name of the argument that does not fit the schema; undefined where it does, and is only huge. */
  unfit: string | undefined
}

const HUGE_TEXT = 'a'.repeat(900_000)

/** By what they are called in a message. */
const VALUES: Readonly<Record<string, unknown>> = {
  'a number': 5,
  'a string': 'x',
  null: null,
  'an array': [1, [2]],
  'a nested object': { a: { b: [] } },
  '900,000 characters': HUGE_TEXT,
  'a list with 900,000 characters': [HUGE_TEXT],
  '1e308': 1e308,
  '-1': -1,
  '2^53 + 1': 2 ** 53 + 1,
}

export function* badCalls(ops: Ops): Generator<BadCall> {
  for (const { name: op, args: fields } of Object.values(ops)) {
    const sound = Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, example(field)]))
    const names = Object.keys(fields)
    yield { op, what: 'no arguments', args: {}, unfit: names.find(key => !fields[key]!.optional) }
    for (const [key, field] of Object.entries(fields)) {
      const { [key]: _left, ...others } = sound
      yield { op, what: `${key} missing`, args: others, unfit: field.optional ? undefined : key }
      for (const [what, value] of Object.entries(VALUES)) {
        const unfit = v.is(field.schema, value) ? undefined : key
        yield { op, what: `${what} as ${key}`, args: { ...sound, [key]: value }, unfit }
      }
    }
  }
}

/** A value that fits: the first of these. */
const EXAMPLES: readonly unknown[] = [0, 1, 200, '127.0.0.1', 'ab', '1', [], [{}]]

function example({ schema, words }: Field): unknown {
  const such = /such as (.*)$/.exec(words)?.[1]
  const found = [such, ...EXAMPLES].find(value => v.is(schema, value))
  if (found !== undefined) return found
  const options = words.split(' or ')
  return options.find(value => v.is(schema, value))
}
