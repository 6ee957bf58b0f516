/** Asks the program to listen, as every exercise of this lab begins. */
import type { CheckContext } from '../../check/kit/check.ts'
import type { Program } from '../../check/engine/program.ts'
import { boundPort } from '../../exercise/fields.ts'

export const HOST = '127.0.0.1'

/**
 * The port that the program says it listens on; fails when that is none. `more` are arguments that an exercise adds. What a check does
 * with the port it says afterwards (`t.doing`): until then it has only called listen.
 */
export async function listen(
  t: CheckContext,
  program: Program = t.program,
  more: Record<string, unknown> = {},
): Promise<number> {
  const own = t.ops['listen']!
  const op = { ...own, name: 'listen', result: { port: boundPort(own.result['port']?.listens) } }
  const args = { host: HOST, port: 0, ...more }
  t.doing(`The checker called listen ${JSON.stringify(args)}.`)
  const { port } = await t.call(op, args, { program })
  return port
}
