import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { emit, parseAddress } from 'p2plab'
import { decode, encode } from '../../../2-protocol/1-integers-on-the-wire/typescript/solution.ts'
import { encodeMessage, type Message } from '../../../2-protocol/2-envelope/typescript/solution.ts'
import { runConnection } from '../../../2-protocol/4-handshake/typescript/solution.ts'

export interface Options {
  magic: Buffer
  announceMs: number
  requestMs: number
  retryMs: number
  maxAnnounced: number
}

/** Bitcoin Core, src/protocol.h: MSG_TX; src/net_processing.cpp: MAX_INV_SZ */
const MSG_TX = 1
const MAX_ENTRIES = 50_000
/** type 4, id 32 */
const ENTRY = 36
/** Bitcoin Core, src/net.h: DEFAULT_PEER_CONNECT_TIMEOUT */
const HANDSHAKE_MS = 60_000

/** The payload of inv, getdata and notfound. Ids are hex, so that they can be keys of a Map. */
export function encodeInventory(ids: readonly string[]): Buffer {
  const { bytes: count } = encode({ format: 'compactsize', value: BigInt(ids.length) })
  const entries = Buffer.alloc(ids.length * ENTRY)
  for (const [i, id] of ids.entries()) {
    entries.writeUInt32LE(MSG_TX, i * ENTRY)
    entries.write(id, i * ENTRY + 4, 'hex')
  }
  return Buffer.concat([count, entries])
}

/** The ids of transactions in such a payload. Throws when there are too many entries, or bytes are missing. */
export function decodeInventory(payload: Buffer): string[] {
  const count = decode({ format: 'compactsize', bytes: payload })
  if (count.value === null) throw new Error('the count is missing')
  if (count.value > MAX_ENTRIES) throw new Error(`${count.value} entries`)
  const end = count.length + Number(count.value) * ENTRY
  if (payload.length < end) throw new Error('bytes are missing')
  const ids: string[] = []
  for (let at = count.length; at < end; at += ENTRY) {
    if (payload.readUInt32LE(at) === MSG_TX) ids.push(payload.toString('hex', at + 4, at + ENTRY))
  }
  return ids
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const idOf = (data: Uint8Array) => sha256(sha256(data)).toString('hex')

interface Peer {
  /** What it has announced and we are waiting for, at most maxAnnounced ids. */
  announced: Set<string>
  /** What we are going to announce to it, and when. */
  news: Set<string>
  announcing: NodeJS.Timeout | undefined
  send(command: string, payload: Buffer): void
  close(): void
}

interface Wanted {
  asked: Peer
  /** Peers that have announced it, too, and whose turn comes later. */
  others: Peer[]
  timer: NodeJS.Timeout
}

let options: Options
/** Those whose handshake is complete. */
const peers = new Set<Peer>()
/** By id: what we have, and what we are waiting for. */
const have = new Map<string, Buffer>()
const wanted = new Map<string, Wanted>()

function receiveInv(peer: Peer, ids: readonly string[]): void {
  const missing: string[] = []
  for (const id of ids) {
    peer.news.delete(id)
    if (have.has(id) || peer.announced.has(id)) continue
    if (peer.announced.size >= options.maxAnnounced) continue
    peer.announced.add(id)
    const want = wanted.get(id)
    if (want) want.others.push(peer)
    else {
      wanted.set(id, { asked: peer, others: [], timer: timeout(id) })
      missing.push(id)
    }
  }
  if (missing.length > 0) peer.send('getdata', encodeInventory(missing))
}

const timeout = (id: string) => setTimeout(() => askNext(id), options.requestMs)

/** The peer that was asked has not delivered. */
function askNext(id: string): void {
  const want = wanted.get(id)!
  const next = want.others.shift()
  if (!next) return forget(id)
  clearTimeout(want.timer)
  want.asked = next
  want.timer = timeout(id)
  next.send('getdata', encodeInventory([id]))
}

/** We are not waiting for it any more. */
function forget(id: string): void {
  clearTimeout(wanted.get(id)?.timer)
  wanted.delete(id)
  for (const peer of peers) peer.announced.delete(id)
}

function receiveNotFound(peer: Peer, ids: readonly string[]): void {
  for (const id of ids) if (wanted.get(id)?.asked === peer) askNext(id)
}

function receiveGetData(peer: Peer, ids: readonly string[]): void {
  const missing: string[] = []
  for (const id of ids) {
    const data = have.get(id)
    if (data) peer.send('tx', data)
    else missing.push(id)
  }
  if (missing.length > 0) peer.send('notfound', encodeInventory(missing))
}

/** Data from a peer, or of our own. Whether we have asked for it does not matter: its hash says what it is. */
function receiveData(data: Buffer, from?: Peer): string {
  const id = idOf(data)
  from?.news.delete(id)
  if (have.has(id)) return id
  // A copy: the payload of a message may be a small part of a large chunk.
  have.set(id, Buffer.from(data))
  emit('delivered', { id, payload: data })
  for (const peer of peers) if (peer !== from && !peer.announced.has(id)) announce(peer, id)
  forget(id)
  return id
}

/** The first one starts the clock, and what comes until then goes along. */
function announce(peer: Peer, id: string): void {
  peer.news.add(id)
  peer.announcing ??= setTimeout(() => {
    peer.announcing = undefined
    const ids = [...peer.news]
    peer.news.clear()
    for (let at = 0; at < ids.length; at += MAX_ENTRIES)
      peer.send('inv', encodeInventory(ids.slice(at, at + MAX_ENTRIES)))
  }, options.announceMs)
}

const INVENTORIES: Readonly<Record<string, (peer: Peer, ids: readonly string[]) => void>> = {
  inv: receiveInv,
  getdata: receiveGetData,
  notfound: receiveNotFound,
}

/** A message that came after the handshake. */
function receive(peer: Peer, { command, payload }: Message): void {
  if (command === 'tx') return void receiveData(payload, peer)
  const handle = INVENTORIES[command]
  if (!handle) return
  let ids: string[]
  try {
    ids = decodeInventory(payload)
  } catch {
    return peer.close()
  }
  handle(peer, ids)
}

/** The connection is over: whatever the peer was asked for is somebody else's turn now. */
function leave(peer: Peer): void {
  peers.delete(peer)
  clearTimeout(peer.announcing)
  for (const id of peer.announced) {
    const want = wanted.get(id)!
    if (want.asked === peer) askNext(id)
    else want.others.splice(want.others.indexOf(peer), 1)
  }
}

/** Runs a connection that was just made. Resolves when it is over. */
function run(socket: net.Socket, direction: 'inbound' | 'outbound'): Promise<void> {
  const peer: Peer = {
    announced: new Set(),
    news: new Set(),
    announcing: undefined,
    send: (command, payload) => void socket.write(encodeMessage(options.magic, command, payload)),
    close: () => void socket.destroy(),
  }
  // As Bitcoin Core does. Otherwise, a small message waits until the one before was acknowledged.
  socket.setNoDelay(true)
  const { magic } = options
  const own = { magic, timeoutMs: HANDSHAKE_MS, services: 1n, userAgent: '/p2plab:4.2/', height: 0 }
  return new Promise(resolve =>
    runConnection(socket, direction, own, {
      onPeer: () => void peers.add(peer),
      onMessage(message) {
        if (socket.destroyed) return
        try {
          receive(peer, message)
        } catch (error) {
          // It ends the program, so that you see it. runConnection would take it for a bad message of the peer's.
          queueMicrotask(() => {
            throw error
          })
        }
      },
      onClosed() {
        leave(peer)
        resolve()
      },
    }),
  )
}

/** Never ends: a peer that is gone may come back. */
async function keepDialing(address: { host: string; port: number }): Promise<void> {
  for (;;) {
    const socket = net.connect(address)
    try {
      await once(socket, 'connect')
      await run(socket, 'outbound')
    } catch {
      // Refused: nobody is there.
    }
    await sleep(options.retryMs)
  }
}

export async function start({
  host,
  port,
  peers: addresses,
  ...rest
}: Options & { host: string; port: number; peers: string[] }): Promise<{ port: number }> {
  options = rest
  const places = addresses.map(address => parseAddress(address))
  const server = net.createServer(socket => void run(socket, 'inbound'))
  server.listen(port, host)
  await once(server, 'listening')
  for (const place of places) void keepDialing(place)
  return { port: (server.address() as net.AddressInfo).port }
}

export async function publish({ payload }: { payload: Buffer }): Promise<{ id: Buffer }> {
  return { id: Buffer.from(receiveData(payload), 'hex') }
}
