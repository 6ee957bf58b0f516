/** Asks the program to listen, as every exercise of this lab begins. */
import type { CheckContext } from '../check/kit/check.ts'
import type { Program } from '../check/engine/program.ts'

export const HOST = '127.0.0.1'

/** The port that the program says it listens on; fails when that is none. `more` are arguments that an exercise adds. */
export async function listen(
  t: CheckContext,
  program: Program = t.program,
  more: Record<string, unknown> = {},
): Promise<number> {
  const { port } = await program.call('listen', { host: HOST, port: 0, ...more })
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535) return port
  return t.fail({
    op: 'listen',
    expected: 'a reply with the port that your program listens on: a whole number from 1 to 65535.',
    got: port === undefined ? 'a reply without a port.' : `port ${JSON.stringify(port)}.`,
    hint:
      port === 0
        ? 'port 0 asks the operating system for any free port. Which one it gave, server.address() says once the server listens.'
        : 'does listen return { port } after the server is listening?',
  })
}
