/** Which UDP ports of 127.0.0.1 have a socket: where there is none, the system refuses what is sent to it. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import { isRefusal, socketFault } from './machine-fault.ts'
import { within } from '../kit/deadline.ts'

const HOST = '127.0.0.1'
/** On loopback, the refusal is there as soon as the datagram is sent; this is for a machine that is busy. */
const REFUSED_MS = 200

/** Those of `ports` that took an empty datagram; none where this system does not say when nobody listens. Throws Inconclusive when it has no sockets left. */
export async function openUdpPorts(ports: readonly number[]): Promise<number[]> {
  const [free, ...taken] = await Promise.all([freePort().then(isOpen), ...ports.map(isOpen)])
  return free ? [] : ports.filter((_, i) => taken[i])
}

async function freePort(): Promise<number> {
  const socket = dgram.createSocket('udp4')
  socket.bind(0, HOST)
  await once(socket, 'listening').catch(failed)
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

async function isOpen(port: number): Promise<boolean> {
  const socket = dgram.createSocket('udp4')
  try {
    socket.connect(port, HOST)
    await once(socket, 'connect').catch(failed)
    const refused = once(socket, 'error').then(([error]) => isRefusal(error))
    socket.send(Buffer.alloc(0), () => {})
    return !(await within(refused, REFUSED_MS, () => new Error('nothing came')).catch(() => false))
  } finally {
    socket.on('error', () => {})
    socket.close()
  }
}

function failed(error: unknown): never {
  throw socketFault(error)
}
