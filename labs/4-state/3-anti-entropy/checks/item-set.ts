/** The checker's own copy of what a node has, and the digests that follow from it. */
import { createHash } from 'node:crypto'

export const DIGITS = [...'0123456789abcdef']
/** The digest of no ids. */
export const NOTHING = 'e3b0c44298fc1c14'
/** An `ids` message lists at most so many. */
export const MOST_LISTED = 16
export const MOST_ITEMS = 1_000
export const MOST_BYTES = 256

/**
 * Numbers n for which the id of the text "deep-n" begins with 00000. They were found by trying all numbers from 0 on, with Python's hashlib.
 */
const DEEP = [
  645382, 2150558, 2546647, 4725600, 4752733, 5464614, 6540478, 6712133, 8710966, 9529699, 10280094, 11017293,
  11061667, 13454680, 13652826, 13715254, 13784296, 17248115, 17681631, 19144473, 20312098, 20382110,
  21593087, 22402164,
]
export const DEEP_PREFIX = '00000'
export const deepItems = (): Buffer[] => DEEP.map(n => Buffer.from(`deep-${n}`))

const sha256 = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest()

export const idOf = (item: Buffer): string => sha256(item).toString('hex')

/** Of ids in any order. */
export const digestOf = (ids: readonly string[]): string =>
  sha256(ids.toSorted().join('')).toString('hex').slice(0, 16)

export class ItemSet {
  readonly items = new Map<string, Buffer>()

  constructor(items: readonly Buffer[] = []) {
    this.add(...items)
  }

  add(...items: readonly Buffer[]): void {
    for (const item of items) this.items.set(idOf(item), item)
  }

  get count(): number {
    return this.items.size
  }

  get digest(): string {
    return digestOf([...this.items.keys()])
  }

  /** The ids that begin with it. */
  under(prefix: string): string[] {
    return [...this.items.keys()].filter(id => id.startsWith(prefix))
  }

  /** The digests of a `digests` message. */
  hashes(prefix: string): string[] {
    const ids = this.under(prefix)
    return DIGITS.map(digit => digestOf(ids.filter(id => id.startsWith(prefix + digit))))
  }
}

/** What beginners make of a digest, for the hint of one that is wrong. */
export function misconception(got: unknown, ids: readonly string[]): string {
  const sorted = ids.toSorted()
  const others: [string, Buffer | string][] = [
    ['is there a comma between the ids? Join them without anything in between.', sorted.join(',')],
    ['is there a line end between the ids? Join them without anything in between.', sorted.join('\n')],
    ['is there a space between the ids? Join them without anything in between.', sorted.join(' ')],
    ['do you hash a JSON array? Hash the ids, joined without anything in between.', JSON.stringify(sorted)],
    [
      'do you hash the bytes that the ids stand for? Hash their hex digits, as text.',
      Buffer.from(sorted.join(''), 'hex'),
    ],
    ['are the ids in reverse order?', sorted.toReversed().join('')],
  ]
  const text = String(got)
  for (const [hint, data] of others)
    if (ids.length > 0 && sha256(data).toString('hex').startsWith(text.slice(0, 16))) return hint
  if (ids.length === 0) return `the digest of no ids is ${NOTHING}, the SHA-256 of nothing.`
  if (text.length !== 16) return 'a digest is the first 16 hex digits of the SHA-256.'
  if (text === xor(ids).slice(0, 16))
    return 'do you XOR the ids? A digest is the SHA-256 of all of them, sorted and joined.'
  return 'are the ids sorted before you hash them, and is each there once?'
}

function xor(ids: readonly string[]): string {
  const sum = Buffer.alloc(32)
  for (const id of ids) Buffer.from(id, 'hex').forEach((byte, i) => (sum[i]! ^= byte))
  return sum.toString('hex')
}
