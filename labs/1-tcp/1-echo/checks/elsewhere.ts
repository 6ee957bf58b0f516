/** Whether a program that was told to listen on one address listens on others, too. */
import net from 'node:net'
import { networkInterfaces } from 'node:os'
import { within } from '../../../check/kit/deadline.ts'

/** Linux and Windows answer at every address of the loopback network, macOS only at 127.0.0.1. */
const SECOND_LOOPBACK = '127.0.0.2'
/** A computer answers itself at once, unless a firewall drops the question. */
const ANSWER_MS = 1_000

/**
 * An address of this computer other than 127.0.0.1 at which all of these ports accept connections. Undefined when there is none, and
 * when no other address answers. Sends nothing. Give it the ports of two copies of a program: one port alone could belong to
 * another program at that address.
 */
export async function reachableElsewhere(ports: readonly number[]): Promise<string | undefined> {
  const first = await howAnswers(SECOND_LOOPBACK, ports)
  if (first !== 'unknown') return first === 'accepts' ? SECOND_LOOPBACK : undefined
  const others = Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
  const answers = await Promise.all(others.map(host => howAnswers(host, ports)))
  return others.find((_, i) => answers[i] === 'accepts')
}

type Answer = 'accepts' | 'refuses' | 'unknown'

async function howAnswers(host: string, ports: readonly number[]): Promise<Answer> {
  for (const port of ports) {
    const answer = await connectOnly(host, port)
    if (answer !== 'accepts') return answer
  }
  return 'accepts'
}

async function connectOnly(host: string, port: number): Promise<Answer> {
  const socket = net.connect({ host, port })
  const answer = new Promise<Answer>(resolve => {
    socket.once('connect', () => resolve('accepts'))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? 'refuses' : 'unknown'),
    )
  })
  try {
    return await within(answer, ANSWER_MS, () => new Error('no answer'))
  } catch {
    return 'unknown'
  } finally {
    socket.destroy()
  }
}
