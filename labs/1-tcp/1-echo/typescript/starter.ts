// Exercise 1.1: Echo. Write the three functions, then check. The text of the exercise explains each of them.
// Useful: net.createServer, net.connect, and parseAddress, which takes '127.0.0.1:4001' apart.
import net from 'node:net'
import { parseAddress } from 'p2plab'

/** Accept connections on host and port, and send every byte back. Return the port you really listen on. */
export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  throw new Error('listen is not written yet')
}

/** Connect to the peer, send the bytes, half-close, and return everything that comes back until the end. */
export async function send({ peer, bytes }: { peer: string; bytes: Buffer }): Promise<{ bytes: Buffer }> {
  throw new Error('send is not written yet')
}

/** Stop listening: new connections are refused. */
export async function stop(): Promise<void> {
  throw new Error('stop is not written yet')
}
