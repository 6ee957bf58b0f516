/** Records of a newer version: fields that this version does not know survive. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import type { CborValue } from '../../../exercise/diagnostic.ts'
import exercise from '../exercise.ts'
import { encodeCbor, encodeMap, head } from './cbor.ts'
import { expectUpdated, hex } from './expect.ts'

const fromHex = (hex: string) => Buffer.from(hex, 'hex')

export async function updates(t: CheckContext): Promise<void> {
  const entry = (key: CborValue, value: Buffer) => [encodeCbor(key), value] as const
  const unknown = [
    entry('score', fromHex('fb3ff199999999999a')),
    entry('when', fromHex('c11a514b67b0')),
    entry(7n, fromHex('f7')),
    // Not in its shortest form: byte for byte means this, too.
    entry('odd', head(0, 5n, 4)),
    entry('parts', fromHex('9f01f97e00bf6161d9d9f7f6ffff')),
    entry(
      'more',
      encodeMap(
        [
          [encodeCbor('z'), Buffer.of(1)],
          [encodeCbor('a'), Buffer.of(2)],
        ],
        false,
      ),
    ),
  ]
  const height = BigInt(t.random.int(100, 1_000_000))
  const known = [entry('height', encodeCbor(1n)), entry('name', encodeCbor('a peer'))]
  const set = new Map<CborValue, CborValue>([['height', height]])
  const changed = [entry('height', encodeCbor(height)), known[1]!]
  const hint = (actual: Buffer): string => {
    if (unknown.some(([, value]) => !actual.includes(value)))
      return `are the values that you do not know still the same bytes? Do not decode them: take them as they are${inNode(' (subarray)')}, floats, tags and odd forms included.`
    if (actual.length !== encodeMap([...unknown, ...changed]).length)
      return 'is each key there once, and is nothing lost? A key of set replaces the one of the record.'
    return 'are all keys in the order of their bytes again?'
  }
  const all = t.random.shuffle([...unknown, ...known])
  await expectUpdated(t, encodeMap(all, false), set, encodeMap([...unknown, ...changed]), hint)
  await expectUpdated(t, encodeMap(all, false), new Map(), encodeMap(all), hint)
  // A new field, and a record of indefinite length.
  const added = new Map<CborValue, CborValue>([
    ['agent', 'p2p-lab'],
    [1n, [null]],
  ])
  const indefinite = Buffer.concat([Buffer.of(0xbf), ...all.flat(), Buffer.of(0xff)])
  await expectUpdated(
    t,
    indefinite,
    added,
    encodeMap([...all, entry('agent', encodeCbor('p2p-lab')), entry(1n, encodeCbor([null]))]),
    hint,
  )
  // The same key, written with a longer head.
  const long = encodeMap([[head(0, 1n, 8), encodeCbor('old')]], false)
  await expectUpdated(
    t,
    long,
    new Map([[1n, 'new']]),
    encodeCbor(new Map([[1n, 'new']])),
    () => 'a key is the same whatever its head: compare keys by their value, or by their shortest encoding.',
  )
  for (const bytes of [
    encodeCbor([1n]),
    encodeCbor(new Map([[1n, 2n]])).subarray(0, 2),
    Buffer.concat([encodeCbor(new Map()), Buffer.of(0)]),
  ]) {
    t.doing(`The checker asked to set {"height": 1} in ${hex(bytes)}, which is not exactly one map.`)
    const { result } = await t.ask(exercise.ops.update, { bytes, set: '{"height": 1}' })
    if (result === undefined) continue
    t.fail({
      op: 'update',
      expected: 'an error.',
      got: `${hex(result.bytes)}.`,
      hint: 'does update refuse what is not exactly one map?',
    })
  }
}
