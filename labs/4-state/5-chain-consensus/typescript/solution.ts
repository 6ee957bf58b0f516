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
import { encodeMessage, type Message } from '../../../2-protocol/2-envelope/typescript/solution.ts'
import { runConnection } from '../../../2-protocol/4-handshake/typescript/solution.ts'

/** Bitcoin Core, src/net_processing.h: MAX_HEADERS_RESULTS; src/net_processing.cpp: MAX_LOCATOR_SZ */
const MAX_HEADERS = 2000
const MAX_LOCATOR = 101
/** Bitcoin Core, src/net_processing.cpp: GetAntiDoSWorkThreshold. In blocks like the tip. */
const MOST_BEHIND = 144n
/** Bitcoin Core, src/chain.h: MAX_FUTURE_BLOCK_TIME, in seconds, and nMedianTimeSpan, in blocks */
const MOST_AHEAD = 2 * 60 * 60
const MEDIAN_SPAN = 11

const SIGN = 0x0080_0000
/** The target for which `bits` stands; null when it stands for none. */
export function targetOf(bits: number): bigint | null {
  if (bits & SIGN) return null
  const mantissa = BigInt(bits & 0x007f_ffff)
  const shift = 8n * (BigInt(bits >>> 24) - 3n)
  const target = shift < 0n ? mantissa >> -shift : mantissa << shift
  return target > 0n && target < 1n << 256n ? target : null
}

const EASIEST = targetOf(0x207fffff)!

/** How many hashes a block with this target takes, on average. */
const workOf = (target: bigint) => (1n << 256n) / (target + 1n)

function hashOf(header: Uint8Array): Buffer {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  return sha256(sha256(header))
}

/** As people write it. A hash is a number in little-endian, so its zeros are at the end of the bytes. */
const shown = (hash: Uint8Array) => Buffer.from(hash).reverse().toString('hex')
const numberOf = (hash: Uint8Array) => BigInt(`0x${shown(hash)}`)

export function inspect({ header }: { header: Buffer }) {
  const target = targetOf(decodeHeader(header).bits)
  return { hash: shown(hashOf(header)), target, work: target === null ? 0n : workOf(target) }
}

/** What a header says for itself. */
interface Proven {
  header: Buffer
  hash: Buffer
  previous: Buffer
  time: number
  /** Of this block alone. */
  work: bigint
}

/** A block in the tree of all that we know. */
interface Block extends Proven {
  parent: Block | undefined
  height: number
  /** From the first block to this one. */
  chainWork: bigint
}

/** Throws when the proof of work is not good, or too easy. */
function prove(header: Buffer): Proven {
  const { previous, time, bits } = decodeHeader(header)
  const hash = hashOf(header)
  const target = targetOf(bits)
  if (target === null || target > EASIEST) throw new Error('bits are not allowed')
  if (numberOf(hash) > target) throw new Error('bad proof of work')
  return { header, hash, previous, time, work: workOf(target) }
}

/** By the hex of their hashes. */
const blocks = new Map<string, Block>()
/** The best chain, by height. */
const chain: Block[] = []

const find = (hash: Buffer) => blocks.get(hash.toString('hex'))
const isInChain = (block: Block) => chain[block.height] === block
const tipBlock = () => chain.at(-1)!
const now = () => Math.floor(Date.now() / 1000)

function add(proven: Proven, parent?: Block): Block {
  const height = parent ? parent.height + 1 : 0
  const block = { ...proven, parent, height, chainWork: (parent?.chainWork ?? 0n) + proven.work }
  blocks.set(block.hash.toString('hex'), block)
  return block
}

/** Of the times of a block and the ten before it, on its own branch. */
function medianTime(last: Block): number {
  const times: number[] = []
  for (let block: Block | undefined = last; block && times.length < MEDIAN_SPAN; block = block.parent)
    times.push(block.time)
  return times.sort((a, b) => a - b)[times.length >> 1]!
}

/** Makes this block the tip if its chain has more work; on a tie, the first one stays. `from` needs no announcement. */
function follow(block: Block, from?: Connection): void {
  const old = tipBlock()
  if (block.chainWork <= old.chainWork) return
  const added: Block[] = []
  let fork = block
  for (; !isInChain(fork); fork = fork.parent!) added.push(fork)
  chain.length = fork.height + 1
  for (const one of added.reverse()) chain.push(one)
  if (fork !== old) emit('reorg', { from: shown(old.hash), to: shown(block.hash), fork: shown(fork.hash) })
  emit('tip', { hash: shown(block.hash), height: block.height })
  // Those that lack its parents ask for them.
  for (const one of connections)
    if (one !== from && one.wantsHeaders) one.send('headers', encodeHeaders([block.header]))
}

/** The hashes of a block and of ever fewer before it: ten in a row, then with steps that double, and the first block. */
function locatorFrom(last: Block): Buffer[] {
  const hashes: Buffer[] = []
  let step = 1
  let block = last
  while (block.parent) {
    hashes.push(block.hash)
    if (hashes.length >= 10) step *= 2
    for (let i = 0; i < step && block.parent; i++) block = block.parent
  }
  return [...hashes, block.hash]
}

const ask = (connection: Connection, last = tipBlock()) =>
  connection.send('getheaders', encodeGetHeaders({ locator: locatorFrom(last) }))

interface Connection {
  /** Whether the peer has sent `sendheaders`. */
  wantsHeaders: boolean
  send(command: string, payload?: Buffer): void
}

const connections = new Set<Connection>()

/** The handshake is complete. */
function greet(connection: Connection): void {
  connection.send('sendheaders')
  ask(connection)
}

function receive(connection: Connection, { command, payload }: Message): void {
  if (command === 'sendheaders') connection.wantsHeaders = true
  else if (command === 'getheaders') answer(connection, payload)
  else if (command === 'headers') take(connection, payload)
}

function answer(connection: Connection, payload: Buffer): void {
  const { locator, stop } = decodeGetHeaders(payload)
  if (locator.length > MAX_LOCATOR) throw new Error(`a locator of ${locator.length} hashes`)
  const known = locator.map(find).find(block => block && isInChain(block)) ?? chain[0]!
  const found = chain.slice(known.height + 1, known.height + 1 + MAX_HEADERS)
  const end = found.findIndex(({ hash }) => hash.equals(stop))
  const wanted = end < 0 ? found : found.slice(0, end + 1)
  connection.send('headers', encodeHeaders(wanted.map(({ header }) => header)))
}

function take(connection: Connection, payload: Buffer): void {
  const headers = decodeHeaders(payload)
  if (headers.length > MAX_HEADERS) throw new Error(`${headers.length} headers`)
  if (headers.length === 0) return
  // First what costs the sender work and us no memory.
  const proven = headers.map(prove)
  proven.forEach(({ previous }, i) => {
    if (i > 0 && !previous.equals(proven[i - 1]!.hash)) throw new Error('headers that are not a chain')
  })
  const parent = find(proven[0]!.previous)
  if (!parent) return ask(connection)
  const total = proven.reduce((sum, { work }) => sum + work, parent.chainWork)
  const tip = tipBlock()
  if (total < tip.chainWork - MOST_BEHIND * tip.work) return

  let last = parent
  let isEarly = false
  let isLate = false
  for (const one of proven) {
    const known = find(one.hash)
    if (!known) {
      isEarly = one.time <= medianTime(last)
      isLate = one.time > now() + MOST_AHEAD
      if (isEarly || isLate) break
    }
    last = known ?? add(one, last)
  }
  // The headers before a bad one are good.
  follow(last, connection)
  if (isEarly) throw new Error('a time that is too early')
  // A full message: there may be more behind it, on the same branch.
  if (headers.length === MAX_HEADERS && !isLate) ask(connection, last)
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

export async function start(options: Options): Promise<{ port: number }> {
  chain.push(add(prove(options.genesis)))
  return open(options)
}

export function tip(): { hash: string; height: number; work: bigint } {
  const { hash, height, chainWork } = tipBlock()
  return { hash: shown(hash), height, work: chainWork }
}

export function mine({ merkleRoot, time, bits }: { merkleRoot: Buffer; time: number; bits: number }) {
  const parent = tipBlock()
  const target = targetOf(bits)
  if (target === null || target > EASIEST) throw new Error('bits are not allowed')
  if (time <= medianTime(parent)) throw new Error('a time that is too early')
  if (time > now() + MOST_AHEAD) throw new Error('a time that is too late')
  for (let nonce = 0; nonce <= 0xffff_ffff; nonce++) {
    // From version 4 on, btcd takes it. Bitcoin Core writes this one.
    const header = encodeHeader({
      version: 0x2000_0000,
      previous: parent.hash,
      merkleRoot,
      time,
      bits,
      nonce,
    })
    if (numberOf(hashOf(header)) > target) continue
    follow(add(prove(header), parent))
    return { hash: shown(hashOf(header)), header }
  }
  throw new Error('no nonce fits')
}
