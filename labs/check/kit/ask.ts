/** Asking a program for an op where an error is an answer like any other. */
import { CheckFailure } from './finding.ts'
import type { Program } from '../engine/program.ts'

export type Answer<R> = { result: R; error?: never } | { result?: never; error: string }

/** Rejects, as `Program.call` does, when the program breaks the contract, ends, or does not answer within `ms`. */
export async function ask(
  program: Program,
  op: string,
  args: Record<string, unknown>,
  ms?: number,
): Promise<Answer<Record<string, unknown>>> {
  try {
    return { result: await program.call(op, args, ms) }
  } catch (error) {
    if (error instanceof CheckFailure && error.finding.answered !== undefined)
      return { error: error.finding.answered }
    throw error
  }
}
