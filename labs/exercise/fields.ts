/**
 * The kinds of values that go between the checker and a program as arguments and results of an op. One field is the schema of
 * the value on the control channel, its type in a learner's TypeScript, and its words in messages and in the Contract table.
 */
import * as v from 'valibot'
import { number } from '../number.ts'
import { inNode } from './in-node.ts'

export interface Field<T = unknown, Optional extends boolean = boolean> {
  /** From the JSON of a control line to what a check works with. */
  schema: v.GenericSchema<unknown, T>
  /** In a learner's TypeScript. */
  type: string
  /** In the Contract table, such as "number"; left out where the field's name says it. */
  short?: string
  /** What must come, for a message: "a whole number from 1 to 65,535". */
  words: string
  optional: Optional
  /** It is where the program says that it listens, a port or a multiaddr: the checker looks whether it does so elsewhere, too. */
  listens?: 'tcp' | 'udp'
  /** The likely mistake behind a value that does not fit. */
  hint?: (value: unknown) => string | undefined
}

type Required<T> = Field<T, false>

/** A note for the Contract table, behind the kind: "number; 0 means …". */
interface Note {
  note?: string
}

const noted = (kind: string, { note }: Note = {}): string => (note === undefined ? kind : `${kind}; ${note}`)

export const text = (options: Note & { such?: string } = {}): Required<string> => ({
  schema: v.string(),
  type: 'string',
  short: noted(options.such === undefined ? 'text' : `text such as \`${options.such}\``, options),
  words: options.such === undefined ? 'text' : `text such as ${options.such}`,
  optional: false,
})

/** A list of texts: an array of strings. */
export const texts = (options: Note & { such: string }): Required<string[]> => ({
  schema: v.array(v.string()),
  type: 'string[]',
  short: noted(`list of texts such as \`${options.such}\``, options),
  words: `a list of texts such as ${options.such}`,
  optional: false,
})

/** A whole number; without limits, any that a JavaScript number holds exactly. */
export const integer = ({
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
  ...note
}: Note & { min?: number; max?: number } = {}): Required<number> => ({
  schema: v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max)),
  type: 'number',
  short: noted('number', note),
  words:
    min === Number.MIN_SAFE_INTEGER
      ? 'a whole number'
      : max === Number.MAX_SAFE_INTEGER
        ? `a whole number from ${number(min)}`
        : `a whole number from ${number(min)} to ${number(max)}`,
  optional: false,
})

/**
 * Beyond 2^53 a JSON number is not exact, so such integers travel as decimal text, the small ones, too: a program that sends numbers where
 * they are exact has two forms for one value, and a peer that reads only one of them.
 */
export const bigInteger = (note: Note = {}): Required<bigint> => ({
  schema: v.pipe(
    v.string(),
    v.regex(/^-?(?:0|[1-9]\d{0,99})$/),
    v.transform(digits => BigInt(digits)),
  ),
  type: 'bigint',
  short: noted('integer', note),
  words: 'an integer (a bigint; on the control channel decimal text such as "515")',
  optional: false,
  hint: value =>
    typeof value === 'number'
      ? `do you return a ${inNode('Number', 'JSON number')}? It holds every integer only up to 2^53, so ${inNode('return a bigint: 515n', 'the integer is decimal text, also where it is small: "515"')}.`
      : undefined,
})

/** One of these words. */
export const oneOf = <const T extends string>(...words: readonly [T, ...T[]]): Required<T> => ({
  schema: v.picklist(words),
  type: words.map(word => `'${word}'`).join(' | '),
  short: words.map(word => `\`${word}\``).join(' or '),
  words: words.join(' or '),
  optional: false,
})

export const milliseconds = (): Required<number> => ({
  ...integer({ min: 0 }),
  short: 'milliseconds',
  words: 'a number of milliseconds',
})

/** The address that a program listens on. */
export const host = (): Required<string> => text()

/** The port that a program is asked to listen on. */
export const port = (): Required<number> => integer({ min: 0, max: 65535, note: '0 means "any free port"' })

/** The port that a program listens on: never 0. */
export const boundPort = (listens: 'tcp' | 'udp' = 'tcp'): Required<number> => ({
  ...integer({ min: 1, max: 65535 }),
  listens,
  hint: value =>
    value === 0
      ? `port 0 asks the operating system for any free port. Once the server is listening, ${inNode('server.address() returns', 'ask its socket for')} the port that it got.`
      : undefined,
})

/** The multiaddr that a libp2p node listens on, over TCP. */
export const boundAddress = (): Required<string> => ({ ...text(), listens: 'tcp' })

/** HOST:PORT of somebody else. */
export const address = (): Required<string> => text({ such: '127.0.0.1:4001' })

/** Bytes: a Buffer for the learner and for a check, lower-case hex on the control channel. */
export const bytes = (): Required<Buffer> => ({
  schema: v.pipe(
    v.string(),
    v.regex(/^(?:[0-9a-f]{2})*$/),
    v.transform(hex => Buffer.from(hex, 'hex')),
  ),
  type: 'Buffer',
  words: 'bytes (a Buffer or Uint8Array; on the control channel lower-case hex)',
  optional: false,
})

/** A list of them: an array of Buffers, on the control channel of hex strings. `note` says what they are. */
export const bytesList = (note: Note = {}): Required<Buffer[]> => ({
  schema: v.array(bytes().schema),
  type: 'Buffer[]',
  short: noted('list', note),
  words: 'a list of bytes (Buffers or Uint8Arrays; on the control channel lower-case hex)',
  optional: false,
})

/** A list of objects with these fields, which are texts, numbers or the like: bytes and big integers only travel at the top. */
export const records = <const F extends Readonly<Record<string, Required<unknown>>>>(
  fields: F,
): Required<{ [K in keyof F]: F[K] extends Field<infer T> ? T : never }[]> => {
  type Item = { [K in keyof F]: F[K] extends Field<infer T> ? T : never }
  const entries = Object.entries(fields)
  const schemas = Object.fromEntries(entries.map(([key, field]) => [key, field.schema]))
  const names = `{ ${entries.map(([key]) => key).join(', ')} }`
  const kinds = entries.map(([key, field]) => `${key} is ${field.words}`)
  return {
    schema: v.array(v.object(schemas)) as unknown as v.GenericSchema<unknown, Item[]>,
    type: `{ ${entries.map(([key, { type }]) => `${key}: ${type}`).join('; ')} }[]`,
    short: `list of \`${names}\``,
    words: `a list of ${names}, where ${kinds.join(', and ')}`,
    optional: false,
  }
}

/** A value that may also be null, which means what `meaning` says: "no reply came". */
export const orNull = <T>(field: Required<T>, meaning: string): Required<T | null> => ({
  ...field,
  schema: v.nullable(field.schema) as v.GenericSchema<unknown, T | null>,
  type: `${field.type} | null`,
  short: `${field.short}, or \`null\`: ${meaning}`,
  words: `${field.words}, or null (${meaning})`,
})

/** It may be left out. */
export const maybe = <T>(field: Required<T>): Field<T, true> => ({ ...field, optional: true })

/**
 * What JSON cannot carry as it is. At the top of the arguments a learner's function gets a Buffer, a list of them or a bigint, and at the top of the result it may
 * return them.
 */
export const converted = ({ type }: Field): 'bytes' | 'bigint' | undefined =>
  type === 'Buffer' || type === 'Buffer[]'
    ? 'bytes'
    : type.split(' | ').includes('bigint')
      ? 'bigint'
      : undefined
