// Another correct program: the handshake is read from top to bottom, as what one side waits for, one message after another.
import { randomBytes } from 'node:crypto'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeVersion, emit, encodeVersion, parseAddress } from 'p2plab'
import { encodeMessage, messageDecoder } from '../../../2-envelope/typescript/solution.ts'

interface Own {
  magic: Buffer
  services: bigint
  userAgent: string
  height: number
  timeoutMs: number
}

type Reason = 'ended' | 'malformed' | 'old' | 'self' | 'timeout'

class Over extends Error {
  readonly reason: Reason
  constructor(reason: Reason) {
    super(reason)
    this.reason = reason
  }
}

const drawn = new Map<net.Socket, bigint>()

/** The payloads of the messages with these commands, in this order; what comes between them is left out. */
async function* payloadsOf(socket: net.Socket, magic: Buffer, commands: string[]) {
  const decode = messageDecoder(magic)
  let next = 0
  try {
    for await (const chunk of socket) {
      for (const { command, payload } of decode(chunk as Buffer)) {
        if (command !== commands[next]) continue
        next++
        yield payload
      }
    }
  } catch (error) {
    throw new Over((error as NodeJS.ErrnoException).code === undefined ? 'malformed' : 'ended')
  }
  throw new Over('ended')
}

async function shakeHands(socket: net.Socket, isDialer: boolean, own: Own, payloads: AsyncGenerator<Buffer>) {
  const { magic, services, userAgent, height } = own
  const send = (command: string, payload: Buffer = Buffer.alloc(0)) =>
    socket.write(encodeMessage(magic, command, payload))
  const introduce = () => {
    const nonce = randomBytes(8).readBigUInt64BE()
    drawn.set(socket, nonce)
    send('version', encodeVersion({ version: 70016, services, nonce, userAgent, height, relay: false }))
  }
  if (isDialer) introduce()
  const { value: payload } = await payloads.next()
  let peer
  try {
    peer = decodeVersion(payload!)
  } catch {
    throw new Over('malformed')
  }
  if (peer.version < 31800) throw new Over('old')
  if ([...drawn.values()].includes(peer.nonce)) throw new Over('self')
  if (!isDialer) introduce()
  send('verack')
  await payloads.next()
  return {
    version: peer.version > 70016 ? 70016 : peer.version,
    userAgent: peer.userAgent,
    height: peer.height,
  }
}

/** `told` gets what the peer said, or why it did not come to that. */
async function serve(
  socket: net.Socket,
  isDialer: boolean,
  own: Own,
  told: (peer?: object, why?: Error) => void,
) {
  const connection = `${socket.remoteAddress}:${socket.remotePort}`
  const payloads = payloadsOf(socket, own.magic, ['version', 'verack'])
  const stop = new AbortController()
  const tooLate = sleep(own.timeoutMs, undefined, { signal: stop.signal }).then(() => {
    throw new Over('timeout')
  })
  let reason: Reason = 'ended'
  try {
    const peer = await Promise.race([shakeHands(socket, isDialer, own, payloads), tooLate])
    stop.abort()
    emit('peer', { connection, direction: isDialer ? 'outbound' : 'inbound', ...peer })
    told(peer)
    await payloads.next()
  } catch (error) {
    reason = error instanceof Over ? error.reason : 'ended'
    told(undefined, new Error(`the connection is over: ${reason}`))
  }
  stop.abort()
  tooLate.catch(() => {})
  drawn.delete(socket)
  socket.destroy()
  emit('closed', { connection, reason })
}

export function listen({ host, port, ...own }: Own & { host: string; port: number }) {
  const server = net.createServer(socket => void serve(socket, false, own, () => {}))
  return new Promise<{ port: number }>((resolve, reject) => {
    server.on('error', reject)
    server.listen({ host, port }, () => resolve({ port: (server.address() as net.AddressInfo).port }))
  })
}

export function connect({ peer, ...own }: Own & { peer: string }) {
  return new Promise<{ version: number; userAgent: string; height: number }>((resolve, reject) => {
    const socket = net.connect(parseAddress(peer))
    socket.on('error', reject)
    socket.on(
      'connect',
      () => void serve(socket, true, own, (found, why) => (found ? resolve(found as never) : reject(why!))),
    )
  })
}
