/** A port that a program is told to listen on, where it may not choose one itself. */
import { once } from 'node:events'
import net from 'node:net'
import type { Program } from '../../../check/engine/program.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { orNoReply } from './no-reply.ts'
import { socketFault } from '../../../check/peers/machine-fault.ts'
import { HOST, listen } from '../../shared/listening.ts'

/** Another program may take a port between our look and the program's: so many of them in a row are its own doing. */
const TRIES = 3

/** Asks the program to listen on a port that was free a moment ago. Returns that port, and the one that the program says it listens on. */
export async function listenOnGiven(
  t: CheckContext,
  program: Program,
): Promise<{ given: number; said: number }> {
  for (let tries = 1; tries < TRIES; tries++) {
    const given = await freePort()
    const { result, error } = await t.ask(t.ops['listen']!, { host: HOST, port: given }, { program })
    if (error === undefined) return { given, said: Number(result['port']) }
    if (!/in use/i.test(error)) break
  }
  // An error again is one for its author to read.
  const given = await freePort()
  return { given, said: await listen(t, program, { port: given }) }
}

/** Fails unless the program answers with an error when the checker itself listens on the port. */
export async function expectNoListening(t: CheckContext, program: Program): Promise<void> {
  const { address } = await t.sockets.serve(() => false)
  const port = Number(address.slice(address.lastIndexOf(':') + 1))
  t.doing(`The checker listened on ${HOST}, port ${port}, and asked your program to listen on the same port.`)
  const expected = 'an error from listen: the port is in use.'
  const { result, error } = await orNoReply(t, t.ask(t.ops['listen']!, { host: HOST, port }, { program }), {
    op: 'listen',
    expected,
    hint: `does listen wait for the server to be listening, and for nothing else? It may fail instead${inNode(': reject the promise on the "error" event of the server')}.`,
  })
  if (error !== undefined) return
  t.fail({
    op: 'listen',
    expected,
    got: `port ${String(result['port'])}, as if your program listened there.`,
    hint: `does listen return before it is known whether your program can listen?${inNode(' Return on the "listening" event of the server, and throw on its "error" event.')}`,
  })
}

/** Of HOST. Rejects with Inconclusive where this computer has none. */
async function freePort(): Promise<number> {
  const server = net.createServer()
  try {
    await once(server.listen(0, HOST), 'listening')
    return (server.address() as net.AddressInfo).port
  } catch (error) {
    throw socketFault(error)
  } finally {
    await new Promise(resolve => server.close(resolve))
  }
}
