// Another correct program: it waits for a number of bytes, first those of the header, then those of the payload, and keeps chunks in a list.
import { hash } from 'node:crypto'
import net from 'node:net'
import { emit, parseAddress } from 'p2plab'

const double = (bytes: Uint8Array) => hash('sha256', hash('sha256', bytes, 'buffer'), 'buffer').readUInt32BE()

/** Collects chunks, and gives exactly as many bytes as it is asked for. */
class Bytes {
  #chunks: Buffer[] = []
  length = 0

  push(chunk: Buffer) {
    this.#chunks.push(chunk)
    this.length += chunk.length
  }

  take(n: number): Buffer {
    const all = Buffer.concat(this.#chunks)
    this.#chunks = [all.subarray(n)]
    this.length -= n
    return all.subarray(0, n)
  }
}

function reader(magic: Buffer, onMessage: (command: string, payload: Buffer) => void, onBad: () => void) {
  const bytes = new Bytes()
  let header: Buffer | undefined
  return (chunk: Buffer) => {
    bytes.push(chunk)
    for (;;) {
      if (!header) {
        if (bytes.length < 24) return
        header = bytes.take(24)
        if (Buffer.compare(header.subarray(0, 4), magic) !== 0 || header.readUInt32LE(16) > 4e6)
          return onBad()
      }
      const length = header.readUInt32LE(16)
      if (bytes.length < length) return
      const payload = bytes.take(length)
      const command = commandOf(header.subarray(4, 16))
      if (command !== undefined && header.readUInt32BE(20) === double(payload)) onMessage(command, payload)
      header = undefined
    }
  }
}

function commandOf(field: Buffer): string | undefined {
  const end = field.includes(0) ? field.indexOf(0) : field.length
  const isGood = field.every((byte, i) => (i < end ? byte >= 0x20 && byte < 0x7f : byte === 0))
  return isGood ? field.toString('ascii', 0, end) : undefined
}

export function listen({ host, port, magic }: { host: string; port: number; magic: Buffer }) {
  const server = net.createServer(socket => {
    const connection = `${socket.remoteAddress}:${socket.remotePort}`
    const read = reader(
      magic,
      (command, payload) =>
        emit('message', {
          connection,
          command,
          length: payload.length,
          payload: payload.length > 100_000 ? undefined : payload,
        }),
      () => {
        socket.removeAllListeners('data')
        socket.destroySoon()
      },
    )
    socket.on('data', read)
    socket.on('error', () => {})
  })
  return new Promise<{ port: number }>((resolve, reject) => {
    server.on('error', reject)
    server.listen({ host, port }, () => resolve({ port: (server.address() as net.AddressInfo).port }))
  })
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
}) {
  const field = Buffer.from(command.padEnd(12, '\0'))
  if (field.length > 12 || command === '' || commandOf(field) !== command)
    throw new Error(`${JSON.stringify(command)} is not a command`)
  const header = Buffer.concat([magic, field, Buffer.alloc(8)])
  header.writeUInt32LE(payload.length, 16)
  header.writeUInt32BE(double(payload), 20)
  const socket = net.connect({ ...parseAddress(peer) })
  socket.write(header)
  socket.end(payload)
  await new Promise((resolve, reject) => socket.on('finish', resolve).on('error', reject))
}
