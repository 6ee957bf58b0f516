/**
 * Messages of multicast DNS (RFC 1035, section 4; RFC 6762, section 18) without their names, which are the topic of exercise 3.2: who reads or
 * writes a message says how that is done.
 *
 *      2  id, 0                                then the questions:  name, type (2), class (2)
 *      2  flags: 8000 a response,              and the records:     name, type (2), class (2), TTL in seconds (4),
 *           0400 with authority                                     length of the data (2), data
 *      2  how many questions
 *      6  how many answers, authorities and additional records, 2 each
 *
 * Integers are big-endian.
 */
import { DnsReader, DnsWriter, type ReadName, type WriteName } from './dns-bytes.ts'

export type { ReadName, WriteName } from './dns-bytes.ts'

export interface DnsQuestion {
  name: string[]
  /** 'other': one that has no name here. */
  type: 'A' | 'PTR' | 'TXT' | 'SRV' | 'ANY' | 'other'
  /** All 16 bits. */
  class: number
}

export type DnsRecord = { name: string[]; class: number; ttl: number } & (
  | { type: 'A'; address: string }
  | { type: 'PTR'; target: string[] }
  | { type: 'TXT'; entries: Record<string, string> }
  | { type: 'SRV'; port: number; target: string[] }
  | { type: 'other' }
)

export interface DnsMessage {
  isResponse: boolean
  questions: DnsQuestion[]
  answers: DnsRecord[]
  authorities: DnsRecord[]
  additionals: DnsRecord[]
}

const TYPES = { A: 1, PTR: 12, TXT: 16, SRV: 33, ANY: 255 } as const
const RESPONSE = 0x8000
const AUTHORITATIVE = 0x0400

const typeOf = (code: number): DnsQuestion['type'] =>
  (Object.keys(TYPES) as (keyof typeof TYPES)[]).find(type => TYPES[type] === code) ?? 'other'

/**
 * What is left out is empty. Throws a RangeError where a number or a text does not fit its field, an Error for a record of the type 'other', and
 * what `writeName` throws.
 */
export function encodeDns(
  { isResponse, questions = [], answers = [], authorities = [], additionals = [] }: Partial<DnsMessage>,
  writeName: WriteName,
): Buffer {
  const writer = new DnsWriter(writeName)
  writer.u16(0)
  writer.u16(isResponse ? RESPONSE | AUTHORITATIVE : 0)
  for (const { length } of [questions, answers, authorities, additionals]) writer.u16(length)
  for (const { name, type, class: cls } of questions) {
    writer.name(name)
    writer.u16(codeOf(type))
    writer.u16(cls)
  }
  for (const record of [...answers, ...authorities, ...additionals]) {
    writer.name(record.name)
    writer.u16(codeOf(record.type))
    writer.u16(record.class)
    writer.u32(record.ttl)
    writer.counted(() => writeData(writer, record))
  }
  return writer.bytes()
}

function codeOf(type: DnsQuestion['type']): number {
  if (type === 'other') throw new Error('a record or question of the type "other" cannot be written.')
  return TYPES[type]
}

function writeData(writer: DnsWriter, record: DnsRecord): void {
  if (record.type === 'A') writer.address(record.address)
  else if (record.type === 'PTR') writer.name(record.target)
  else if (record.type === 'TXT') writer.entries(record.entries)
  else if (record.type === 'SRV') {
    // Priority and weight: there is one target only.
    writer.u16(0)
    writer.u16(0)
    writer.u16(record.port)
    writer.name(record.target)
  }
}

/**
 * Bytes behind the last record are not looked at. Throws an Error with a sentence where the message is cut or malformed anywhere, and what
 * `readName` throws.
 */
export function decodeDns(bytes: Uint8Array, readName: ReadName): DnsMessage {
  const reader = new DnsReader(bytes, readName)
  reader.u16()
  const isResponse = (reader.u16() & RESPONSE) !== 0
  const counts = [reader.u16(), reader.u16(), reader.u16(), reader.u16()] as const
  const times = <T>(count: number, read: () => T): T[] => Array.from({ length: count }, read)
  return {
    isResponse,
    questions: times(counts[0], () => ({
      name: reader.name(),
      type: typeOf(reader.u16()),
      class: reader.u16(),
    })),
    answers: times(counts[1], () => readRecord(reader)),
    authorities: times(counts[2], () => readRecord(reader)),
    additionals: times(counts[3], () => readRecord(reader)),
  }
}

function readRecord(reader: DnsReader): DnsRecord {
  const common = { name: reader.name(), type: typeOf(reader.u16()), class: reader.u16(), ttl: reader.u32() }
  return reader.counted((end): DnsRecord => {
    const { type } = common
    if (type === 'A') return { ...common, type, address: reader.address() }
    if (type === 'PTR') return { ...common, type, target: reader.name() }
    if (type === 'TXT') return { ...common, type, entries: reader.entries(end) }
    if (type === 'SRV') {
      reader.u32()
      return { ...common, type, port: reader.u16(), target: reader.name() }
    }
    reader.skipTo(end)
    return { ...common, type: 'other' }
  })
}
