/**
 * The arguments of an op, looked at before the learner's function gets them: what it was never meant to get would end in a sentence about Node's API,
 * or in an error that nobody catches.
 */
import { fits, type Shape } from '../exercise/shape.ts'
import { preview } from '../preview.ts'

export interface Argument {
  shape: Shape
  /** What it must be, for a message: "a whole number from 1 to 65,535". */
  words: string
  optional?: true
  /** What the learner's function gets instead of the text. */
  as?: 'bytes' | 'bigint'
}

/** By op, its arguments by name. */
export type Arguments = Readonly<Record<string, Readonly<Record<string, Argument>>>>

/** From the checker: JSON of Arguments. */
const VARIABLE = 'P2PLAB_ARGUMENTS'

const wanted = JSON.parse(process.env[VARIABLE] || '{}') as Arguments

/** The arguments of `op` by name; undefined when nobody has told. */
export const argumentsOf = (op: string): Arguments[string] | undefined =>
  Object.hasOwn(wanted, op) ? wanted[op] : undefined

/** Why `op` cannot be called with `args`, as a sentence; undefined when it can. Arguments that the op does not have do not matter. */
export function unfitArguments(op: string, args: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, { shape, words, optional }] of Object.entries(argumentsOf(op) ?? {})) {
    if (!Object.hasOwn(args, name)) {
      if (optional) continue
      return `${op} was called without ${name}, which must be ${words}.`
    }
    if (!fits(shape, args[name]))
      return `${op} was called with ${preview(args[name])} as ${name}, which must be ${words}.`
  }
  return undefined
}
