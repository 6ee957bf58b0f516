import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import { decodeBencode, encodeBencode, parseAddress, type Decoded, type DecodedDictionary } from 'p2plab'
import {
  byDistance,
  decodeContacts,
  type Address,
  type Contact,
} from '../../3-xor-and-buckets/typescript/solution.ts'

export interface Options {
  /** Your own ID. */
  id: Buffer
  target: Buffer
  seeds: string[]
  k: number
  alpha: number
  timeoutMs: number
}

/** What a node says: who it is, and whom it knows. */
interface Answer {
  id: Buffer
  nodes: Contact[]
}

const addressOf = ({ host, port }: Address): string => `${host}:${port}`

/** Sends queries from a socket of its own. */
class Client {
  readonly #socket = dgram.createSocket('udp4')
  /** By transaction ID, in hex, and the address that was asked. */
  readonly #waiting = new Map<string, (message: DecodedDictionary) => void>()

  constructor() {
    // Where nobody listens, some systems report it as an error of the socket: the timeout says it, too.
    this.#socket.on('error', error => console.error(error.message))
    this.#socket.on('message', (bytes, { address, port }) => this.#receive(bytes, { host: address, port }))
  }

  /** Resolves to the answer. Rejects when the node sends an error or something that is no answer, or nothing within timeoutMs. */
  async findNode(to: Address, { id, target, timeoutMs }: Options): Promise<Answer> {
    const t = randomBytes(4)
    const key = `${t.toString('hex')} ${addressOf(to)}`
    let timer: NodeJS.Timeout | undefined
    try {
      this.#socket.send(encodeBencode({ t, y: 'q', q: 'find_node', a: { id, target } }), to.port, to.host)
      const message = await new Promise<DecodedDictionary>((resolve, reject) => {
        this.#waiting.set(key, resolve)
        timer = setTimeout(() => reject(new Error(`${addressOf(to)} does not answer`)), timeoutMs)
      })
      return parseAnswer(message)
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(key)
    }
  }

  close(): void {
    this.#socket.close()
  }

  /** Anybody can send anything: only what answers a query of ours counts. */
  #receive(bytes: Buffer, from: Address): void {
    let message: Decoded
    try {
      message = decodeBencode(bytes)
    } catch {
      return
    }
    if (!isDictionary(message) || !Buffer.isBuffer(message.t) || !Buffer.isBuffer(message.y)) return
    if (String(message.y) === 'q') return
    this.#waiting.get(`${message.t.toString('hex')} ${addressOf(from)}`)?.(message)
  }
}

function parseAnswer({ y, r }: DecodedDictionary): Answer {
  if (String(y) !== 'r' || !isDictionary(r)) throw new Error('an error')
  const { id, nodes } = r
  if (!Buffer.isBuffer(id) || id.length !== 20 || !Buffer.isBuffer(nodes))
    throw new Error('an answer without id or nodes')
  return { id, nodes: decodeContacts(nodes) }
}

const isDictionary = (value: Decoded | undefined): value is DecodedDictionary =>
  typeof value === 'object' && !Buffer.isBuffer(value) && !Array.isArray(value)

/** A node in the list. Until it has answered, its ID is what others say. */
interface Candidate extends Contact {
  state: 'unasked' | 'asked' | 'answered'
}

/** One lookup. */
class Search {
  readonly #client: Client
  readonly #options: Options
  readonly #done: (closest: Candidate[]) => void
  /** Closest first, without those that have failed. */
  #list: Candidate[]
  /** All addresses that were ever asked. */
  readonly #asked = new Set<string>()
  #inFlight = 0
  #isOver = false

  constructor(client: Client, options: Options, done: (closest: Candidate[]) => void) {
    this.#client = client
    this.#options = options
    this.#done = done
    // Nobody is closer than the target itself: so seeds are asked first. Their own IDs come with their answers.
    const { seeds, target: id } = options
    this.#list = [...new Set(seeds)].map(seed => ({ id, ...parseAddress(seed), state: 'unasked' }))
  }

  /** Does all that can be done now. To be called whenever something has changed. */
  advance(): void {
    if (this.#isOver) return
    const { k, alpha } = this.#options
    while (this.#inFlight < alpha) {
      const next = this.#list.slice(0, k).find(({ state }) => state === 'unasked')
      if (!next) break
      void this.#ask(next)
    }
    const closest = this.#list.slice(0, k)
    this.#isOver = closest.every(({ state }) => state === 'answered')
    if (this.#isOver) this.#done(closest)
  }

  async #ask(candidate: Candidate): Promise<void> {
    const { target, k } = this.#options
    const address = addressOf(candidate)
    candidate.state = 'asked'
    this.#asked.add(address)
    // Whoever is there says its own ID now, so what else is said of this address does not matter any more.
    this.#list = this.#list.filter(other => other === candidate || addressOf(other) !== address)
    this.#inFlight++
    try {
      const { id, nodes } = await this.#client.findNode(candidate, this.#options)
      candidate.id = id
      candidate.state = 'answered'
      for (const contact of nodes.sort(byDistance(target)).slice(0, k)) this.#hear(contact)
      this.#list.sort(byDistance(target))
    } catch {
      this.#list = this.#list.filter(other => other !== candidate)
    }
    this.#inFlight--
    this.advance()
  }

  /** Adds a node that was named, unless it is known by the same ID at the same address. */
  #hear(contact: Contact): void {
    const address = addressOf(contact)
    if (contact.id.equals(this.#options.id) || contact.port === 0 || this.#asked.has(address)) return
    if (this.#list.some(other => other.id.equals(contact.id) && addressOf(other) === address)) return
    this.#list.push({ ...contact, state: 'unasked' })
  }
}

/** Finds the k nodes closest to the target, closest first. */
export async function lookup(options: Options): Promise<{ nodes: string[] }> {
  const client = new Client()
  try {
    const closest = await new Promise<Candidate[]>(resolve => new Search(client, options, resolve).advance())
    return { nodes: closest.map(node => `${node.id.toString('hex')} ${addressOf(node)}`) }
  } finally {
    client.close()
  }
}
