/** Calling an op with arguments and a result of its own types (labs/exercise/op.ts). */
import { onTheChannel, parseResult, type Fields, type Op, type Values } from '../../exercise/op.ts'
import type { Program } from '../engine/program.ts'
import { ask, type Answer } from './ask.ts'
import { reachableElsewhere } from '../peers/elsewhere.ts'
import { CheckFailure, inNode } from './finding.ts'
import { oneLine } from '../../preview.ts'

/** Rejects as `Program.call` does, and with a CheckFailure when the result does not fit the op. */
export async function callTyped<A extends Fields, R extends Fields>(
  program: Program,
  op: Op<A, R>,
  args: Values<A>,
  ms?: number,
): Promise<Values<R>> {
  const values = fitting(op, args, await program.call(op.name, channelled(args), ms))
  await failElsewhere(op, args, values)
  return values
}

/** The same where an error is an answer like any other. */
export async function askTyped<A extends Fields, R extends Fields>(
  program: Program,
  op: Op<A, R>,
  args: Values<A>,
  ms?: number,
): Promise<Answer<Values<R>>> {
  const { result, error } = await ask(program, op.name, channelled(args), ms)
  if (error !== undefined) return { error }
  const values = fitting(op, args, result)
  await failElsewhere(op, args, values)
  return { result: values }
}

const channelled = (args: object) => onTheChannel(args) as Record<string, unknown>

const called = (op: Op, args: object): string =>
  `The checker called ${op.name} ${oneLine(JSON.stringify(channelled(args)), 70)}.`

function fitting<A extends Fields, R extends Fields>(
  op: Op<A, R>,
  args: object,
  value: Record<string, unknown>,
): Values<R> {
  const { values, misfit } = parseResult(op, value)
  if (misfit) throw new CheckFailure({ op: op.name, did: called(op, args), spoke: true, ...misfit })
  return values
}

/** Every op that was told to listen on 127.0.0.1 must listen there only. */
async function failElsewhere(op: Op, args: object, values: Readonly<Record<string, unknown>>): Promise<void> {
  if (!Object.values(args).some(isLoopback)) return
  for (const [key, { listens }] of Object.entries(op.result)) {
    const port = listens && portOf(values[key])
    if (!port) continue
    const elsewhere = await reachableElsewhere(port, listens)
    if (elsewhere === undefined) continue
    throw new CheckFailure({
      op: op.name,
      did: `${called(op, args)} Then it tried the port that ${op.name} returned, ${port}, at another address of this computer.`,
      expected: `that your program listens on ${HOST} only, the host that it was given.`,
      got: `it also listens on ${elsewhere}: your program listens on all interfaces.`,
      hint: `do you pass the host on${inNode(' to server.listen, socket.bind or the like')}, together with the port? Without a host, a server listens on all addresses of the computer, and anyone on the network can reach it.`,
      spoke: true,
    })
  }
}

const HOST = '127.0.0.1'

const isLoopback = (value: unknown): boolean =>
  typeof value === 'string' && (value === HOST || value.startsWith(`/ip4/${HOST}/`))

/** Of a port, or of a multiaddr; undefined when it names none. */
function portOf(value: unknown): number | undefined {
  const port = typeof value === 'string' ? Number(/\/(?:tcp|udp)\/(\d+)/.exec(value)?.[1]) : Number(value)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}
