/** What is written about an op's arguments and result: rows of the Contract table, and TypeScript. */
import type { EventKind, Fields, Op, Ops } from './op.ts'

const NONE = 'none'

/** The Contract tables of a text, as lines of Markdown: the ops, and the events where there are any. */
export const contractTable = (ops: Ops, events: Readonly<Record<string, EventKind>> = {}): string[] => [
  '| op | arguments | result |',
  '| --- | --- | --- |',
  ...Object.values(ops).map(op => `| \`${op.name}\` | ${described(op.args)} | ${resultOf(op)} |`),
  ...(Object.keys(events).length > 0 ? ['', '| event | data | when |', '| --- | --- | --- |'] : []),
  ...Object.values(events).map(({ name, data, when }) => `| \`${name}\` | ${described(data)} | ${when} |`),
]

const described = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, { short, optional }]) => {
      const words = [short, optional ? 'optional' : undefined].filter(word => word !== undefined).join('; ')
      return words === '' ? `\`${name}\`` : `\`${name}\` (${words})`
    })
    .join(', ') || NONE

function resultOf({ result, returns }: Op): string {
  const names = Object.keys(result)
  if (names.length === 0) return returns ?? NONE
  return `\`{ ${names.join(', ')} }\`${returns === undefined ? '' : `: ${returns}`}`
}

/**
 * The type of the learner's function: `(args: { … }) => Promise<{ … }>`, or without the promise where there is nothing to wait for. Results may
 * hold any Uint8Array for bytes.
 */
export function functionType({ args, result }: Op): string {
  const returned =
    objectType(result) === '{}' ? 'void' : objectType(result).replaceAll('Buffer', 'Uint8Array')
  return `(${objectType(args) === '{}' ? '' : `args: ${objectType(args)}`}) => Promise<${returned}> | ${returned}`
}

/** Such as `{ host: string; port: number }`, and `{}` where there is nothing. */
function objectType(fields: Fields): string {
  const members = Object.entries(fields).map(
    ([name, { type, optional }]) => `${name}${optional ? '?' : ''}: ${type}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`
}
