// A cache of records, as a complete implementation has one, beside a responder that knows nothing of it. Each op has a socket of its own.
import {
  decodeDns,
  emit,
  encodeDns,
  joinGroup,
  type DnsMessage,
  type DnsQuestion,
  type DnsRecord,
} from 'p2plab'

const SERVICE = '_p2plab._udp.local'.split('.')

export function readName({ message, offset }: { message: Buffer; offset: number }): {
  labels: string[]
  end: number
} {
  const part = readPart(message, offset, [])
  if (part.labels.reduce((sum, label) => sum + 1 + label.length, 1) > 255) throw new Error('too long')
  return { labels: part.labels.map(label => label.toString()), end: part.end }
}

/** The labels up to a pointer, and those behind it. */
function readPart(
  message: Buffer,
  start: number,
  before: readonly number[],
): { labels: Buffer[]; end: number } {
  // A name of 255 bytes has 127 labels, so more parts than that belong to no valid name.
  if (before.length > 128) throw new Error('too many pointers')
  const labels: Buffer[] = []
  for (let at = start; ;) {
    if (at >= message.length || labels.length > 127) throw new Error('no end')
    const length = message[at]!
    switch (length >> 6) {
      case 0: {
        if (length === 0) return { labels, end: at + 1 }
        const label = message.subarray(at + 1, at + 1 + length)
        if (label.length < length) throw new Error('a label is cut')
        labels.push(label)
        at += 1 + length
        break
      }
      case 3: {
        const target = message.readUInt16BE(at) - 0xc000
        if ([...before, start].some(earlier => target >= earlier)) throw new Error('not backward')
        return { labels: [...labels, ...readPart(message, target, [...before, start]).labels], end: at + 2 }
      }
      default:
        throw new Error('neither a label nor a pointer')
    }
  }
}

function writeName(labels: string[], offset: number, earlier: Map<string, number>): Buffer {
  const [first, ...rest] = labels
  if (first === undefined) return Buffer.alloc(1)
  const key = labels.map(label => `${label.length}:${label}`).join()
  const known = earlier.get(key)
  if (known !== undefined) {
    const pointer = Buffer.alloc(2)
    pointer.writeUInt16BE(0xc000 + known)
    return pointer
  }
  earlier.set(key, offset)
  const bytes = Buffer.from(first)
  if (bytes.length > 63) throw new RangeError(`${first} is too long for a label`)
  return Buffer.concat([
    Buffer.from([bytes.length]),
    bytes,
    writeName(rest, offset + 1 + bytes.length, earlier),
  ])
}

const lower = (name: readonly string[]) => name.map(label => label.replace(/[A-Z]+/g, s => s.toLowerCase()))
const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && lower(a).every((label, i) => label === lower(b)[i])
const isIn = (one: DnsQuestion | DnsRecord) => one.class % 0x8000 === 1

/** Calls `listener` for each message that is well-formed. */
async function join(group: string, listener: (message: DnsMessage) => void) {
  const socket = await joinGroup(group, bytes => {
    let message
    try {
      message = decodeDns(bytes, readName)
    } catch {
      return
    }
    listener(message)
  })
  return { send: (message: Partial<DnsMessage>) => socket.send(encodeDns(message, writeName)) }
}

interface Own {
  group: string
  instance: string
  records: DnsRecord[]
  /** Undefined while it is announced. */
  withdrawn?: true
  goodbye?: () => void
}
const mine: Own[] = []

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
  const records: DnsRecord[] = [
    { type: 'PTR', name: SERVICE, class: 0x0001, ttl, target: name },
    { type: 'SRV', name, class: 0x8001, ttl, port, target: [host, 'local'] },
    { type: 'TXT', name, class: 0x8001, ttl, entries: { id } },
    { type: 'A', name: [host, 'local'], class: 0x8001, ttl, address: '127.0.0.1' },
  ]
  // What does not fit fails here, before anything is open.
  encodeDns({ isResponse: true, answers: records }, writeName)
  const own: Own = { group, instance, records }
  const socket = await join(group, ({ isResponse, questions, answers }) => {
    if (isResponse || own.withdrawn) return
    const due = records.filter(record => questions.some(one => asksFor(one, record)))
    const first = due.filter(record => !answers.some(answer => says(answer, record)))
    if (first.length > 0)
      socket.send({
        isResponse: true,
        answers: first,
        additionals: first.some(({ type }) => type === 'PTR')
          ? records.filter(one => !first.includes(one))
          : [],
      })
  })
  own.goodbye = () =>
    socket.send({ isResponse: true, answers: records.map(record => ({ ...record, ttl: 0 })) })
  mine.push(own)
  socket.send({ isResponse: true, answers: records })
}

const asksFor = (question: DnsQuestion, { type, name }: DnsRecord) =>
  isIn(question) && ['ANY', type].includes(question.type) && same(question.name, name)

/** Whether a known answer makes ours superfluous. */
const says = (known: DnsRecord, own: DnsRecord) =>
  known.type === 'PTR' &&
  own.type === 'PTR' &&
  same(known.name, own.name) &&
  same(known.target, own.target) &&
  2 * known.ttl >= own.ttl

export async function withdraw({ group, instance }: { group: string; instance: string }): Promise<void> {
  const own = mine.find(one => one.group === group && same([one.instance], [instance]) && !one.withdrawn)
  if (!own) throw new Error(`${instance} is not announced`)
  own.withdrawn = true
  own.goodbye!()
}

interface Entry {
  record: DnsRecord
  /** In milliseconds of performance.now(). */
  until: number
}

export async function browse({ group, queryMs }: { group: string; queryMs: number }): Promise<void> {
  const cache = new Map<string, Entry>()
  /** What was told of each instance. */
  const told = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  const isPointer = (record: DnsRecord) => record.type === 'PTR' && same(record.name, SERVICE)

  const clean = () => {
    const now = performance.now()
    for (const [key, { record, until }] of cache) {
      if (until > now) continue
      cache.delete(key)
      if (record.type !== 'PTR' || !isPointer(record)) continue
      const instance = record.target[0]!
      if (told.delete(JSON.stringify(lower(record.target)))) emit('lost', { instance })
    }
    clearTimeout(timer)
    const next = Math.min(...[...cache.values()].map(({ until }) => until - now))
    // Rather too often than too late: a timer has 31 bits.
    if (next < Infinity) timer = setTimeout(clean, Math.min(Math.ceil(next), 0x7fffffff))
  }
  const find = <T extends DnsRecord['type']>(type: T, name: string[]) =>
    cache.get(JSON.stringify([type, lower(name)]))?.record as Extract<DnsRecord, { type: T }> | undefined

  const socket = await join(group, ({ isResponse, answers, authorities, additionals }) => {
    if (!isResponse) return
    const now = performance.now()
    for (const record of [...answers, ...authorities, ...additionals].filter(isIn)) {
      const target = record.type === 'PTR' ? lower(record.target) : undefined
      const key = JSON.stringify(
        target ? [record.type, lower(record.name), target] : [record.type, lower(record.name)],
      )
      if (record.ttl === 0 && !cache.has(key)) continue
      if (record.ttl > 0) cache.set(key, { record, until: now + 1000 * record.ttl })
      else cache.get(key)!.until = now + 1000
    }
    for (const { record } of cache.values()) {
      if (record.type !== 'PTR' || !isPointer(record) || !same(record.target.slice(1), SERVICE)) continue
      if (mine.some(own => own.group === group && same([own.instance, ...SERVICE], record.target))) continue
      const srv = find('SRV', record.target)
      const id = find('TXT', record.target)?.entries.id
      const address = srv && find('A', srv.target)?.address
      if (!address || id === undefined) continue
      const says = { address: `${address}:${srv.port}`, id }
      const key = JSON.stringify(lower(record.target))
      if (told.get(key) === JSON.stringify(says)) continue
      told.set(key, JSON.stringify(says))
      emit('candidate', { instance: record.target[0]!, ...says })
    }
    clean()
  })
  const ask = (wait: number) => {
    socket.send({ questions: [{ name: SERVICE, type: 'PTR', class: 1 }] })
    setTimeout(ask, wait, Math.min(2 * wait, 60 * 60 * 1000))
  }
  ask(queryMs)
}
