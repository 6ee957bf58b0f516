// Exercise 4.8, written with one class for each part. It keeps its seq apart from the records, sends to all members and lets the links say who is
// there, and looks for a leader on a timer.
import { randomBytes } from 'node:crypto'
import {
  ed25519Sign,
  ed25519Verify,
  emit,
  openLinks,
  openStorage,
  parseAddress,
  type Links,
  type Peer,
  type Storage,
} from 'p2plab'
import {
  knownLeader,
  start as startRaft,
  submit as giveToRaft,
} from '../../../6-majority-consensus/typescript/solution.ts'

type Json = { type: string } & Record<string, unknown>
interface Signed {
  id: string
  address: string
  seq: number
  signature: string
}
interface Options {
  id: string
  host: string
  port: number
  announce: string
  key: Buffer
  seeds: Peer[]
  members: { id: string; publicKey: string }[]
  dataDir: string
  electionMs: number
  heartbeatMs: number
  submitMs: number
}

const text = (value: unknown): value is string => typeof value === 'string'

/** Where everyone is. */
class Book {
  readonly own: Signed
  private readonly known: Map<string, Signed>
  private readonly keys: Map<string, Buffer>
  private readonly storage: Storage

  constructor({ id, announce, key, members }: Options, storage: Storage) {
    this.storage = storage
    this.keys = new Map(
      members
        .filter(member => member.id !== id)
        .map(member => [member.id, Buffer.from(member.publicKey, 'hex')]),
    )
    this.known = new Map(Object.entries(storage.load<Record<string, Signed>>('book') ?? {}))
    const seq = (storage.load<number>('seq') ?? 0) + 1
    storage.save('seq', seq)
    const signature = ed25519Sign(key, Buffer.from(`record ${id} ${announce} ${seq}`)).toString('hex')
    this.own = { id, address: announce, seq, signature }
  }

  get others(): Signed[] {
    return [...this.known.values()]
  }

  /** The record, if it is genuine and new. */
  learn({ id, address, seq, signature }: Json): Signed | undefined {
    if (!text(id) || !text(address) || !text(signature) || typeof seq !== 'number') return undefined
    if (!Number.isSafeInteger(seq) || seq < 1 || !/^[0-9a-f]{128}$/.test(signature)) return undefined
    try {
      parseAddress(address)
    } catch {
      return undefined
    }
    const key = this.keys.get(id)
    const message = Buffer.from(['record', id, address, seq].join(' '))
    if (!key || !ed25519Verify(key, message, Buffer.from(signature, 'hex'))) return undefined
    const before = this.known.get(id)
    if (before && before.seq >= seq) return undefined
    const record = { id, address, seq, signature }
    this.known.set(id, record)
    this.storage.save('book', Object.fromEntries(this.known))
    return record
  }
}

/** The last ids, in a ring. */
class Window {
  private readonly ring: string[] = []
  private readonly ids = new Set<string>()
  private next = 0
  private readonly size: number

  constructor(size: number) {
    this.size = size
  }

  isNew(id: string): boolean {
    if (this.ids.has(id)) return false
    const oldest = this.ring[this.next]
    if (oldest !== undefined) this.ids.delete(oldest)
    this.ring[this.next] = id
    this.next = (this.next + 1) % this.size
    this.ids.add(id)
    return true
  }
}

type Result = { index: number; result: string }

/** One command of a client, until it is over. */
class Errand {
  /** The message that handed it over, while it has no answer. */
  id: string | undefined
  to: string | undefined
  private busy = false
  private over = false
  private readonly node: Node
  private readonly command: string
  readonly done = Promise.withResolvers<Result>()

  constructor(node: Node, command: string) {
    this.node = node
    this.command = command
    const { submitMs, heartbeatMs } = node.options
    const looking = setInterval(() => this.look(), Math.max(1, Math.min(heartbeatMs, 50)))
    const late = setTimeout(
      () => this.fail(this.busy ? 'unknown: no answer in time' : 'refused: no leader in time'),
      submitMs,
    )
    this.done.promise
      .catch(() => {})
      .finally(() => {
        this.over = true
        clearInterval(looking)
        clearTimeout(late)
      })
    this.look()
  }

  fail(why: string): void {
    this.done.reject(new Error(why))
  }

  look(): void {
    if (this.busy || this.over) return
    const leader = knownLeader()
    if (leader === undefined) return
    if (leader === this.node.options.id) {
      this.busy = true
      void this.node.lead(this.command).then(answer => this.hear(answer))
      return
    }
    const id = randomBytes(9).toString('base64')
    if (!this.node.links.send(leader, { type: 'submit', id, command: this.command })) return
    this.busy = true
    this.id = id
    this.to = leader
  }

  hear({ outcome, index, result }: Record<string, unknown>): void {
    if (outcome === 'done' && typeof index === 'number' && typeof result === 'string')
      this.done.resolve({ index, result })
    if (outcome === 'unknown') this.fail('unknown: the leader does not know')
    if (outcome === 'refused') this.busy = false
  }
}

class Node {
  readonly options: Options
  readonly book: Book
  readonly window = new Window(1_000)
  readonly errands = new Set<Errand>()
  readonly members: string[]
  links!: Links<Json>
  toRaft: (from: string, message: never) => void = () => {}

  constructor(options: Options) {
    this.options = options
    this.book = new Book(options, openStorage(options.dataDir))
    this.members = options.members.map(({ id }) => id).filter(id => id !== options.id)
  }

  async start() {
    const { options, book } = this
    this.links = await openLinks<Json>({
      id: options.id,
      host: options.host,
      port: options.port,
      peers: [],
      onMessage: (from, message) => this.hear(from, message),
      onConnect: peer =>
        [book.own, ...book.others].forEach(record => this.links.send(peer, { type: 'record', ...record })),
    })
    for (const { id, address } of book.others) this.links.addPeer({ id, address })
    const known = new Set([options.id, ...book.others.map(({ id }) => id)])
    for (const seed of options.seeds) if (!known.has(seed.id)) this.links.addPeer(seed)
    await startRaft({
      ...options,
      peers: this.members.map(id => ({ id, address: '' })),
      open: async ({ onMessage }) => {
        this.toRaft = onMessage
        return this.links as never
      },
    })
  }

  tell(message: Json, from?: string) {
    for (const member of this.members) if (member !== from) this.links.send(member, message)
  }

  hear(from: string, message: Json) {
    if (message.type === 'record') {
      const record = this.book.learn(message)
      if (!record) return
      this.links.addPeer(record)
      return this.tell({ type: 'record', ...record }, from)
    }
    if (!this.members.includes(from)) return
    const { type, id } = message
    if (type === 'flood') return this.flood(message, from)
    if (type === 'submit' && text(id) && text(message.command))
      return void this.lead(message.command).then(answer =>
        this.links.send(from, { type: 'submitted', id, ...answer }),
      )
    if (type === 'submitted')
      return [...this.errands].find(one => one.id === id && one.to === from)?.hear(message)
    if (/^(request-vote|vote|append-entries|appended)$/.test(String(type)))
      this.toRaft(from, message as never)
  }

  flood({ id, payload }: Record<string, unknown>, from?: string) {
    if (!text(id) || !text(payload) || id === '' || id.length > 64) return
    if (payload.length % 2 !== 0 || /[^0-9a-f]/.test(payload) || !this.window.isNew(id)) return
    emit('delivered', { id, payload })
    this.tell({ type: 'flood', id, payload }, from)
  }

  async lead(command: string): Promise<Record<string, unknown>> {
    if (knownLeader() !== this.options.id) return { outcome: 'refused' }
    return giveToRaft({ command }).then(
      ({ index, result }) => ({ outcome: 'done', index, result }),
      () => ({ outcome: 'unknown' }),
    )
  }
}

let node: Node

export async function start(options: Options) {
  node = new Node(options)
  await node.start()
  return { port: node.links.port }
}

export async function publish({ payload }: { payload: Buffer }) {
  const id = randomBytes(16).toString('hex')
  node.flood({ id, payload: payload.toString('hex') })
  return { id }
}

export async function submit({ command }: { command: string }) {
  const errand = new Errand(node, command)
  node.errands.add(errand)
  try {
    return await errand.done.promise
  } finally {
    node.errands.delete(errand)
  }
}
