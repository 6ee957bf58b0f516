/** A TCP port for a node of the checker's that goes and comes back: while it is away, the port should stay free. */
import { once } from 'node:events'
import { randomInt } from 'node:crypto'
import net from 'node:net'
import { Inconclusive } from '../kit/finding.ts'
import { socketFault } from './machine-fault.ts'

const HOST = '127.0.0.1'
/**
 * No system gives one of these to a program that asks for any port: Linux begins at 32768 (net.ipv4.ip_local_port_range), Windows and macOS at 49152
 * (RFC 6335, 6).
 */
const PORTS = [20_000, 30_000] as const
/** Tries of other ports: Windows reserves some, and some belong to programs. */
const TRIES = 20

/** One of HOST that is free. Rejects with Inconclusive where this computer has none. */
export async function keptPort(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = randomInt(...PORTS)
    const server = net.createServer()
    try {
      await once(server.listen(port, HOST), 'listening')
      return port
    } catch (error) {
      if (tries === TRIES) throw socketFault(error)
    } finally {
      await new Promise(resolve => server.close(resolve))
    }
  }
}

/** What ends the check when a node could not listen: there (`port`), or where the system likes. */
export function listenFault(error: unknown, called: string, port?: number): Error {
  // libp2p has the system's code in its message alone.
  const isTaken = port !== undefined && String(error).includes('EADDRINUSE')
  return isTaken
    ? new Inconclusive(
        `another program has taken port ${port} of ${HOST}, at which ${called} of the checker was to listen. Check again: the checker takes another port then.`,
      )
    : socketFault(error)
}
