import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { emit, parseAddress } from 'p2plab'

export interface Message {
  command: string
  payload: Buffer
}

/** magic 4, command 12, length 4, checksum 4 */
const HEADER = 24
/** Bitcoin Core, src/net.h: MAX_PROTOCOL_MESSAGE_LENGTH */
const MAX_PAYLOAD = 4_000_000
/** Printable ASCII, then nothing but NUL. */
const COMMAND = /^[\x20-\x7e]*\0*$/

function checksum(payload: Uint8Array): Buffer {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  return sha256(sha256(payload)).subarray(0, 4)
}

export function encodeMessage(magic: Uint8Array, command: string, payload: Uint8Array): Buffer {
  if (!/^[\x20-\x7e]{1,12}$/.test(command)) throw new Error(`"${command}" is not a command`)
  const header = Buffer.alloc(HEADER)
  header.set(magic, 0)
  header.write(command, 4, 'latin1')
  header.writeUInt32LE(payload.length, 16)
  header.set(checksum(payload), 20)
  return Buffer.concat([header, payload])
}

/** Each stream needs a decoder of its own: it holds the start of the message that is not complete yet. */
export function messageDecoder(magic: Uint8Array): (chunk: Uint8Array) => Iterable<Message> {
  let rest = Buffer.alloc(0)
  return function* (chunk) {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= HEADER) {
      // As Bitcoin Core does: magic and length are judged when the whole header is there.
      if (!rest.subarray(0, 4).equals(magic)) throw new Error('wrong magic')
      const length = rest.readUInt32LE(16)
      if (length > MAX_PAYLOAD) throw new Error(`a payload of ${length} bytes`)
      if (rest.length < HEADER + length) return
      const header = rest.subarray(0, HEADER)
      const payload = rest.subarray(HEADER, HEADER + length)
      // Consumed, whether it is good or not: the next message begins behind it.
      rest = rest.subarray(HEADER + length)
      const command = header.toString('latin1', 4, 16)
      if (!COMMAND.test(command) || !header.subarray(20).equals(checksum(payload))) continue
      yield { command: command.replaceAll('\0', ''), payload }
    }
  }
}

/** Tells the checker about a good message. A control line has room for 1 MiB, so a long payload is left out. */
function tell(socket: net.Socket, { command, payload }: Message): void {
  const connection = `${socket.remoteAddress}:${socket.remotePort}`
  const { length } = payload
  emit(
    'message',
    length > 100_000 ? { connection, command, length } : { connection, command, length, payload },
  )
}

export async function listen({
  host,
  port,
  magic,
}: {
  host: string
  port: number
  magic: Buffer
}): Promise<{ port: number }> {
  const server = net.createServer(socket => {
    const decode = messageDecoder(magic)
    socket.on('data', chunk => {
      try {
        for (const message of decode(chunk)) tell(socket, message)
      } catch {
        socket.destroy()
      }
    })
    socket.on('error', () => socket.destroy())
  })
  server.listen(port, host)
  await once(server, 'listening')
  return { port: (server.address() as net.AddressInfo).port }
}

export async function send({
  peer,
  magic,
  command,
  payload,
}: {
  peer: string
  magic: Buffer
  command: string
  payload: Buffer
}): Promise<void> {
  const bytes = encodeMessage(magic, command, payload)
  const socket = net.connect(parseAddress(peer))
  await once(socket, 'connect')
  socket.on('error', () => socket.destroy())
  socket.end(bytes)
  // "finish": all bytes, and our end of the connection, are handed to the operating system.
  await once(socket, 'finish')
}
