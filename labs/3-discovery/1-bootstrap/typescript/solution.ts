import { once } from 'node:events'
import net from 'node:net'
import { emit, parseAddress } from 'p2plab'
import { decode, encode } from '../../../2-protocol/1-integers-on-the-wire/typescript/solution.ts'
import { encodeMessage, type Message } from '../../../2-protocol/2-envelope/typescript/solution.ts'
import { runConnection } from '../../../2-protocol/4-handshake/typescript/solution.ts'

export interface Options {
  magic: Buffer
  seeds: string[]
  maxPeers: number
  maxHeard: number
  timeoutMs: number
}

/** One address in an addr message. */
export interface Entry {
  /** When somebody last saw the node there, in seconds since 1970. */
  time: number
  services: bigint
  host: string
  port: number
}

/** A block chain with its witnesses: what a node has to offer, or btcd does not dial it. We assume it of seeds, too. */
const SERVICES = 9n
/** time 4, services 8, IP 16, port 2 */
const ENTRY = 30
/** In front of the four bytes of an IPv4 address. */
const IPV4 = Buffer.from('00000000000000000000ffff', 'hex')
/** Bitcoin Core, src/net_processing.cpp: MAX_ADDR_TO_SEND */
const MAX_ADDR = 1000
/** As in Bitcoin Core, src/net_processing.cpp: ProcessAddrs. In seconds. */
const MOST_AHEAD = 10 * 60
const OLD = 5 * 24 * 60 * 60

const now = () => Math.floor(Date.now() / 1000)

export function encodeAddr(entries: readonly Entry[]): Buffer {
  const { bytes: count } = encode({ format: 'compactsize', value: BigInt(entries.length) })
  return Buffer.concat([count, ...entries.map(encodeEntry)])
}

function encodeEntry({ time, services, host, port }: Entry): Buffer {
  const bytes = Buffer.alloc(ENTRY)
  bytes.writeUInt32LE(time, 0)
  bytes.writeBigUInt64LE(services, 4)
  bytes.set(IPV4, 12)
  bytes.set(host.split('.').map(Number), 24)
  // Satoshi's code copied it from the socket's own structure, which is in network byte order.
  bytes.writeUInt16BE(port, 28)
  return bytes
}

/** Throws when there are too many, or bytes are missing. */
export function decodeAddr(payload: Buffer): Entry[] {
  const count = decode({ format: 'compactsize', bytes: payload })
  if (count.value === null) throw new Error('the count is missing')
  if (count.value > MAX_ADDR) throw new Error(`${count.value} addresses`)
  const entries = payload.subarray(count.length)
  const length = Number(count.value)
  if (entries.length < length * ENTRY) throw new Error('bytes are missing')
  return Array.from({ length }, (_, i) => decodeEntry(entries.subarray(i * ENTRY)))
}

function decodeEntry(bytes: Buffer): Entry {
  const isIPv4 = bytes.subarray(12, 24).equals(IPV4)
  return {
    time: bytes.readUInt32LE(0),
    services: bytes.readBigUInt64LE(4),
    host: isIPv4 ? bytes.subarray(24, 28).join('.') : 'IPv6',
    port: bytes.readUInt16BE(28),
  }
}

let options: Options
/** The address that we listen on. */
let self: string
/** By address: what others say of nodes, and nodes that we have shaken hands with. An address is in one of them at most. */
const heard = new Map<string, Entry>()
const answered = new Map<string, Entry>()
/** The addresses of connections that we dialed, from the dial to the end of the connection. */
const dialed = new Set<string>()

/** The lab's rule: nothing leaves this computer. Bitcoin Core has it the other way round. */
const isRoutable = (host: string) => host.startsWith('127.')

/** Notes addresses that a peer has told. */
function learn(entries: readonly Entry[]): void {
  for (const entry of entries) {
    const address = `${entry.host}:${entry.port}`
    if (!isRoutable(entry.host) || entry.port === 0 || address === self) continue
    const time = entry.time > now() + MOST_AHEAD ? now() - OLD : entry.time
    const known = answered.get(address) ?? heard.get(address)
    if (known) known.time = Math.max(known.time, time)
    // Whoever comes first stays. Bitcoin Core has buckets, so that one group of addresses fills only some of them.
    else if (heard.size < options.maxHeard) heard.set(address, { ...entry, time })
  }
  dialMore()
}

function dialMore(): void {
  for (const address of heard.keys()) {
    if (dialed.size >= options.maxPeers) return
    if (!dialed.has(address)) void dial(address)
  }
}

async function dial(address: string): Promise<void> {
  dialed.add(address)
  try {
    await run(await connect(address), 'outbound')
  } catch {
    // Refused: nobody is there.
  }
  dialed.delete(address)
  // If it is still there, it has never answered.
  heard.delete(address)
  dialMore()
}

/** Throws when there is no connection after timeoutMs. */
async function connect(address: string): Promise<net.Socket> {
  const socket = net.connect(parseAddress(address))
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(options.timeoutMs) })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

interface Connection {
  /** The address and port of the peer. */
  name: string
  direction: 'inbound' | 'outbound'
  /** Whether the peer has sent a getaddr. */
  hasAsked: boolean
  send(command: string, payload?: Buffer): void
  close(): void
}

/** Runs a connection that was just made. Resolves when it is over. */
function run(socket: net.Socket, direction: Connection['direction']): Promise<void> {
  const connection: Connection = {
    name: `${socket.remoteAddress}:${socket.remotePort}`,
    direction,
    hasAsked: false,
    send: (command, payload = Buffer.alloc(0)) =>
      void socket.write(encodeMessage(options.magic, command, payload)),
    close: () => void socket.destroy(),
  }
  // As Bitcoin Core does. Otherwise, a small message waits until the one before was acknowledged.
  socket.setNoDelay(true)
  const { magic, timeoutMs } = options
  const own = { magic, timeoutMs, services: SERVICES, userAgent: '/p2plab:3.1/', height: 0 }
  return new Promise(resolve =>
    runConnection(socket, direction, own, {
      onPeer() {
        emit('peer', { connection: connection.name, direction })
        greet(connection)
      },
      onMessage(message) {
        if (socket.destroyed) return
        try {
          receive(connection, message)
        } catch (error) {
          // It ends the program, so that you see it. runConnection would take it for a bad message of the peer's.
          queueMicrotask(() => {
            throw error
          })
        }
      },
      onClosed: () => resolve(),
    }),
  )
}

/** The handshake is complete. */
function greet({ name, direction, send }: Connection): void {
  // The port that somebody dials from is not the one to dial.
  if (direction === 'inbound') return
  answered.set(name, { ...heard.get(name)!, time: now() })
  heard.delete(name)
  send('addr', encodeAddr([{ time: now(), services: SERVICES, ...parseAddress(self) }]))
  send('getaddr')
}

function receive(connection: Connection, { command, payload }: Message): void {
  if (command === 'addr') {
    let entries: Entry[]
    try {
      entries = decodeAddr(payload)
    } catch {
      return connection.close()
    }
    learn(entries)
  } else if (command === 'getaddr' && connection.direction === 'inbound' && !connection.hasAsked) {
    connection.hasAsked = true
    const entries = [...answered.values(), ...heard.values()].slice(0, MAX_ADDR)
    if (entries.length > 0) connection.send('addr', encodeAddr(entries))
  }
}

export async function start({
  host,
  port,
  ...rest
}: Options & { host: string; port: number }): Promise<{ port: number }> {
  options = rest
  const server = net.createServer(socket => void run(socket, 'inbound'))
  server.listen(port, host)
  await once(server, 'listening')
  const bound = (server.address() as net.AddressInfo).port
  self = `${host}:${bound}`
  learn(rest.seeds.map(seed => ({ time: now(), services: SERVICES, ...parseAddress(seed) })))
  return { port: bound }
}

export function known(): { heard: string[]; answered: string[] } {
  return { heard: [...heard.keys()], answered: [...answered.keys()] }
}
