// A tree of blocks alone: the best chain is what its tip leads back to. Hashes are kept as people write them.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import {
  decodeGetHeaders,
  decodeHeader,
  decodeHeaders,
  emit,
  encodeGetHeaders,
  encodeHeader,
  encodeHeaders,
  parseAddress,
} from 'p2plab'
import { encodeMessage, type Message } from '../../../../2-protocol/2-envelope/typescript/solution.ts'
import { runConnection } from '../../../../2-protocol/4-handshake/typescript/solution.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const reversed = (bytes: Uint8Array) => Buffer.from([...bytes].reverse())
const nameOf = (header: Uint8Array) => reversed(sha256(sha256(header))).toString('hex')
const bytesOf = (name: string) => reversed(Buffer.from(name, 'hex'))

const LIMIT = 0x7fffffn << 232n

export function targetOf(bits: number): bigint | null {
  const exponent = Math.floor(bits / 2 ** 24)
  let mantissa = bits % 2 ** 24
  if (mantissa >= 2 ** 23) return null
  for (let i = exponent; i < 3; i++) mantissa = Math.floor(mantissa / 256)
  if (mantissa === 0 || exponent > 40) return null
  const target = BigInt(mantissa) * 256n ** BigInt(Math.max(0, exponent - 3))
  return target.toString(2).length > 256 ? null : target
}

export function inspect({ header }: { header: Buffer }): {
  hash: string
  target: bigint | null
  work: bigint
} {
  const target = targetOf(decodeHeader(header).bits)
  return { hash: nameOf(header), target, work: target === null ? 0n : 2n ** 256n / (target + 1n) }
}

class Block {
  readonly header: Buffer
  readonly name: string
  readonly parent: Block | null
  readonly height: number
  readonly time: number
  readonly own: bigint
  readonly total: bigint

  constructor(header: Buffer, parent: Block | null) {
    const { hash, work } = inspect({ header })
    this.header = header
    this.name = hash
    this.parent = parent
    this.time = decodeHeader(header).time
    this.own = work
    this.height = parent === null ? 0 : parent.height + 1
    this.total = parent === null ? work : parent.total + work
  }

  /** This block and those before it, the newest first. */
  *back(): Generator<Block, void> {
    yield this
    for (let block = this.parent; block !== null; block = block.parent) yield block
  }

  median(): number {
    const times: number[] = []
    for (const { time } of this.back()) if (times.push(time) === 11) break
    times.sort((a, b) => a - b)
    return times[Math.floor(times.length / 2)]!
  }

  locator(): Buffer[] {
    // As Bitcoin Core does: the step doubles one hash later.
    const names: string[] = []
    let step = 1
    let next = this.height
    for (const { height, name } of this.back()) {
      if (height !== next && height !== 0) continue
      names.push(name)
      next = height - step
      if (names.length > 10) step *= 2
    }
    return names.map(bytesOf)
  }
}

const tree = new Map<string, Block>()
let best: Block

interface Connection {
  wantsHeaders: boolean
  send(command: string, payload?: Buffer): void
}

const connections = new Set<Connection>()

const request = (connection: Connection, from: Block) =>
  connection.send('getheaders', encodeGetHeaders({ locator: from.locator() }))

function greet(connection: Connection): void {
  request(connection, best)
  connection.send('sendheaders')
}

function receive(connection: Connection, { command, payload }: Message): void {
  switch (command) {
    case 'sendheaders':
      connection.wantsHeaders = true
      return
    case 'getheaders':
      return serve(connection, payload)
    case 'headers':
      return accept(connection, decodeHeaders(payload))
  }
}

function serve(connection: Connection, payload: Buffer): void {
  const { locator, stop } = decodeGetHeaders(payload)
  if (locator.length > 101) throw new Error('too many hashes')
  const line = [...best.back()].reverse()
  const at = new Map(line.map(({ name, height }) => [name, height]))
  const fork =
    locator.map(hash => at.get(reversed(hash).toString('hex'))).find(height => height !== undefined) ?? 0
  const headers: Buffer[] = []
  for (const block of line.slice(fork + 1)) {
    headers.push(block.header)
    if (headers.length === 2000 || block.name === reversed(stop).toString('hex')) break
  }
  connection.send('headers', encodeHeaders(headers))
}

/** Throws unless the header says enough for itself. */
function judge(header: Buffer): void {
  const { hash, target } = inspect({ header })
  if (target === null || target > LIMIT || BigInt('0x' + hash) > target) throw new Error('bad proof of work')
}

function accept(connection: Connection, headers: Buffer[]): void {
  if (headers.length > 2000) throw new Error('too many headers')
  if (headers.length === 0) return
  let before: string | undefined
  for (const header of headers) {
    judge(header)
    const previous = reversed(decodeHeader(header).previous).toString('hex')
    if (before !== undefined && before !== previous) throw new Error('a gap')
    before = nameOf(header)
  }
  const parent = tree.get(reversed(decodeHeader(headers[0]!).previous).toString('hex'))
  if (parent === undefined) return request(connection, best)

  // As if all were good: what is not kept is forgotten.
  const branch: Block[] = []
  for (const header of headers) branch.push(new Block(header, branch.at(-1) ?? parent))
  if (branch.at(-1)!.total + 144n * best.own < best.total) return

  let last = parent
  for (const block of branch) {
    const known = tree.get(block.name)
    if (known === undefined) {
      if (block.time <= last.median()) {
        adopt(last, connection)
        throw new Error('too early')
      }
      if (block.time > Date.now() / 1000 + 7200) return adopt(last, connection)
      tree.set(block.name, block)
    }
    last = known ?? block
  }
  adopt(last, connection)
  if (headers.length === 2000) request(connection, last)
}

function adopt(block: Block, source?: Connection): void {
  const old = best
  if (block.total <= old.total) return
  best = block
  // The higher one goes back until both are at the same block.
  let [one, other]: [Block, Block] = [old, block]
  while (one !== other) {
    if (one.height > other.height) one = one.parent!
    else if (other.height > one.height) other = other.parent!
    else [one, other] = [one.parent!, other.parent!]
  }
  if (one !== old) emit('reorg', { from: old.name, to: block.name, fork: one.name })
  emit('tip', { hash: block.name, height: block.height })
  const announcement = encodeHeaders([block.header])
  for (const connection of connections)
    if (connection.wantsHeaders && connection !== source) connection.send('headers', announcement)
}

export async function start(options: Options): Promise<{ port: number }> {
  best = new Block(options.genesis, null)
  tree.set(best.name, best)
  return open(options)
}

export function tip(): { hash: string; height: number; work: bigint } {
  return { hash: best.name, height: best.height, work: best.total }
}

export function mine({ merkleRoot, time, bits }: { merkleRoot: Buffer; time: number; bits: number }): {
  hash: string
  header: Buffer
} {
  if (time <= best.median() || time > Date.now() / 1000 + 7200) throw new Error('this time is not allowed')
  const target = targetOf(bits)
  if (target === null || target > LIMIT) throw new Error('these bits are not allowed')
  const header = encodeHeader({ version: 4, previous: bytesOf(best.name), merkleRoot, time, bits, nonce: 0 })
  let nonce = 0
  while (BigInt('0x' + nameOf(header)) > target) header.writeUInt32LE(++nonce, 76)
  const block = new Block(header, best)
  tree.set(block.name, block)
  adopt(block)
  return { hash: block.name, header }
}

/** How long a handshake may take, and how long to wait before a peer is dialed again. In milliseconds. */
const HANDSHAKE_MS = 60_000
const AGAIN_MS = 100

/** Runs a connection that was just made: shakes hands, and calls greet and receive. Resolves when it is over. */
function run(socket: net.Socket, direction: 'inbound' | 'outbound', magic: Buffer): Promise<void> {
  const connection: Connection = {
    wantsHeaders: false,
    send: (command, payload = Buffer.alloc(0)) => void socket.write(encodeMessage(magic, command, payload)),
  }
  // As Bitcoin Core does. Otherwise, a small message waits until the one before was acknowledged.
  socket.setNoDelay(true)
  // A chain with witnesses: without them, btcd dials nobody, and without a greater height than its own, it does not ask.
  const own = { services: 9n, userAgent: '/p2plab:4.5/', height: tip().height, timeoutMs: HANDSHAKE_MS }
  return new Promise(resolve =>
    runConnection(
      socket,
      direction,
      { magic, ...own },
      {
        onPeer() {
          connections.add(connection)
          greet(connection)
        },
        onMessage(message) {
          if (socket.destroyed) return
          try {
            receive(connection, message)
          } catch (error) {
            // A mistake in this program ends it, so that you see it. Everything else is the peer's fault.
            if (error instanceof TypeError || error instanceof ReferenceError)
              queueMicrotask(() => {
                throw error
              })
            console.log(`closes a connection: ${(error as Error).message}`)
            socket.destroy()
          }
        },
        onClosed() {
          connections.delete(connection)
          resolve()
        },
      },
    ),
  )
}

/** Keeps a connection to a peer: dials it again whenever there is none. */
async function keepDialing(address: string, magic: Buffer): Promise<never> {
  for (;;) {
    try {
      const socket = net.connect(parseAddress(address))
      await once(socket, 'connect')
      await run(socket, 'outbound', magic)
    } catch {
      // Refused: nobody is there yet.
    }
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS))
  }
}

interface Options {
  host: string
  port: number
  magic: Buffer
  /** The header of the first block. */
  genesis: Buffer
  peers: string[]
}

/** Listens, and dials the peers. Returns the port that it really listens on. */
async function open({ host, port, magic, peers }: Options): Promise<{ port: number }> {
  const server = net.createServer(socket => void run(socket, 'inbound', magic))
  server.listen(port, host)
  await once(server, 'listening')
  for (const peer of peers) void keepDialing(peer, magic)
  return { port: (server.address() as net.AddressInfo).port }
}
