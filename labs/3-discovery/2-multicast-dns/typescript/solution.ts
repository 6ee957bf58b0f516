import { emit, decodeDns, encodeDns, joinGroup, type DnsMessage, type DnsRecord } from 'p2plab'

const SERVICE = ['_p2plab', '_udp', 'local']

/** The class of the internet. In a record, the top bit says that there is no other record with this name and type. */
const IN = 1
const TOP_BIT = 0x8000

const POINTER = 0xc0
/** RFC 1035, section 2.3.4, in bytes: of a label without its length, and of a name with all lengths. */
const MAX_LABEL = 63
const MAX_NAME = 255
/** RFC 6762, section 5.2: the longest wait between two questions. */
const HOUR_MS = 3_600_000
/** Longer timers fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** A name is a list of labels and not a text with dots, because a label can have dots in it. */
export function readName({ message, offset }: { message: Buffer; offset: number }): {
  labels: string[]
  end: number
} {
  const labels: string[] = []
  let end: number | undefined
  let at = offset
  // Where the name, or the part of it that the last jump led to, begins.
  let start = offset
  let length = 1
  for (;;) {
    const first = message[at]
    if (first === undefined) throw new Error('the name is cut')
    if (first === 0) return { labels, end: end ?? at + 1 }
    if (first >= POINTER) {
      if (at + 1 >= message.length) throw new Error('the pointer is cut')
      const target = message.readUInt16BE(at) & 0x3fff
      // Each jump leads farther to the front than the one before, so there is an end to them.
      if (target >= start) throw new Error('the pointer does not lead backward')
      end ??= at + 2
      at = start = target
      continue
    }
    if (first > MAX_LABEL) throw new Error('the first two bits of the length are 01 or 10')
    length += 1 + first
    if (length > MAX_NAME) throw new Error(`the name has more than ${MAX_NAME} bytes`)
    const next = at + 1 + first
    if (next > message.length) throw new Error('the label is cut')
    labels.push(message.toString('utf8', at + 1, next))
    at = next
  }
}

/** `earlier` holds where in the message each end of a name is: the whole name, the name without its first label, and so on. */
function writeName(labels: string[], offset: number, earlier: Map<string, number>): Buffer {
  const parts: Buffer[] = []
  let at = offset
  for (let i = 0; i < labels.length; i++) {
    const rest = JSON.stringify(labels.slice(i))
    const known = earlier.get(rest)
    if (known !== undefined) return Buffer.concat([...parts, Buffer.of(POINTER | (known >> 8), known & 0xff)])
    earlier.set(rest, at)
    const label = Buffer.from(labels[i]!)
    if (label.length < 1 || label.length > MAX_LABEL)
      throw new Error(`"${labels[i]}" has ${label.length} bytes: a label has 1 to ${MAX_LABEL}`)
    parts.push(Buffer.of(label.length), label)
    at += 1 + label.length
  }
  return Buffer.concat([...parts, Buffer.of(0)])
}

/** The same text for names that differ only in the case of ASCII letters. */
const keyOf = (name: readonly string[]): string =>
  JSON.stringify(name.map(label => label.replace(/[A-Z]/g, letter => letter.toLowerCase())))

const isSame = (one: readonly string[], other: readonly string[]): boolean => keyOf(one) === keyOf(other)

const isIn = ({ class: all }: { class: number }): boolean => (all & ~TOP_BIT) === IN

interface Candidate {
  address: string
  id: string
  timer?: NodeJS.Timeout
}

class Group {
  readonly #socket: Promise<{ send(message: Uint8Array): void }>
  /** The records of each instance of ours. */
  readonly #announced = new Map<string, DnsRecord[]>()
  readonly #candidates = new Map<string, Candidate>()
  #isBrowsing = false

  constructor(address: string) {
    this.#socket = joinGroup(address, bytes => this.#receive(bytes))
  }

  async send(message: Partial<DnsMessage>): Promise<void> {
    const bytes = encodeDns(message, writeName)
    const socket = await this.#socket
    socket.send(bytes)
  }

  #receive(bytes: Buffer): void {
    let message: DnsMessage
    try {
      message = decodeDns(bytes, readName)
    } catch {
      return
    }
    if (!message.isResponse) this.#answer(message)
    else if (this.#isBrowsing) this.#learn(message)
  }

  async announce(name: string[], records: DnsRecord[]): Promise<void> {
    await this.send({ isResponse: true, answers: records })
    this.#announced.set(keyOf(name), records)
  }

  async withdraw(name: string[]): Promise<void> {
    const records = this.#announced.get(keyOf(name))
    if (!records) throw new Error(`${name[0]} is not announced`)
    this.#announced.delete(keyOf(name))
    await this.send({ isResponse: true, answers: records.map(record => ({ ...record, ttl: 0 })) })
  }

  async browse(queryMs: number): Promise<void> {
    this.#isBrowsing = true
    await this.send({ questions: [{ name: SERVICE, type: 'PTR', class: IN }] })
    setTimeout(() => void this.browse(Math.min(2 * queryMs, HOUR_MS)), queryMs)
  }

  #answer({ questions, answers: known }: DnsMessage): void {
    const isAsked = (record: DnsRecord): boolean =>
      questions.some(
        question =>
          isIn(question) &&
          (question.type === record.type || question.type === 'ANY') &&
          isSame(question.name, record.name),
      )
    const isKnown = (record: DnsRecord): boolean =>
      record.type === 'PTR' &&
      known.some(
        other =>
          other.type === 'PTR' &&
          isSame(other.name, record.name) &&
          isSame(other.target, record.target) &&
          other.ttl >= record.ttl / 2,
      )
    for (const records of this.#announced.values()) {
      const answers = records.filter(record => isAsked(record) && !isKnown(record))
      if (answers.length === 0) continue
      // More than is asked for: whoever asks for the instances wants to know the rest next.
      const additionals = records.filter(record => !answers.includes(record))
      void this.send({ isResponse: true, answers, additionals })
    }
  }

  #learn({ answers, authorities, additionals }: DnsMessage): void {
    const records = [...answers, ...authorities, ...additionals].filter(isIn)
    for (const record of records) {
      if (record.type !== 'PTR' || !isSame(record.name, SERVICE)) continue
      const { target, ttl } = record
      const isOurs = this.#announced.has(keyOf(target))
      if (isOurs || !isSame(target.slice(1), SERVICE)) continue
      if (ttl > 0) this.#found(target, records)
      // After a goodbye, another second, in which somebody else can say that the instance is still there.
      this.#keep(target, Math.max(1, ttl))
    }
  }

  /** Tells of the instance if all is known of it, and something is new. */
  #found(name: string[], records: DnsRecord[]): void {
    const srv = records.find(record => record.type === 'SRV' && isSame(record.name, name))
    const txt = records.find(record => record.type === 'TXT' && isSame(record.name, name))
    if (srv?.type !== 'SRV' || txt?.type !== 'TXT') return
    const host = records.find(record => record.type === 'A' && isSame(record.name, srv.target))
    const { id } = txt.entries
    if (host?.type !== 'A' || id === undefined) return

    const address = `${host.address}:${srv.port}`
    const known = this.#candidates.get(keyOf(name))
    if (known?.address === address && known.id === id) return
    clearTimeout(known?.timer)
    this.#candidates.set(keyOf(name), { address, id })
    emit('candidate', { instance: name[0], address, id })
  }

  /** A candidate lives for so many seconds from now on. */
  #keep(name: string[], seconds: number): void {
    const candidate = this.#candidates.get(keyOf(name))
    if (!candidate) return
    clearTimeout(candidate.timer)
    const over = () => {
      this.#candidates.delete(keyOf(name))
      emit('lost', { instance: name[0] })
    }
    candidate.timer = setTimeout(over, Math.min(1000 * seconds, LONGEST_TIMER_MS))
  }
}

/** One for all ops of a group. */
const groups = new Map<string, Group>()
function groupAt(address: string): Group {
  const group = groups.get(address) ?? new Group(address)
  groups.set(address, group)
  return group
}

export async function announce({
  group,
  instance,
  host,
  port,
  id,
  ttl,
}: {
  group: string
  instance: string
  host: string
  port: number
  id: string
  ttl: number
}): Promise<void> {
  const name = [instance, ...SERVICE]
  const target = [host, 'local']
  // Others have PTR records with the name of the service, too. All other names are ours alone.
  const ours = { class: IN | TOP_BIT, ttl }
  await groupAt(group).announce(name, [
    { name: SERVICE, type: 'PTR', class: IN, ttl, target: name },
    { name, type: 'SRV', ...ours, port, target },
    { name, type: 'TXT', ...ours, entries: { id } },
    { name: target, type: 'A', ...ours, address: '127.0.0.1' },
  ])
}

export async function withdraw({ group, instance }: { group: string; instance: string }): Promise<void> {
  await groupAt(group).withdraw([instance, ...SERVICE])
}

export async function browse({ group, queryMs }: { group: string; queryMs: number }): Promise<void> {
  await groupAt(group).browse(queryMs)
}
