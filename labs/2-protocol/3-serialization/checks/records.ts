/** Records of a newer version: fields that this version does not know survive. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { hinted, inNode } from '../../../check/kit/finding.ts'
import { formatDiagnostic, type CborValue } from '../../../exercise/diagnostic.ts'
import exercise from '../exercise.ts'
import { encodeCbor, head, isSame } from './cbor.ts'
import { hex, shown } from './expect.ts'
import { described, endlessRecord, entriesOf, field, record, toFields, type Field } from './fields.ts'

const { update } = exercise.ops

const fromHex = (hex: string) => Buffer.from(hex, 'hex')

/** What a version that does not know these fields may not even decode. */
const UNKNOWN: readonly Field[] = [
  field('score', fromHex('fb3ff199999999999a')),
  field('when', fromHex('c11a514b67b0')),
  field(7n, fromHex('f7')),
  // Not in its shortest form: byte for byte means this, too.
  field('odd', head(0, 5n, 4)),
  field('parts', fromHex('9f01f97e00bf6161d9d9f7f6ffff')),
  field('pieces', fromHex('5f41014102ff')),
  field('unsorted', fromHex('a2617a01616102')),
  field('not UTF-8', fromHex('62c328')),
  field('twice', fromHex('a201010102')),
  // Names may be written in an odd form as well.
  field(8n, fromHex('01'), head(0, 8n, 8)),
  field('long', fromHex('02'), Buffer.concat([head(3, 4n, 2), Buffer.from('long')])),
]

export async function updates(t: CheckContext): Promise<void> {
  const known = toFields(
    new Map<CborValue, CborValue>([
      ['height', 1n],
      ['name', 'a peer'],
    ]),
  )
  const all = t.random.shuffle([...UNKNOWN, ...known])
  const height = new Map([['height', BigInt(t.random.int(100, 1_000_000))]])
  await expectUpdated(t, record(all), all, height)
  await expectUpdated(t, record(all), all, new Map())
  // New fields, and a record of indefinite length.
  const added = new Map<CborValue, CborValue>([
    ['agent', 'p2p-lab'],
    [1n, [null]],
  ])
  await expectUpdated(t, endlessRecord(all), all, added)
  await expectUpdated(t, endlessRecord(all), all, height)
  // The same key, written with a longer head.
  const long = [field(1n, encodeCbor('old'), head(0, 1n, 8))]
  await expectUpdated(t, record(long), long, new Map([[1n, 'new']]))
  // Names that look alike, and a map as the new value of a field that is a map.
  const alike = toFields(
    new Map<CborValue, CborValue>([
      [1n, 'an integer'],
      ['1', 'a text'],
      [true, 'a simple value'],
      [Buffer.from('1'), 'bytes'],
      ['more', new Map([['a', 1n]])],
    ]),
  )
  for (const name of [1n, '1', true, Buffer.from('1')])
    await expectUpdated(t, record(alike), alike, new Map([[name, 'new']]), LOST)
  await expectUpdated(t, record(alike), alike, new Map([['more', new Map([['b', 2n]])]]))
  // The number of entries gets a longer head, or has one that is longer than needed.
  const many = Array.from({ length: 23 }, (_, i) => field(`f${i}`, Buffer.of(i)))
  await expectUpdated(t, record(many), many, added)
  for (const width of [1, 4] as const) await expectUpdated(t, record(known, width), known, added)
  await refusesOthers(t)
}

/** Whether each field that is not in `set` is there byte for byte, each that is in it once, and nothing else. In any order. */
async function expectUpdated(
  t: CheckContext,
  bytes: Buffer,
  fields: readonly Field[],
  set: ReadonlyMap<CborValue, CborValue>,
  hintOfError = 'values that you do not know may be of any kind: skip them, do not decode them.',
): Promise<void> {
  const text = formatDiagnostic(set)
  t.doing(`The checker asked to set ${shown(text)} in the record ${hex(bytes)}.`)
  const { bytes: actual } = await hinted(t.call(update, { bytes, set: text }), hintOfError)
  const fail = (expected: string, hint: string, got = '') =>
    t.fail({ op: update.name, expected, got: `${hex(actual)}.${got}`, hint })
  const names = [...set.keys()]
  const kept = fields.filter(({ name }) => !names.some(other => isSame(other, name)))
  const left = entriesIn(actual, problem => fail('exactly one map.', HEAD, ` ${problem}`))
  const take = (keys: readonly Buffer[], value: Buffer): boolean => {
    const at = left.findIndex(([key, other]) => keys.some(one => one.equals(key)) && other.equals(value))
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  }
  for (const one of kept) {
    if (take([one.key], one.value)) continue
    const valueOf = (wanted: Buffer) => left.find(([key]) => key.equals(wanted))?.[1]
    const instead = valueOf(one.key)
    const overwritten = instead !== undefined && toFields(set).some(({ value }) => value.equals(instead))
    const hint = instead && !overwritten ? VALUES : !instead && valueOf(encodeCbor(one.name)) ? KEYS : LOST
    fail(`a map with the entry ${shown(described(one))}, as in the record.`, hint)
  }
  for (const one of toFields(set)) {
    // The key in the record may be written in another form, and stay so.
    const there = fields.filter(({ name }) => isSame(name, one.name)).map(({ key }) => key)
    if (take([one.key, ...there], one.value)) continue
    fail(
      `a map with the entry ${shown(described(one))}.`,
      'does each entry of set replace the whole value of its key, or come as a new one if the key is not there?',
    )
  }
  if (left.length > 0)
    fail(
      `one entry for each key, ${kept.length + set.size} in all.`,
      'is each key there once? An entry of set replaces the one with the same key. A key is the same whatever its head: compare keys by their value, or by their shortest encoding.',
      ` It also has the entry ${hex(left[0]![0])} ${hex(left[0]![1])}.`,
    )
}

const HEAD =
  'does the head of the map say how many entries it has now? The number may need a longer head, and a map of indefinite length ends with a break behind its last entry.'
const VALUES = `are the values that you do not know still the same bytes? Do not decode them: take them as they are${inNode(' (subarray)')}, floats, tags and odd forms included.`
const LOST =
  'is every entry that set does not name still there? Keys of different kinds are different keys, even if they look alike as text.'
const KEYS =
  'are the keys that you do not set still the same bytes, also where their head is longer than needed?'

function entriesIn(bytes: Buffer, refuse: (problem: string) => never): [key: Buffer, value: Buffer][] {
  try {
    return entriesOf(bytes)
  } catch (error) {
    return refuse((error as Error).message)
  }
}

async function refusesOthers(t: CheckContext): Promise<void> {
  for (const bytes of [
    encodeCbor([1n]),
    encodeCbor(new Map([[1n, 2n]])).subarray(0, 2),
    Buffer.concat([encodeCbor(new Map()), Buffer.of(0)]),
  ]) {
    t.doing(`The checker asked to set {"height": 1} in ${hex(bytes)}, which is not exactly one map.`)
    const { result } = await t.ask(update, { bytes, set: '{"height": 1}' })
    if (result === undefined) continue
    t.fail({
      op: update.name,
      expected: 'an error.',
      got: `${hex(result.bytes)}.`,
      hint: 'does update refuse what is not exactly one map?',
    })
  }
}
