/** Exercise 2.3 beside cborg, with the deterministic encoding of RFC 8949. */
import assert from 'node:assert/strict'
import * as cborg from 'cborg'
import fc from 'fast-check'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { formatDiagnostic, parseDiagnostic, type CborValue } from '../../../../labs/exercise/diagnostic.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { startSolution } from '../../../kit/running-solution.ts'

const rfc8949 = cborg.rfc8949EncodeOptions

const values: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n }),
    fc.integer({ min: -1000, max: 1000 }).map(BigInt),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(true, false, null),
    fc.array(tie('value')),
    fc
      .array(fc.tuple(fc.oneof(fc.string({ unit: 'binary' }), fc.integer().map(BigInt)), tie('value')))
      .map(pairs => new Map<CborValue, CborValue>(pairs)),
  ),
})).value

describe('the solution of 2.3', () => {
  let program: Program
  before(async () => void (program = await startSolution('2.3')))
  after(async () => {
    await program.stop()
    await removeFolders()
  })

  it('writes what cborg writes, and reads what it wrote', async () => {
    await fc.assert(
      fc.asyncProperty(values, async value => {
        const text = formatDiagnostic(value)
        const theirs = Buffer.from(cborg.encode(value, rfc8949))
        const ours = await program.call('encode', { value: text })
        assert.equal(ours['bytes'], theirs.toString('hex'))
        const read = await program.call('decode', { bytes: theirs.toString('hex') })
        assert.equal(
          formatDiagnostic(parseDiagnostic(read['value'] as string)),
          formatDiagnostic(sorted(value)),
        )
        assert.deepEqual(
          cborg.decode(Buffer.from(ours['bytes'] as string, 'hex'), {
            useMaps: true,
            rejectDuplicateMapKeys: true,
          }),
          cborg.decode(theirs, { useMaps: true }),
        )
      }),
    )
  })
})

/** With the keys of maps in the order of their bytes. */
function sorted(value: CborValue): CborValue {
  if (Array.isArray(value)) return value.map(sorted)
  if (!(value instanceof Map)) return value
  const pairs = [...value].map(([key, item]) => [key, sorted(item), cborg.encode(key, rfc8949)] as const)
  return new Map(pairs.sort((a, b) => Buffer.compare(a[2], b[2])).map(([key, item]) => [key, item]))
}
