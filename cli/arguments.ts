/** Reads a command's options and arguments. Everything that is not accepted becomes a UsageError of one line. */
import { parseArgs } from 'node:util'
import { cut, quoted } from '../network/words.ts'
import { UsageError, type Arguments, type Command } from './command.ts'

export { cut, quoted }

type Values = Arguments['values']

/** `args` are the words after the command's name. */
export function parseArguments(command: Command, args: readonly string[]): Omit<Arguments, 'signal'> {
  const usage = `Usage: p2plab ${command.usage}`
  const { tokens } = parseArgs({
    args: withEmptyValues(command, args),
    options: Object.fromEntries(
      Object.entries(command.options).map(([name, { type }]) => [
        name,
        { type: type === 'boolean' ? type : 'string' },
      ]),
    ),
    // Not strict, so that the sentences are ours: what was wrong, and what is accepted.
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values: Record<string, string | boolean | undefined> = {}
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(command.options, token.name) ? command.options[token.name] : undefined
    if (!option || !token.rawName.startsWith('--')) {
      throw new UsageError(`Unknown option ${cut(token.rawName, 60)}. ${usage}`)
    }
    if (option.type === 'boolean') {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value. ${usage}`)
      values[token.name] = true
    } else {
      const missing = token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))
      if (missing) throw new UsageError(`${token.rawName} needs a value. ${usage}`)
      values[token.name] = token.value
    }
  }
  const wanted = command.positionals ?? []
  const lacking = wanted[positionals.length]
  if (lacking !== undefined) throw new UsageError(`${lacking} is missing. ${usage}`)
  const extra = positionals[wanted.length + (command.optionalPositionals ?? []).length]
  if (extra !== undefined && command.rest === undefined)
    throw new UsageError(`Unexpected argument ${quoted(extra)}. ${usage}`)
  return { values, positionals }
}

/** `--metrics` becomes `--metrics=` where no value follows and none is needed. */
const withEmptyValues = (command: Command, args: readonly string[]): string[] =>
  args.map((arg, i) => {
    const isOptional =
      Object.hasOwn(command.options, arg.slice(2)) && command.options[arg.slice(2)]?.type === 'optional'
    if (!isOptional || !arg.startsWith('--') || args.slice(0, i).includes('--')) return arg
    const next = args[i + 1]
    return next === undefined || next.startsWith('-') ? `${arg}=` : arg
  })

/** A whole decimal number from `min` to `max`, or undefined when the option was not given. */
export function integer(values: Values, name: string, min: number, max: number): number | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const number = /^[+-]?\d{1,20}$/.test(String(text)) ? Number(text) : NaN
  if (!(number >= min && number <= max)) {
    throw new UsageError(
      `--${name} must be a whole number from ${min} to ${max}, not ${quoted(String(text))}.`,
    )
  }
  return number
}

/** One of the given words, or undefined when the option was not given. */
export function oneOf<T extends string>(values: Values, name: string, accepted: readonly T[]): T | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const found = accepted.find(word => word === text)
  if (found === undefined) {
    throw new UsageError(`--${name} must be one of ${accepted.join(', ')}, not ${quoted(String(text))}.`)
  }
  return found
}

/** An option of type 'string', or undefined when it was not given. */
export const string = (values: Values, name: string): string | undefined =>
  typeof values[name] === 'string' ? values[name] : undefined

/** Line breaks and other control characters become spaces. */
export const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ')
