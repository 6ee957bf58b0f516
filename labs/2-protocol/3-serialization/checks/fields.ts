/** The fields of a record as the bytes that they are, whatever they hold: `update` keeps them so. */
import { formatDiagnostic, type CborValue } from '../../../exercise/diagnostic.ts'
import { encodeCbor, head } from './cbor.ts'

export interface Field {
  name: CborValue
  /** The bytes of the name: its shortest encoding or a longer one. */
  key: Buffer
  value: Buffer
}

export const field = (name: CborValue, value: Buffer, key = encodeCbor(name)): Field => ({ name, key, value })

export const toFields = (map: ReadonlyMap<CborValue, CborValue>): Field[] =>
  [...map].map(([name, value]) => field(name, encodeCbor(value)))

/** The fields as a map, in this order, with as many bytes for their number as `width` says; left out: as few as will do. */
export const record = (fields: readonly Field[], width?: 1 | 2 | 4 | 8): Buffer =>
  Buffer.concat([head(5, BigInt(fields.length), width), ...fields.flatMap(({ key, value }) => [key, value])])

/** As a map that goes on until a break. */
export const endlessRecord = (fields: readonly Field[]): Buffer =>
  Buffer.concat([Buffer.of(0xbf), ...fields.flatMap(({ key, value }) => [key, value]), Buffer.of(0xff)])

/** For a message: the name, and the bytes of both. */
export const described = ({ name, key, value }: Field): string =>
  `${formatDiagnostic(name)} (${key.toString('hex')} ${value.toString('hex')})`

/** The bytes of each key and each value of the map that `bytes` are, in their order. Throws an Error if they are not exactly one map. */
export function entriesOf(bytes: Buffer): [key: Buffer, value: Buffer][] {
  const { kind, number, end } = headAt(bytes, 0)
  if (kind !== 5) throw new Error('It is not a map.')
  const entries: [Buffer, Buffer][] = []
  const last = eachAt(bytes, end, number, at => {
    const middle = endOf(bytes, at)
    const next = endOf(bytes, middle)
    entries.push([bytes.subarray(at, middle), bytes.subarray(middle, next)])
    return next
  })
  if (last < bytes.length) throw new Error(`${bytes.length - last} bytes follow the map.`)
  return entries
}

function headAt(bytes: Buffer, at: number): { kind: number; number: bigint | undefined; end: number } {
  const first = bytes[at]
  if (first === undefined) throw new Error('Its bytes end too early.')
  const kind = first >> 5
  const info = first & 31
  if (info < 24) return { kind, number: BigInt(info), end: at + 1 }
  if (info === 31) return { kind, number: undefined, end: at + 1 }
  const end = at + 1 + 2 ** (info - 24)
  if (info > 27) throw new Error(`The byte ${first.toString(16)} begins no item.`)
  if (end > bytes.length) throw new Error('Its bytes end too early.')
  return { kind, number: BigInt(`0x${bytes.toString('hex', at + 1, end)}`), end }
}

function eachAt(bytes: Buffer, at: number, count: bigint | undefined, step: (at: number) => number): number {
  if (count === undefined) {
    while (bytes[at] !== 0xff) at = step(at)
    return at + 1
  }
  for (let i = 0n; i < count; i++) at = step(at)
  return at
}

/** Where the item at `at` ends. */
function endOf(bytes: Buffer, at: number): number {
  const { kind, number, end } = headAt(bytes, at)
  const inside = (at: number) => endOf(bytes, at)
  if (kind === 4) return eachAt(bytes, end, number, inside)
  if (kind === 5) return eachAt(bytes, end, number, at => inside(inside(at)))
  if (kind === 6) return inside(end)
  if (number === undefined) {
    if (kind === 2 || kind === 3) return eachAt(bytes, end, undefined, inside)
    throw new Error(`A byte ${bytes.toString('hex', at, at + 1)} is where an item should begin.`)
  }
  if (kind !== 2 && kind !== 3) return end
  if (number > BigInt(bytes.length - end)) throw new Error('Its bytes end too early.')
  return end + Number(number)
}
