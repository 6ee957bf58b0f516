// Exercise 3.3: XOR and buckets. Write xor and byDistance, then receiveQuery and meet in DhtNode, then RoutingTable, then refresh, and check in between.
// Later exercises import DhtNode, its table and byDistance from this file: keep their names and types.
import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import { decodeBencode, encodeBencode, type BencodeValue, type Decoded, type DecodedDictionary } from 'p2plab'

export interface Address {
  host: string
  port: number
}

export interface Contact extends Address {
  id: Buffer
}

export interface Settings extends Address {
  id: Buffer
  k: number
  goodMs: number
  refreshMs: number
  timeoutMs: number
}

/** 160 bits: as many as a SHA-1 hash has. */
const ID_BYTES = 20

/** The distance of two ids: 20 bytes, which Buffer.compare compares as an unsigned integer. */
export function xor(one: Uint8Array, other: Uint8Array): Buffer {
  throw new Error('xor is not written yet')
}

/** For sort: nearest to `target` first. Negative if `one` is nearer than `other`, positive if it is farther. */
export const byDistance =
  (target: Uint8Array) =>
  (one: Contact, other: Contact): number => {
    throw new Error('byDistance is not written yet')
  }

/** How many leading bits two ids share: 0 to 160. */
function sharedBits(one: Uint8Array, other: Uint8Array): number {
  const distance = xor(one, other)
  const byte = distance.findIndex(value => value !== 0)
  return byte < 0 ? distance.length * 8 : byte * 8 + Math.clz32(distance[byte]!) - 24
}

/** Shares `bits` leading bits with your own id. The bit behind them is another one, unless `orMore`: then it is random, too. */
function randomId(own: Uint8Array, bits: number, orMore: boolean): Buffer {
  const id = randomBytes(ID_BYTES)
  for (let bit = 0; bit < (orMore ? bits : bits + 1); bit++) {
    const byte = bit >> 3
    const mask = 0x80 >> (bit & 7)
    const wanted = bit < bits ? own[byte]! : ~own[byte]!
    id[byte] = (id[byte]! & ~mask) | (wanted & mask)
  }
  return id
}

/** The nodes that have answered you, in buckets. Only one bucket has your own id in its range. */
export class RoutingTable {
  readonly #id: Buffer
  readonly #k: number
  readonly #goodMs: number

  constructor({ id, k, goodMs }: Pick<Settings, 'id' | 'k' | 'goodMs'>) {
    this.#id = id
    this.#k = k
    this.#goodMs = goodMs
  }

  /** How many buckets there are. */
  get buckets(): number {
    // Not written yet.
    return 1
  }

  /** All nodes, whether good or not. */
  contacts(): Contact[] {
    // Not written yet.
    return []
  }

  find(id: Uint8Array): Contact | undefined {
    // Not written yet.
    return undefined
  }

  /** At most `count` good nodes, nearest to `target` first. */
  closest(target: Uint8Array, count: number): Contact[] {
    // Not written yet.
    return []
  }

  /** A node has sent a query, from this address. If you know it, it is good again. */
  asked(contact: Contact): void {
    // Not written yet.
  }

  /** A node has answered, from this address. It is good again, or a newcomer: find a place for it. `ping` says whether a node answers. */
  async answered(contact: Contact, ping: (contact: Contact) => Promise<boolean>): Promise<void> {
    // Not written yet.
  }

  /** A random id in the range of each bucket that has not changed for so many milliseconds. They count as changed from now on. */
  outdated(ms: number): Buffer[] {
    // Not written yet.
    return []
  }
}

/** A node of the DHT, which has one socket and one table. */
export class DhtNode {
  readonly id: Buffer
  readonly table: RoutingTable
  readonly #settings: Settings
  readonly #socket = dgram.createSocket('udp4')
  /** Queries that wait for their answers, by transaction id in hex. */
  readonly #waiting = new Map<string, Waiting>()

  constructor(settings: Settings) {
    this.id = settings.id
    this.table = new RoutingTable(settings)
    this.#settings = settings
    this.#socket.on('message', (bytes, { address, port }) => this.#receive(bytes, { host: address, port }))
  }

  /** Somebody asks: `q` is the method, `a` are its arguments. Answer with this.#send, let the table know, and meet the node. */
  #receiveQuery({ q, a }: DecodedDictionary, t: Buffer, from: Address): void {
    // Not written yet.
  }

  /** A node that you have heard of. If the table does not know its id, ping it with this.answers: query tells the table when it has answered. */
  #meet(contact: Contact): void {
    // Not written yet.
  }

  /** Called often. Send a query for each outdated bucket, and meet the nodes in the answer. */
  #refresh(): void {
    // Not written yet.
  }

  // The rest is done.

  /** Resolves to the port when the socket is bound; rejects if it cannot be. */
  async start(): Promise<number> {
    const { host, port, refreshMs } = this.#settings
    await new Promise<void>((resolve, reject) => {
      this.#socket.once('error', reject)
      this.#socket.bind(port, host, resolve)
    })
    this.#socket.on('error', error => console.error(error.message))
    setInterval(() => this.#refresh(), Math.max(refreshMs / 10, 1))
    return this.#socket.address().port
  }

  /**
   * Sends a query to a node, and resolves to its response: the dictionary `r`. The table is told that the node has answered. Rejects if it
   * answers with an error, or with another id than `to` has, and if no answer comes within timeoutMs.
   */
  async query(
    to: Address & { id?: Buffer },
    method: string,
    args: Record<string, BencodeValue> = {},
  ): Promise<DecodedDictionary & { id: Buffer }> {
    const values = await this.#answer(to, method, args)
    const id = idIn(values.id)
    if (!id || (to.id && !id.equals(to.id))) throw new Error(`${to.host}:${to.port} answers with another id`)
    const { host, port } = to
    void this.table.answered({ id, host, port }, contact => this.answers(contact))
    return { ...values, id }
  }

  /** Pings a node. Resolves to whether it answers. */
  answers(contact: Contact): Promise<boolean> {
    return this.query(contact, 'ping').then(
      () => true,
      () => false,
    )
  }

  /** Whether a query to this node waits for its answer. */
  #isAsking(contact: Contact): boolean {
    return [...this.#waiting.values()].some(({ to }) => to.id?.equals(contact.id) && isAt(to, contact))
  }

  #answer(to: Waiting['to'], method: string, args: Record<string, BencodeValue>): Promise<DecodedDictionary> {
    const t = randomBytes(4)
    const key = t.toString('hex')
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => settle(() => reject(new Error(`${to.host}:${to.port} does not answer`))),
        this.#settings.timeoutMs,
      )
      const settle = (done: () => void) => {
        clearTimeout(timer)
        this.#waiting.delete(key)
        done()
      }
      this.#waiting.set(key, {
        to,
        resolve: values => settle(() => resolve(values)),
        reject: why => settle(() => reject(why)),
      })
      this.#send({ t, y: 'q', q: method, a: { ...args, id: this.id } }, to)
    })
  }

  #send(message: Record<string, BencodeValue>, { host, port }: Address): void {
    this.#socket.send(encodeBencode(message), port, host)
  }

  #receive(bytes: Buffer, from: Address): void {
    let message: Decoded
    try {
      message = decodeBencode(bytes)
    } catch {
      return
    }
    if (!isDictionary(message) || !Buffer.isBuffer(message.t) || !Buffer.isBuffer(message.y)) return
    const kind = String(message.y)
    if (kind === 'q') this.#receiveQuery(message, message.t, from)
    const waiting = this.#waiting.get(message.t.toString('hex'))
    if (!waiting || !isAt(waiting.to, from)) return
    if (kind === 'r' && isDictionary(message.r)) waiting.resolve(message.r)
    if (kind === 'e') waiting.reject(new Error(`${from.host}:${from.port} answers with an error`))
  }
}

const isAt = (one: Address, other: Address): boolean => one.host === other.host && one.port === other.port

/** A query of ours that waits for its answer. */
interface Waiting {
  to: Address & { id?: Buffer }
  resolve(values: DecodedDictionary): void
  reject(why: Error): void
}

/** BEP 5, "Errors". */
const PROTOCOL_ERROR = 203
const METHOD_UNKNOWN = 204

/** Compact node info: 20 bytes of id, 4 of IPv4 address, 2 of port, big-endian. */
const CONTACT_BYTES = 26

export function encodeContacts(contacts: readonly Contact[]): Buffer {
  return Buffer.concat(
    contacts.map(({ id, host, port }) =>
      Buffer.from([...id, ...host.split('.').map(Number), port >> 8, port & 0xff]),
    ),
  )
}

/** Bytes behind the last whole contact are ignored, and so are contacts with port 0, which nobody can send to. */
export function decodeContacts(bytes: Uint8Array): Contact[] {
  const contacts: Contact[] = []
  for (let at = 0; at + CONTACT_BYTES <= bytes.length; at += CONTACT_BYTES) {
    const contact = Buffer.from(bytes.subarray(at, at + CONTACT_BYTES))
    const port = contact.readUInt16BE(24)
    if (port !== 0)
      contacts.push({ id: contact.subarray(0, 20), host: contact.subarray(20, 24).join('.'), port })
  }
  return contacts
}

const isDictionary = (value: Decoded | undefined): value is DecodedDictionary =>
  typeof value === 'object' && !Buffer.isBuffer(value) && !Array.isArray(value)

const idIn = (value: Decoded | undefined): Buffer | undefined =>
  Buffer.isBuffer(value) && value.length === ID_BYTES ? value : undefined

let node: DhtNode | undefined

/** Keep a new node in `node`, start it, and return its port. */
export async function listen(settings: Settings): Promise<{ port: number }> {
  throw new Error('listen is not written yet')
}

export function table(): { buckets: number; nodes: string[] } {
  if (!node) throw new Error('call listen first')
  return {
    buckets: node.table.buckets,
    nodes: node.table.contacts().map(({ id, host, port }) => `${id.toString('hex')} ${host}:${port}`),
  }
}
