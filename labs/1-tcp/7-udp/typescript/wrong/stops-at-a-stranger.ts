import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAddress } from 'p2plab'

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

function decode(bytes: Buffer) {
  if (bytes.length !== LENGTH) return undefined
  return { type: bytes[0]!, id: bytes.subarray(1, 9), value: bytes.readUInt32BE(9) }
}

export async function listen({ host, port }: { host: string; port: number }) {
  let total = 0
  const replies = new Map<string, Buffer>()
  const socket = dgram.createSocket('udp4')
  socket.on('message', (bytes, from) => {
    const request = decode(bytes)
    if (request?.type !== REQUEST) return
    const key = `${from.address}:${from.port} ${request.id.toString('hex')}`
    let reply = replies.get(key)
    if (!reply) {
      total += request.value
      reply = encode(REPLY, request.id, total)
      replies.set(key, reply)
    }
    socket.send(reply, from.port, from.address)
  })
  await new Promise<void>(resolve => socket.bind(port, host, resolve))
  return { port: socket.address().port }
}

interface Args {
  peer: string
  amount: number
  tries: number
  timeoutMs: number
}

export async function request({ peer, amount, tries, timeoutMs }: Args) {
  const { host, port } = parseAddress(peer)
  const id = randomBytes(8)
  const bytes = encode(REQUEST, id, amount)
  const socket = dgram.createSocket('udp4')
  const replied = new Promise<number | null>(resolve => {
    socket.on('message', (message, from) => {
      const reply = decode(message)
      const true_ = from.address === host && from.port === port && reply?.type === REPLY && reply.id.equals(id)
      resolve(true_ ? reply.value : null)
    })
  })
  try {
    for (let i = 0; i < tries; i++) {
      socket.send(bytes, port, host)
      const total = await Promise.race([replied, sleep(timeoutMs, undefined, { ref: false })])
      if (total !== undefined) return { total }
    }
    return { total: null }
  } finally {
    socket.close()
  }
}
