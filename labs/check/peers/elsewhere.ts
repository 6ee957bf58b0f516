/** Whether a program that was told to listen on 127.0.0.1 listens on other addresses of this computer, too. */
import dgram from 'node:dgram'
import net from 'node:net'
import { networkInterfaces } from 'node:os'
import { within } from '../kit/deadline.ts'

/** A computer answers itself at once, unless a firewall drops the question. */
const ANSWER_MS = 1_000

type Answer = 'accepts' | 'refuses' | 'unknown'

/** Addresses that gave no answer: asked once, not before every op. */
const mute = new Set<string>()

/**
 * An address other than 127.0.0.1 at which something has this port. Undefined when there is none, and where no other address can be
 * had. A program that listens on 127.0.0.1 only notices nothing of it; at one that listens everywhere over TCP a connection arrives,
 * which is closed at once.
 */
export async function reachableElsewhere(
  port: number,
  protocol: 'tcp' | 'udp' = 'tcp',
): Promise<string | undefined> {
  // Any address of 127.0.0.0/8, so that what another program has at one of them is not taken for the learner's.
  const loopback = `127.${part(64, 127)}.${part(0, 255)}.${part(1, 254)}`
  if (protocol === 'udp') return (await isTaken(loopback, port)) ? loopback : undefined
  const first = await connectOnly(loopback, port, '127.0.0.0/8')
  if (first !== 'unknown') return first === 'accepts' ? loopback : undefined
  // macOS has only 127.0.0.1 of that network.
  const others = Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
  const answers = await Promise.all(others.map(host => connectOnly(host, port)))
  return others.find((_, i) => answers[i] === 'accepts')
}

const part = (min: number, max: number): number => min + Math.floor(Math.random() * (max - min + 1))

async function connectOnly(host: string, port: number, known = host): Promise<Answer> {
  if (mute.has(known)) return 'unknown'
  const socket = net.connect({ host, port })
  const answer = new Promise<Answer>(resolve => {
    socket.once('connect', () => resolve('accepts'))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? 'refuses' : 'unknown'),
    )
  })
  const said = await within(answer, ANSWER_MS, () => new Error('no answer')).catch(() => 'unknown' as const)
  socket.destroy()
  if (said === 'unknown') mute.add(known)
  return said
}

/** UDP has no connections to try. But a port that a socket has on all addresses cannot be had on one of them; on Windows it can. */
function isTaken(host: string, port: number): Promise<boolean> {
  const socket = dgram.createSocket('udp4')
  return new Promise(resolve => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      resolve(error.code === 'EADDRINUSE')
    })
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(false)))
  })
}
