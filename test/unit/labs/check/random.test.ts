import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createRandom } from '../../../../labs/check/kit/random.ts'

const seed = fc.integer({ min: 0, max: 0xffff_ffff })

describe('random numbers from a seed', () => {
  it('are the same for the same seed and name, whatever was drawn before', () => {
    fc.assert(
      fc.property(seed, fc.string(), fc.nat(50), (s, name, before) => {
        const [a, b] = [createRandom(s), createRandom(s)]
        a.bytes(before)
        assert.deepEqual(a.split(name).bytes(40), b.split(name).bytes(40))
      }),
    )
  })

  it('differ between seeds and between names', () => {
    const streams = new Set<string>()
    for (let s = 0; s < 200; s++) {
      for (const name of ['a', 'b', '']) streams.add(createRandom(s).split(name).bytes(16).toString('hex'))
    }
    assert.equal(streams.size, 600)
  })

  it('stay the ones that printed seeds stand for', () => {
    assert.equal(createRandom(1).split('half-close').bytes(8).toString('hex'), 'b04c6ecacc017cdb')
    assert.equal(createRandom(0xffff_ffff).split('fifty').bytes(8).toString('hex'), '3884455dc3c51ed6')
  })

  it('reach every value of a range, and none outside', () => {
    const random = createRandom(3)
    const seen = new Set(Array.from({ length: 500 }, () => random.int(-2, 3)))
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [-2, -1, 0, 1, 2, 3],
    )
  })

  it('give every byte about equally often', () => {
    const counts = new Array<number>(256).fill(0)
    for (const byte of createRandom(4).bytes(256 * 400)) counts[byte]!++
    // 400 expected, with a standard deviation of 20: six of them, and the seed is fixed.
    assert.ok(Math.min(...counts) > 280 && Math.max(...counts) < 520)
  })

  it('shuffle without losing anything', () => {
    fc.assert(
      fc.property(seed, fc.array(fc.integer()), (s, items) => {
        const shuffled = createRandom(s).shuffle(items)
        assert.deepEqual([...shuffled].sort(), [...items].sort())
      }),
    )
  })

  it('cut bytes into pieces that make them up, none empty', () => {
    fc.assert(
      fc.property(seed, fc.uint8Array({ minLength: 1 }), fc.integer({ min: 1, max: 20 }), (s, bytes, n) => {
        const pieces = createRandom(s).cut(Buffer.from(bytes), n)
        assert.deepEqual(Buffer.concat(pieces), Buffer.from(bytes))
        assert.ok(pieces.length <= n && pieces.every(piece => piece.length > 0))
        if (n === 2 && bytes.length > 1) assert.equal(pieces.length, 2)
      }),
    )
  })
})
