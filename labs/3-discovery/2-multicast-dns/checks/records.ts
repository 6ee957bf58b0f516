/** Instances and their records, and how messages name them. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { DnsQuestion, DnsRecord } from '../../../exercise/dns-message.ts'
import { oneLine } from '../../../preview.ts'
import { dotted, isSame, SERVICE } from './names.ts'

export const IN = 1
export const TOP_BIT = 0x8000

export interface Instance {
  instance: string
  host: string
  port: number
  id: string
  /** Seconds. */
  ttl: number
}

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789'

/** Nobody else has it. */
export const word = (t: CheckContext, length = 8): string =>
  Array.from({ length }, () => t.random.pick([...LETTERS])).join('')

export const someInstance = (t: CheckContext, some: Partial<Instance> = {}): Instance => ({
  instance: word(t),
  host: word(t),
  port: t.random.int(1024, 65_535),
  id: word(t, 12),
  ttl: t.random.int(1_000, 4_500),
  ...some,
})

export const nameOf = ({ instance }: Pick<Instance, 'instance'>): string[] => [instance, ...SERVICE]

export interface Records {
  ptr: DnsRecord
  srv: DnsRecord
  txt: DnsRecord
  a: DnsRecord
}

/** The four. `address`: 127.0.0.1 when left out. */
export function recordsOf(one: Instance, address = '127.0.0.1'): Records {
  const { host, port, id, ttl } = one
  const name = nameOf(one)
  const target = [host, 'local']
  const unique = { class: IN | TOP_BIT, ttl }
  return {
    ptr: { name: [...SERVICE], type: 'PTR', class: IN, ttl, target: name },
    srv: { name, type: 'SRV', ...unique, port, target },
    txt: { name, type: 'TXT', ...unique, entries: { id } },
    a: { name: target, type: 'A', ...unique, address },
  }
}

export const allOf = ({ ptr, srv, txt, a }: Records): DnsRecord[] => [ptr, srv, txt, a]

export const question = (name: readonly string[], type: DnsQuestion['type'], cls = IN): DnsQuestion => ({
  name: [...name],
  type,
  class: cls,
})

export const shown = (text: string): string => oneLine(text, 80)

/** As in "the SRV record of Ada._p2plab._udp.local". */
export const titleOf = ({ type, name }: DnsRecord | DnsQuestion): string =>
  `the ${type} record of ${shown(dotted(name))}`

export const asked = ({ type, name, class: cls }: DnsQuestion): string =>
  `the ${type === 'ANY' ? 'records' : `${type} record${isSame(name, SERVICE) ? 's' : ''}`} of ${shown(dotted(name))}${
    cls === IN ? '' : ` (class ${hex16(cls)})`
  }`

export const hex16 = (value: number): string => value.toString(16).padStart(4, '0')

/** What a record is found by. */
export const isAbout = (one: DnsRecord, other: DnsRecord): boolean =>
  one.type === other.type &&
  isSame(one.name, other.name) &&
  (one.type !== 'PTR' || other.type !== 'PTR' || isSame(one.target, other.target))

/** How `actual` differs from what the record should be, with the likely misconception; undefined when it does not. */
export function differenceOf(
  expected: DnsRecord,
  actual: DnsRecord,
): { expected: string; got: string; hint: string } | undefined {
  const says = (what: string, hint: string, right: string | number, wrong: string | number) =>
    right === wrong
      ? undefined
      : {
          expected: `${titleOf(expected)} with the ${what} ${right}.`,
          got: `the ${what} ${wrong}.`,
          hint,
        }
  const common =
    says(
      'class',
      'the class is 1. Its top bit says that no other record has this name and type, which is so for all records but the PTR record.',
      hex16(expected.class),
      hex16(actual.class),
    ) ?? says('TTL', 'the TTL is in seconds, as it was given to announce.', expected.ttl, actual.ttl)
  if (common) return common
  if (expected.type === 'A' && actual.type === 'A')
    return says('address', 'the address is 127.0.0.1.', expected.address, actual.address)
  if (expected.type === 'TXT' && actual.type === 'TXT') {
    const id = (record: typeof expected) => JSON.stringify(record.entries.id ?? null)
    return says('id', 'the TXT record has an entry id.', id(expected), id(actual))
  }
  if (expected.type === 'SRV' && actual.type === 'SRV') {
    return (
      says('port', 'the port is that of announce.', expected.port, actual.port) ??
      says(
        'host',
        'the host has two labels, the one that was given and local.',
        JSON.stringify(expected.target),
        JSON.stringify(actual.target),
      )
    )
  }
  return undefined
}
