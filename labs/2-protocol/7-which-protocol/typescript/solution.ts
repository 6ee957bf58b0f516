import { once } from 'node:events'
import net from 'node:net'
import { parseAddress } from 'p2plab'
import { decode, encode } from '../../1-integers-on-the-wire/typescript/solution.ts'

/** multistream-select's own protocol ID: the first line of both sides. */
const HEADER = '/multistream/1.0.0'
const NOT_AVAILABLE = 'na'
/** Bytes of a line, with its newline. The same limit as in go-multistream and js-libp2p. */
const MAX_LINE = 1024
const NEWLINE = 0x0a

/** The length as a varint, then the text and a newline. The length counts bytes, and the newline is one of them. */
function encodeLine(text: string): Buffer {
  const line = Buffer.from(`${text}\n`)
  return Buffer.concat([encode({ format: 'varint', value: BigInt(line.length) }).bytes, line])
}

/** The line that the bytes begin with, and how many bytes it takes; undefined while it is incomplete. */
function decodeLine(bytes: Buffer): { text: string; length: number } | undefined {
  const prefix = decode({ format: 'varint', bytes })
  if (prefix.value === null) return undefined
  // Compared as a bigint, and before the line is there: nobody can make us wait for more than 1,024 bytes.
  if (prefix.value > MAX_LINE) throw new Error(`a line of ${prefix.value} bytes`)
  const end = prefix.length + Number(prefix.value)
  if (bytes.length < end) return undefined
  const line = bytes.subarray(prefix.length, end)
  if (line.at(-1) !== NEWLINE) throw new Error('a line without a newline')
  return { text: line.toString('utf8', 0, line.length - 1), length: end }
}

/**
 * Gives each line of the socket to `onLine`, the header left out, until that returns true. Then the socket is paused, and the bytes behind that
 * line are back in it. Rejects when the other side breaks the rules or ends the connection.
 */
function readLines(socket: net.Socket, onLine: (text: string) => boolean): Promise<void> {
  let bytes = Buffer.alloc(0)
  let greeted = false
  /** Whether the line was the last one. */
  const take = (text: string): boolean => {
    if (greeted) return onLine(text)
    if (text !== HEADER) throw new Error(`"${text}" instead of ${HEADER}`)
    greeted = true
    return false
  }
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('end', () => reject(new Error('the peer ended the connection before there was a protocol')))
    socket.on('data', function onData(chunk: Buffer) {
      bytes = Buffer.concat([bytes, chunk])
      try {
        // One chunk can complete several lines, or none.
        for (let line = decodeLine(bytes); line; line = decodeLine(bytes)) {
          bytes = bytes.subarray(line.length)
          if (!take(line.text)) continue
          socket.off('data', onData)
          socket.pause()
          if (bytes.length > 0) socket.unshift(bytes)
          return resolve()
        }
      } catch (error) {
        socket.off('data', onData)
        reject(error as Error)
      }
    })
  })
}

async function serve(socket: net.Socket, protocols: readonly string[]): Promise<void> {
  // Before anything has arrived: a peer that waits for our header would wait for ever.
  socket.write(encodeLine(HEADER))
  try {
    await readLines(socket, proposal => {
      const known = protocols.includes(proposal)
      socket.write(encodeLine(known ? proposal : NOT_AVAILABLE))
      return known
    })
    // From here on, the bytes belong to the protocol, which is an echo. pipe() also passes the end on.
    socket.pipe(socket)
  } catch {
    socket.destroySoon()
  }
}

export async function listen({
  host,
  port,
  protocols,
}: {
  host: string
  port: number
  protocols: string[]
}): Promise<{ port: number }> {
  // allowHalfOpen: what a peer sent before its end is still answered.
  const server = net.createServer({ allowHalfOpen: true }, socket => void serve(socket, protocols))
  server.listen(port, host)
  await once(server, 'listening')
  return { port: (server.address() as net.AddressInfo).port }
}

/** The first of the protocols that the other side speaks, too. */
async function agree(socket: net.Socket, protocols: readonly string[]): Promise<string> {
  let proposed = 0
  // The header and the first proposal go out together, which saves a round trip.
  socket.write(Buffer.concat([encodeLine(HEADER), encodeLine(protocols[0]!)]))
  await readLines(socket, answer => {
    if (answer === protocols[proposed]) return true
    if (answer !== NOT_AVAILABLE) throw new Error(`the answer "${answer}" to ${protocols[proposed]}`)
    if (++proposed === protocols.length) throw new Error('no protocol in common')
    socket.write(encodeLine(protocols[proposed]!))
    return false
  })
  return protocols[proposed]!
}

/** The next bytes of the socket, exactly so many. */
async function read(socket: net.Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let missing = length
  if (missing > 0) {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer)
      missing -= (chunk as Buffer).length
      if (missing <= 0) break
    }
  }
  if (missing > 0) throw new Error(`the connection ended ${missing} bytes too early`)
  return Buffer.concat(chunks).subarray(0, length)
}

export async function dial({
  peer,
  protocols,
  bytes,
}: {
  peer: string
  protocols: string[]
  bytes: Buffer
}): Promise<{ protocol: string; reply: Buffer }> {
  const socket = net.connect(parseAddress(peer))
  try {
    await once(socket, 'connect')
    const protocol = await agree(socket, protocols)
    socket.write(bytes)
    return { protocol, reply: await read(socket, bytes.length) }
  } finally {
    // Sends what is still to be sent, then ends the connection.
    socket.destroySoon()
  }
}
