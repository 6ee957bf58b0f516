// Each known peer has a loop of its own, which waits for its turn. What there is, is one list, and every rule is a question to it.
import { EventEmitter, once } from 'node:events'
import net from 'node:net'
import { parseAddress } from 'p2plab'
import { encodeFrame, frameDecoder } from '../../../../1-tcp/2-frames/typescript/solution.ts'

interface Known {
  id: string
  address: string
  group: string
}

interface Options {
  id: string
  host: string
  port: number
  peers: Known[]
  target: number
  max: number
  maxPerGroup: number
  protectedIds: string[]
  backoffMs: number
  maxBackoffMs: number
  helloMs: number
}

interface Connection {
  id: string
  direction: 'inbound' | 'outbound'
  socket: net.Socket
  state: 'dialing' | 'connected'
}

let options: Options
/** In the order in which they took their slots. */
const connections: Connection[] = []
const rows = new Map<string, { failures: number; dueAt: number }>()
const world = new EventEmitter().setMaxListeners(0)
const changed = () => void world.emit('changed')

const find = (id: string) => connections.find(one => one.id === id)
const groupOf = (id: string) => options.peers.find(peer => peer.id === id)?.group ?? Symbol.for('unknown')
const isCrowded = (id: string) =>
  connections.filter(one => groupOf(one.id) === groupOf(id)).length >= options.maxPerGroup
const isProtected = (id: string) => new Set(options.protectedIds).has(id)

export async function start(given: Options): Promise<{ port: number }> {
  options = given
  const server = net.createServer(socket => void receive(socket))
  server.listen(given.port, given.host)
  await once(server, 'listening')
  for (const peer of given.peers) if (peer.id !== given.id) void lookAfter(peer)
  return { port: (server.address() as net.AddressInfo).port }
}

export async function peers(): Promise<{ peers: { id: string; direction: 'inbound' | 'outbound' }[] }> {
  const connected = connections.filter(({ state }) => state === 'connected')
  return { peers: connected.map(({ id, direction }) => ({ id, direction })) }
}

async function lookAfter(peer: Known): Promise<never> {
  for (;;) {
    while (!isItsTurn(peer)) await once(world, 'changed')
    await dial(peer)
  }
}

const isItsTurn = ({ id }: Known): boolean =>
  connections.length < options.target &&
  !find(id) &&
  !isCrowded(id) &&
  performance.now() >= (rows.get(id)?.dueAt ?? 0)

async function dial({ id, address }: Known): Promise<void> {
  const { host, port } = parseAddress(address)
  const connection: Connection = {
    id,
    direction: 'outbound',
    socket: net.connect(port, host),
    state: 'dialing',
  }
  connections.push(connection)
  const over = untilOver(connection)
  greet(connection.socket)
  if ((await greeting(connection.socket)) === id) connect(connection)
  else connection.socket.destroy()
  await over
}

async function receive(socket: net.Socket): Promise<void> {
  const id = await greeting(socket)
  if (id === undefined || id === options.id || socket.destroyed) return void socket.destroy()
  const connection: Connection = { id, direction: 'inbound', socket, state: 'dialing' }
  if (!takesSlot(connection)) return void socket.destroy()
  void untilOver(connection)
  connect(connection)
  greet(socket)
}

/** Puts it into the list, in the place of another one where that is the rule. */
function takesSlot(connection: Connection): boolean {
  const { id } = connection
  const same = find(id)
  if (same) {
    const [winner] = [options.id, id].sort().reverse()
    if (same.direction === 'outbound' && winner === options.id) return false
    connections[connections.indexOf(same)] = connection
    same.socket.destroy()
    return true
  }
  if (!isProtected(id) && (isCrowded(id) || connections.length >= options.max)) return false
  if (connections.length >= options.max) {
    const victim = connections.findLast(one => !isProtected(one.id))
    if (!victim) return false
    remove(victim)
    victim.socket.destroy()
  }
  connections.push(connection)
  return true
}

function connect(connection: Connection): void {
  connection.state = 'connected'
  rows.delete(connection.id)
}

async function untilOver(connection: Connection): Promise<void> {
  await new Promise(resolve => connection.socket.once('close', resolve))
  remove(connection)
  changed()
}

/** Nothing happens when somebody else has its place by now. */
function remove(connection: Connection): void {
  const at = connections.indexOf(connection)
  if (at < 0) return
  connections.splice(at, 1)
  const failures = (rows.get(connection.id)?.failures ?? 0) + 1
  const whole = Math.min(options.maxBackoffMs, options.backoffMs * Math.pow(2, failures - 1))
  const wait = whole / 2 + Math.random() * (whole / 2)
  rows.set(connection.id, { failures, dueAt: performance.now() + wait })
  // A timer may fire a little early.
  setTimeout(changed, Math.ceil(wait) + 1)
}

function greet(socket: net.Socket): void {
  socket.write(encodeFrame(Buffer.from(`{"id":"${options.id}","type":"hello"}`)))
}

/** The id in the first frame; undefined if it is no hello, or none comes in time. All that follows is thrown away. */
async function greeting(socket: net.Socket): Promise<string | undefined> {
  const limit = setTimeout(() => socket.destroy(), options.helloMs)
  socket.on('error', () => {})
  try {
    const decode = frameDecoder()
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      const [frame] = decode(chunk as Buffer)
      if (!frame) continue
      const { type, id } = (JSON.parse(String(frame)) ?? {}) as { type?: unknown; id?: unknown }
      return type === 'hello' && typeof id === 'string' && /^[\da-f]{16}$/.test(id) ? id : undefined
    }
  } catch {
    // It broke, or it is not JSON: no hello.
  } finally {
    clearTimeout(limit)
    socket.resume()
  }
  return undefined
}
