/** Exercise 2.1 beside libraries that real programs use. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import * as uint8Varint from 'uint8-varint'
import * as varuintBitcoin from 'varuint-bitcoin'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { startSolution } from '../../../kit/running-solution.ts'

describe('the solution of 2.1', () => {
  let program: Program
  before(async () => void (program = await startSolution('2.1')))
  after(async () => {
    await program.stop()
    await removeFolders()
  })

  const encode = async (format: string, value: bigint): Promise<Buffer> => {
    const { bytes } = await program.call('encode', { format, value: String(value) })
    return Buffer.from(bytes as string, 'hex')
  }
  const decode = (format: string, bytes: Uint8Array) =>
    program.call('decode', { format, bytes: Buffer.from(bytes).toString('hex') })

  it('writes and reads the CompactSizes of varuint-bitcoin', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.integer({ min: 0, max: 63 }),
        async (wide, shift) => {
          const value = wide >> BigInt(shift)
          const { buffer } = varuintBitcoin.encode(value)
          assert.deepEqual(await encode('compactsize', value), Buffer.from(buffer))
          assert.deepEqual(await decode('compactsize', buffer), {
            value: String(value),
            length: buffer.length,
          })
          assert.equal(varuintBitcoin.decode(await encode('compactsize', value)).bigintValue, value)
        },
      ),
    )
  })

  it('writes and reads the varints of uint8-varint, which libp2p uses', async () => {
    // It works with numbers: up to 2^53 - 1.
    await fc.assert(
      fc.asyncProperty(fc.maxSafeNat(), fc.integer({ min: 0, max: 52 }), async (wide, shift) => {
        const value = Math.floor(wide / 2 ** shift)
        const bytes = uint8Varint.encode(value)
        assert.deepEqual(await encode('varint', BigInt(value)), Buffer.from(bytes))
        assert.deepEqual(await decode('varint', bytes), { value: String(value), length: bytes.length })
        assert.equal(uint8Varint.decode(await encode('varint', BigInt(value))), value)
      }),
    )
  })
})
