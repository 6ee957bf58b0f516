// Another correct program, after Bitcoin Core's TxRequestTracker: one record for each announcement, and one clock for everything.
import { createHash } from 'node:crypto'
import net from 'node:net'
import { emit, parseAddress } from 'p2plab'
import { encodeMessage, type Message } from '../../../../2-protocol/2-envelope/typescript/solution.ts'
import { runConnection } from '../../../../2-protocol/4-handshake/typescript/solution.ts'

type State = 'candidate' | 'requested' | 'completed'
interface Announcement {
  connection: Connection
  id: string
  state: State
  /** Of one that was requested, in milliseconds. */
  expires: number
}

interface Settings {
  host: string
  port: number
  magic: Buffer
  peers: string[]
  announceMs: number
  requestMs: number
  retryMs: number
  maxAnnounced: number
}

const TX = 1
const SIZE = 36
const MOST = 50_000
const TICK_MS = 5

/** Of the bytes: latin1 has one character for each. */
const hash = (data: Buffer): string => {
  const once = createHash('sha256').update(data).digest()
  return createHash('sha256').update(once).digest().toString('latin1')
}

class Tracker {
  readonly #byId = new Map<string, Announcement[]>()
  readonly #counts = new Map<Connection, number>()
  readonly #most: number
  readonly #patience: number

  constructor(most: number, patience: number) {
    this.#most = most
    this.#patience = patience
  }

  /** True: it is the first one, and the connection is to be asked now. */
  announce(connection: Connection, id: string): boolean {
    const all = this.#byId.get(id)
    if (all?.some(one => one.connection === connection)) return false
    const count = this.#counts.get(connection) ?? 0
    if (count >= this.#most) return false
    this.#counts.set(connection, count + 1)
    const one: Announcement = { connection, id, state: 'candidate', expires: 0 }
    if (all) all.push(one)
    else this.#byId.set(id, [one])
    if (all) return false
    this.#request(one)
    return true
  }

  #request(one: Announcement): void {
    one.state = 'requested'
    one.expires = performance.now() + this.#patience
  }

  knows(connection: Connection, id: string): boolean {
    return this.#byId.get(id)?.some(one => one.connection === connection) ?? false
  }

  /** The connection does not have it. */
  failed(connection: Connection, id: string): void {
    const one = this.#byId.get(id)?.find(each => each.connection === connection)
    if (one?.state === 'requested') this.#next(one)
  }

  #next(one: Announcement): void {
    one.state = 'completed'
    const following = this.#byId.get(one.id)!.find(({ state }) => state === 'candidate')
    if (!following) return this.done(one.id)
    this.#request(following)
    following.connection.send('getdata', [one.id])
  }

  done(id: string): void {
    for (const { connection } of this.#byId.get(id) ?? [])
      this.#counts.set(connection, this.#counts.get(connection)! - 1)
    this.#byId.delete(id)
  }

  expire(now: number): void {
    for (const all of [...this.#byId.values()])
      for (const one of all) if (one.state === 'requested' && one.expires <= now) this.#next(one)
  }

  gone(connection: Connection): void {
    for (const [id, all] of [...this.#byId]) {
      const at = all.findIndex(one => one.connection === connection)
      if (at < 0) continue
      const one = all[at]!
      if (one.state === 'requested') this.#next(one)
      if (!this.#byId.has(id)) continue
      all.splice(at, 1)
    }
    this.#counts.delete(connection)
  }
}

class Connection {
  readonly toTell = new Set<string>()
  readonly #socket: net.Socket
  readonly #magic: Buffer

  constructor(socket: net.Socket, magic: Buffer) {
    this.#socket = socket
    this.#magic = magic
  }

  sendData(data: Buffer): void {
    this.#socket.write(encodeMessage(this.#magic, 'tx', data))
  }

  send(command: 'inv' | 'getdata' | 'notfound', ids: readonly string[]): void {
    for (let at = 0; at < ids.length; at += 1_000) {
      const some = ids.slice(at, at + 1_000)
      const count =
        some.length < 0xfd ? Buffer.of(some.length) : Buffer.of(0xfd, some.length & 0xff, some.length >> 8)
      const entries = some.map(id => Buffer.concat([Buffer.of(TX, 0, 0, 0), Buffer.from(id, 'latin1')]))
      this.#socket.write(encodeMessage(this.#magic, command, Buffer.concat([count, ...entries])))
    }
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** Undefined: it is malformed. */
function read(payload: Buffer): string[] | undefined {
  const first = payload[0]
  if (first === undefined || first > 0xfd) return undefined
  if (first === 0xfd && payload.length < 3) return undefined
  const count = first === 0xfd ? payload.readUInt16LE(1) : first
  const start = first === 0xfd ? 3 : 1
  if (count > MOST || payload.length < start + count * SIZE) return undefined
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    const entry = payload.subarray(start + i * SIZE, start + (i + 1) * SIZE)
    if (entry.readUInt32LE() === TX) ids.push(entry.toString('latin1', 4))
  }
  return ids
}

let settings: Settings
let tracker: Tracker
const store = new Map<string, Buffer>()
const connections = new Set<Connection>()
let lastInv = 0

function learn(data: Buffer, from: Connection | undefined): string {
  const id = hash(data)
  from?.toTell.delete(id)
  if (!store.has(id)) {
    store.set(id, Buffer.from(data))
    emit('delivered', { id: Buffer.from(id, 'latin1'), payload: data })
    for (const connection of connections)
      if (connection !== from && !tracker.knows(connection, id)) connection.toTell.add(id)
    tracker.done(id)
  }
  return id
}

function handle(connection: Connection, { command, payload }: Message): void {
  if (command === 'tx') return void learn(payload, connection)
  if (!['inv', 'getdata', 'notfound'].includes(command)) return
  const ids = read(payload)
  if (!ids) return connection.close()
  if (command === 'notfound') for (const id of ids) tracker.failed(connection, id)
  if (command === 'getdata') {
    for (const id of ids) if (store.has(id)) connection.sendData(store.get(id)!)
    connection.send(
      'notfound',
      ids.filter(id => !store.has(id)),
    )
  }
  if (command === 'inv') {
    for (const id of ids) connection.toTell.delete(id)
    connection.send(
      'getdata',
      ids.filter(id => !store.has(id) && tracker.announce(connection, id)),
    )
  }
}

/** Called often: what is due is done. */
function tick(): void {
  const now = performance.now()
  tracker.expire(now)
  if (now - lastInv < settings.announceMs - TICK_MS) return
  lastInv = now
  for (const connection of connections) {
    connection.send('inv', [...connection.toTell])
    connection.toTell.clear()
  }
}

function accept(socket: net.Socket, direction: 'inbound' | 'outbound', onEnd = () => {}): void {
  socket.setNoDelay(true)
  const connection = new Connection(socket, settings.magic)
  const own = {
    magic: settings.magic,
    services: 1n,
    userAgent: '/tracker:1.0/',
    height: 0,
    timeoutMs: 30_000,
  }
  runConnection(socket, direction, own, {
    onPeer: () => void connections.add(connection),
    onMessage(message) {
      if (!socket.destroyed) handle(connection, message)
    },
    onClosed() {
      connections.delete(connection)
      tracker.gone(connection)
      onEnd()
    },
  })
}

function dial(address: string): void {
  const socket = net.connect(parseAddress(address))
  const again = () => void setTimeout(() => dial(address), settings.retryMs)
  socket.once('error', again)
  socket.once('connect', () => {
    socket.off('error', again)
    accept(socket, 'outbound', again)
  })
}

export async function start(given: Settings): Promise<{ port: number }> {
  settings = given
  tracker = new Tracker(given.maxAnnounced, given.requestMs)
  const server = net.createServer(socket => accept(socket, 'inbound'))
  await new Promise<void>(resolve => server.listen(given.port, given.host, resolve))
  setInterval(tick, TICK_MS)
  for (const address of given.peers) dial(address)
  return { port: (server.address() as net.AddressInfo).port }
}

export async function publish({ payload }: { payload: Buffer }): Promise<{ id: Buffer }> {
  return { id: Buffer.from(learn(payload, undefined), 'latin1') }
}
