import { randomUUID } from 'node:crypto'
import dgram from 'node:dgram'
import { once } from 'node:events'

/** What was asked and is not answered yet, by the peer's address and the id: all calls share one socket. */
const open = new Map<string, (total: number) => void>()
let shared: Promise<dgram.Socket> | undefined

const keyOf = (host: string, port: number, id: Buffer) => [host, port, id.toString('base64')].join(' ')

async function clientSocket(): Promise<dgram.Socket> {
  const socket = dgram.createSocket({ type: 'udp4' })
  socket.on('message', (reply, { address, port }) => {
    if (reply.length === 13 && reply[0] === 2) {
      open.get(keyOf(address, port, reply.subarray(1, 9)))?.(reply.readUInt32BE(9))
    }
  })
  socket.on('error', () => {})
  socket.bind()
  await once(socket, 'listening')
  return socket
}

export async function request(args: {
  peer: string
  amount: number
  tries: number
  timeoutMs: number
}): Promise<{ total: number | null }> {
  const socket = await (shared ??= clientSocket())
  const colon = args.peer.lastIndexOf(':')
  const [host, port] = [args.peer.slice(0, colon), Number(args.peer.slice(colon + 1))]
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').subarray(0, 8)
  const datagram = Buffer.concat([Buffer.of(1), id, Buffer.alloc(4)])
  datagram.writeUInt32BE(args.amount, 9)
  const key = keyOf(host, port, id)

  return new Promise(resolve => {
    let left = args.tries
    let timer: NodeJS.Timeout | undefined
    const finish = (total: number | null) => {
      clearTimeout(timer)
      open.delete(key)
      resolve({ total })
    }
    const attempt = () => {
      if (left-- === 0) return finish(null)
      socket.send(datagram, port, host)
      timer = setTimeout(attempt, args.timeoutMs)
    }
    open.set(key, finish)
    attempt()
  })
}

export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  const socket = dgram.createSocket({ type: 'udp4' })
  socket.bind(port, host)
  await once(socket, 'listening')
  void serve(socket)
  return { port: socket.address().port }
}

/** Takes the datagrams one by one, where the reference has a listener. */
async function serve(socket: dgram.Socket): Promise<void> {
  /** Totals by client, then by id. */
  const clients = new Map<string, Map<bigint, number>>()
  const queue: [Buffer, dgram.RemoteInfo][] = []
  socket.on('message', (bytes, from) => queue.push([bytes, from]))
  let sum = 0
  for (;;) {
    const next = queue.shift()
    if (!next) {
      await once(socket, 'message')
      continue
    }
    const [bytes, from] = next
    if (bytes.length !== 13 || bytes.readUInt8() !== 1) continue
    const client = `${from.address} ${from.port}`
    const totals = clients.get(client) ?? new Map<bigint, number>()
    clients.set(client, totals)
    const id = bytes.readBigUInt64BE(1)
    const total = totals.get(id) ?? (sum += bytes.readUInt32BE(9))
    totals.set(id, total)
    const reply = Buffer.from(bytes)
    reply.writeUInt8(2)
    reply.writeUInt32BE(total, 9)
    socket.send(reply, from.port, from.address)
  }
}
