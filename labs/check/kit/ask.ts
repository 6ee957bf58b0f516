/** Asking a program for an op where an error is an answer like any other. */
import { CheckFailure } from './finding.ts'
import type { Program } from '../engine/program.ts'

export type Answer<R> = { result: R; error?: never } | { result?: never; error: string }

/** Rejects, as `Program.call` does, when the program breaks the contract, ends, or does not answer within `ms`. */
export function ask(
  program: Program,
  op: string,
  args: Record<string, unknown>,
  ms?: number,
): Promise<Answer<Record<string, unknown>>> {
  return asAnswer(program.call(op, args, ms))
}

/** The same of a call that is under way: an error of the program is an answer, all else that can go wrong is not. */
export async function asAnswer<R>(call: Promise<R>): Promise<Answer<R>> {
  try {
    return { result: await call }
  } catch (error) {
    if (error instanceof CheckFailure && error.finding.answered !== undefined)
      return { error: error.finding.answered }
    throw error
  }
}
