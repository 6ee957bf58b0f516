import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import { decodeBencode, encodeBencode, type BencodeValue, type Decoded, type DecodedDictionary } from 'p2plab'

/** 160 bits: as many as a SHA-1 hash has. */
const ID_BYTES = 20

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

/** The distance of two ids, as an unsigned integer of 160 bits: compare it with Buffer.compare. */
export const xor = (one: Uint8Array, other: Uint8Array): Buffer =>
  Buffer.from(one.map((byte, i) => byte ^ other[i]!))

/** For sort: nearest to `target` first. */
export const byDistance = (target: Uint8Array) => (one: Contact, other: Contact) =>
  Buffer.compare(xor(one.id, target), xor(other.id, target))

/** How many leading bits two ids share. */
function sharedBits(one: Uint8Array, other: Uint8Array): number {
  const distance = xor(one, other)
  const byte = distance.findIndex(value => value !== 0)
  return byte < 0 ? distance.length * 8 : byte * 8 + Math.clz32(distance[byte]!) - 24
}

/** Shares `bits` leading bits with our own id. The bit behind them is another one, unless `orMore`: then it is random, too. */
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

/** A node that has answered us, and when we last had an answer or a query of it, in milliseconds of performance.now(). */
interface Entry extends Contact {
  seen: number
}

interface Bucket {
  entries: Entry[]
  /** When it last changed, in the same milliseconds. */
  changed: number
  /** Its questionable nodes are being pinged because of a newcomer. */
  isChecking: boolean
}

const newBucket = (entries: Entry[] = [], changed = performance.now()): Bucket => ({
  entries,
  changed,
  isChecking: false,
})

export class RoutingTable {
  readonly #id: Buffer
  readonly #k: number
  readonly #goodMs: number
  /**
   * Bucket i holds ids that share exactly i leading bits with ours, and the last bucket all that share more. Only that one has our own id in
   * its range, so it is the only one that is ever split.
   */
  readonly #buckets = [newBucket()]

  constructor({ id, k, goodMs }: Pick<Settings, 'id' | 'k' | 'goodMs'>) {
    this.#id = id
    this.#k = k
    this.#goodMs = goodMs
  }

  get buckets(): number {
    return this.#buckets.length
  }

  /** All nodes, whether good or not. */
  contacts(): Contact[] {
    return this.#buckets.flatMap(({ entries }) => entries)
  }

  find(id: Uint8Array): Contact | undefined {
    return this.#entry(id)
  }

  /** At most `count` good nodes, nearest to `target` first. */
  closest(target: Uint8Array, count: number): Contact[] {
    const good = this.#buckets.flatMap(({ entries }) => entries.filter(entry => this.#isGood(entry)))
    return good.sort(byDistance(target)).slice(0, count)
  }

  /** The node has sent a query. That is a sign of life of a node that we know, at the address that we know. */
  asked(contact: Contact): void {
    const entry = this.#entry(contact.id)
    if (entry && isAt(entry, contact)) entry.seen = performance.now()
  }

  /** The node has answered a query of ours: add it, where BEP 5 has a place for it. `ping` says whether a node answers. */
  async answered(contact: Contact, ping: (contact: Contact) => Promise<boolean>): Promise<void> {
    if (contact.id.equals(this.#id)) return
    const now = performance.now()
    const entry = this.#entry(contact.id)
    if (entry) {
      // From another address it may be anybody, who wants to have the queries to this node.
      if (!isAt(entry, contact)) return
      entry.seen = now
      this.#bucketOf(contact.id).changed = now
      return
    }
    let bucket = this.#bucketOf(contact.id)
    while (bucket.entries.length >= this.#k && bucket === this.#buckets.at(-1)) {
      this.#split()
      bucket = this.#bucketOf(contact.id)
    }
    if (bucket.entries.length >= this.#k && !(await this.#makeRoom(bucket, ping))) return
    bucket.entries.push({ ...contact, seen: now })
    bucket.changed = performance.now()
  }

  /** The buckets that have not changed for so many milliseconds, as a random id in the range of each. They count as changed from now on. */
  outdated(ms: number): Buffer[] {
    const now = performance.now()
    return this.#buckets.flatMap((bucket, index) => {
      if (now - bucket.changed < ms) return []
      bucket.changed = now
      return [randomId(this.#id, index, index === this.#buckets.length - 1)]
    })
  }

  #split(): void {
    const index = this.#buckets.length - 1
    const { entries, changed } = this.#buckets[index]!
    const isFar = (entry: Entry) => sharedBits(entry.id, this.#id) === index
    this.#buckets.splice(
      index,
      1,
      newBucket(entries.filter(isFar), changed),
      newBucket(
        entries.filter(entry => !isFar(entry)),
        changed,
      ),
    )
  }

  /**
   * BEP 5's rule for a full bucket: ping its questionable nodes, least recently seen first, and remove the first that does not answer twice.
   * Resolves to whether there is a place now. A bucket serves one newcomer at a time; two would get the same place.
   */
  async #makeRoom(bucket: Bucket, ping: (contact: Contact) => Promise<boolean>): Promise<boolean> {
    if (bucket.isChecking) return false
    bucket.isChecking = true
    try {
      for (const entry of [...bucket.entries].sort((one, other) => one.seen - other.seen)) {
        // Looked at now: it may have sent a query while we waited for others.
        if (this.#isGood(entry) || (await ping(entry)) || (await ping(entry))) continue
        bucket.entries = bucket.entries.filter(other => other !== entry)
        return true
      }
      return false
    } finally {
      bucket.isChecking = false
    }
  }

  #isGood({ seen }: Entry): boolean {
    return performance.now() - seen < this.#goodMs
  }

  #entry(id: Uint8Array): Entry | undefined {
    return this.#bucketOf(id).entries.find(entry => entry.id.equals(id))
  }

  #bucketOf(id: Uint8Array): Bucket {
    return this.#buckets[Math.min(sharedBits(id, this.#id), this.#buckets.length - 1)]!
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

export class DhtNode {
  readonly id: Buffer
  readonly table: RoutingTable
  readonly #settings: Settings
  readonly #socket = dgram.createSocket('udp4')
  /** By transaction id, in hex. */
  readonly #waiting = new Map<string, Waiting>()

  constructor(settings: Settings) {
    this.id = settings.id
    this.table = new RoutingTable(settings)
    this.#settings = settings
    this.#socket.on('message', (bytes, { address, port }) => this.#receive(bytes, { host: address, port }))
  }

  #receiveQuery({ q, a }: DecodedDictionary, t: Buffer, from: Address): void {
    const refuse = (code: number, why: string) => this.#send({ t, y: 'e', e: [code, why] }, from)
    const id = isDictionary(a) ? idIn(a.id) : undefined
    const method = Buffer.isBuffer(q) ? q.toString() : undefined
    if (!isDictionary(a) || !id || method === undefined)
      return refuse(PROTOCOL_ERROR, 'a query has a method and an id of 20 bytes')
    if (method === 'ping') this.#send({ t, y: 'r', r: { id: this.id } }, from)
    else if (method === 'find_node') {
      const target = idIn(a.target)
      if (!target) return refuse(PROTOCOL_ERROR, 'find_node has a target of 20 bytes')
      const nodes = encodeContacts(this.table.closest(target, this.#settings.k))
      this.#send({ t, y: 'r', r: { id: this.id, nodes } }, from)
    } else return refuse(METHOD_UNKNOWN, 'method unknown')
    this.table.asked({ id, ...from })
    this.#meet({ id, ...from })
  }

  /** A node that we have heard of: whether it exists is known when it answers. */
  #meet(contact: Contact): void {
    if (contact.id.equals(this.id) || this.table.find(contact.id)) return
    if (!this.#isAsking(contact)) void this.answers(contact)
  }

  /** Asks for nodes in each bucket that has not changed for long, and meets those that we do not know. */
  #refresh(): void {
    for (const target of this.table.outdated(this.#settings.refreshMs)) {
      const [nearest] = this.table.contacts().sort(byDistance(target))
      if (!nearest) return
      this.query(nearest, 'find_node', { target }).then(
        ({ nodes }) => {
          if (!Buffer.isBuffer(nodes)) return
          for (const contact of decodeContacts(nodes).slice(0, this.#settings.k)) this.#meet(contact)
        },
        () => {},
      )
    }
  }

  /** Resolves to the port when the socket is bound; rejects when it cannot be. */
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
   * Sends a query to a node, and resolves to what it answers: `r`, with its id. The node is in the table then, if there is a place for it.
   * Rejects when it answers with an error or with another id than `to` has, and when no answer comes within timeoutMs.
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

  /** Whether a node answers a ping, with the id that it has. */
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

export async function listen(settings: Settings): Promise<{ port: number }> {
  node = new DhtNode(settings)
  return { port: await node.start() }
}

export function table(): { buckets: number; nodes: string[] } {
  if (!node) throw new Error('call listen first')
  return {
    buckets: node.table.buckets,
    nodes: node.table.contacts().map(({ id, host, port }) => `${id.toString('hex')} ${host}:${port}`),
  }
}
