/** Calling an op with arguments and a result of its own types (labs/exercise/op.ts). */
import { onTheChannel, parseResult, type Fields, type Op, type Values } from '../../exercise/op.ts'
import type { Program } from '../engine/program.ts'
import { ask, type Answer } from './ask.ts'
import { CheckFailure } from './finding.ts'

/** Rejects as `Program.call` does, and with a CheckFailure when the result does not fit the op. */
export async function callTyped<A extends Fields, R extends Fields>(
  program: Program,
  op: Op<A, R>,
  args: Values<A>,
  ms?: number,
): Promise<Values<R>> {
  return fitting(op, await program.call(op.name, channelled(args), ms))
}

/** The same where an error is an answer like any other. */
export async function askTyped<A extends Fields, R extends Fields>(
  program: Program,
  op: Op<A, R>,
  args: Values<A>,
  ms?: number,
): Promise<Answer<Values<R>>> {
  const { result, error } = await ask(program, op.name, channelled(args), ms)
  return error === undefined ? { result: fitting(op, result) } : { error }
}

const channelled = (args: object) => onTheChannel(args) as Record<string, unknown>

function fitting<A extends Fields, R extends Fields>(
  op: Op<A, R>,
  value: Record<string, unknown>,
): Values<R> {
  const { values, misfit } = parseResult(op, value)
  if (misfit) throw new CheckFailure({ op: op.name, ...misfit })
  return values
}
