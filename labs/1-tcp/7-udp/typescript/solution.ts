import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAddress } from 'p2plab'

/** A datagram: its type (1 byte), the id of the request (8 bytes), and a number (u32, big-endian). */
const REQUEST = 1
const REPLY = 2
const LENGTH = 13

function encode(type: number, id: Uint8Array, value: number): Buffer {
  const bytes = Buffer.alloc(LENGTH)
  bytes[0] = type
  bytes.set(id, 1)
  bytes.writeUInt32BE(value, 9)
  return bytes
}

/** Anybody can send anything to a UDP port: what is not ours is undefined. */
function decode(bytes: Buffer): { type: number; id: Buffer; value: number } | undefined {
  if (bytes.length !== LENGTH) return undefined
  return { type: bytes[0]!, id: bytes.subarray(1, 9), value: bytes.readUInt32BE(9) }
}

/** How many replies the server remembers. Without a bound its memory would grow for ever. */
const REMEMBERED = 10_000

/** Adds up the amounts of all requests, and answers each with the total. */
export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  let total = 0
  const replies = new Map<string, Buffer>()

  const socket = dgram.createSocket('udp4')
  socket.on('message', (bytes, from) => {
    const request = decode(bytes)
    if (request?.type !== REQUEST) return
    // Two clients may choose the same id: it counts together with the address that it came from.
    const key = `${from.address}:${from.port} ${request.id.toString('hex')}`
    let reply = replies.get(key)
    if (!reply) {
      total += request.value
      reply = encode(REPLY, request.id, total)
      replies.set(key, reply)
      // A Map keeps the order of insertion: its first key is the oldest.
      if (replies.size > REMEMBERED) replies.delete(replies.keys().next().value!)
    }
    // Also to a request that was answered before: perhaps that answer was lost.
    socket.send(reply, from.port, from.address)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, resolve)
  })
  socket.on('error', error => console.error(error.message))
  return { port: socket.address().port }
}

/** Sends the amount until a reply comes, at most `tries` times. Returns the total, or null when no reply came. */
export async function request({
  peer,
  amount,
  tries,
  timeoutMs,
}: {
  peer: string
  amount: number
  tries: number
  timeoutMs: number
}): Promise<{ total: number | null }> {
  const { host, port } = parseAddress(peer)
  const id = randomBytes(8)
  const bytes = encode(REQUEST, id, amount)

  const socket = dgram.createSocket('udp4')
  socket.on('error', error => console.error(error.message))
  const replied = new Promise<number>(resolve => {
    socket.on('message', (message, from) => {
      // A reply counts only from whom we asked, and only to what we asked.
      if (from.address !== host || from.port !== port) return
      const reply = decode(message)
      if (reply?.type === REPLY && reply.id.equals(id)) resolve(reply.value)
    })
  })
  try {
    for (let i = 0; i < tries; i++) {
      // The same bytes each time, so that the server knows the request again.
      socket.send(bytes, port, host)
      const total = await Promise.race([replied, sleep(timeoutMs, undefined, { ref: false })])
      if (total !== undefined) return { total }
    }
    return { total: null }
  } finally {
    socket.close()
  }
}
