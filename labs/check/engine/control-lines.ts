/** The control channel of docs/contract.md, the checker's side: control messages out of lines. */
import * as v from 'valibot'
import { preview } from '../../preview.ts'

/** docs/contract.md: a longer line fails the check. In bytes, without the line end. */
export const MAX_LINE_BYTES = 1024 * 1024

const id = v.pipe(v.number(), v.safeInteger())

const controlLine = v.variant('p2plab', [
  v.object({ p2plab: v.literal('ready'), contract: v.literal(1) }),
  v.object({
    p2plab: v.literal('reply'),
    id,
    // An op that returns nothing is often answered with what the language has for nothing.
    result: v.union([
      v.record(v.string(), v.unknown()),
      v.pipe(
        v.null(),
        v.transform((): Record<string, unknown> => ({})),
      ),
    ]),
  }),
  v.object({
    p2plab: v.literal('error'),
    id,
    message: v.string(),
    /** From our runner: the op did not fail, but the learner's file has no such function, or it returned what is no result. */
    fault: v.optional(v.picklist(['export', 'result'])),
  }),
  v.object({ p2plab: v.literal('event'), event: v.string(), data: v.optional(v.unknown()) }),
])
export type ControlLine = v.InferOutput<typeof controlLine>

export type Line =
  | { kind: 'control'; message: ControlLine }
  /** Has the key `p2plab` but is not a message of the contract; `problem` says why, without a full stop. */
  | { kind: 'bad'; problem: string }
  /** The program's own log. */
  | { kind: 'log' }

/** Says what a line of the program's standard output is. Never throws. */
export function parseLine(line: string): Line {
  // Most lines are log lines; they need not be parsed to be known.
  if (!/^\s*\{/.test(line)) return { kind: 'log' }
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { kind: 'log' }
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'p2plab')) return { kind: 'log' }
  const result = v.safeParse(controlLine, value)
  if (result.success) return { kind: 'control', message: result.output }
  return { kind: 'bad', problem: problemOf(value, result.issues[0].path?.[0]?.key) }
}

/** What each key of a control line must be. */
const MUST: Readonly<Record<string, string>> = {
  p2plab: 'must be "ready", "reply", "error" or "event"',
  contract: 'must be 1, the version of the contract',
  id: 'must be the whole number that came as the id of the command',
  result: 'must be an object with named fields, such as {"port":49321}',
  message: 'must be a string',
  event: 'must be a string, the name of the event',
  fault: 'is for the TypeScript runner only',
}

function problemOf(line: object, key: unknown): string {
  const name = typeof key === 'string' && Object.hasOwn(MUST, key) ? key : 'p2plab'
  const is = Object.hasOwn(line, name)
    ? `it is ${preview((line as Record<string, unknown>)[name])}`
    : 'it is missing'
  return `"${name}" ${MUST[name]!}, but ${is}`
}
