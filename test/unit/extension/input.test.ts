import assert from 'node:assert/strict'
import fc from 'fast-check'
import { broadcastProblem, nodesProblem } from '../../../extension/network/input.ts'
import { MAX_BROADCAST_BYTES, MAX_NODES } from '../../../network/limits.ts'

describe('what is typed for the number of nodes', () => {
  it('accepts every whole number from 1 to the maximum, with spaces around it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_NODES }), n => {
        assert.equal(nodesProblem(` ${n} `), undefined)
      }),
    )
  })

  for (const typed of ['ten', '0', '-1', '1e9', '1000000000', '201', '1.5', '0x10', 'NaN', '٣', '10 nodes']) {
    it(`refuses ${typed} and says what is accepted`, () => {
      assert.equal(nodesProblem(typed), `"${typed}" is not valid. Enter a whole number from 1 to 200.`)
    })
  }

  it('asks for a number when nothing is typed', () => {
    assert.equal(nodesProblem('  '), 'Enter the number of nodes to start, a whole number from 1 to 200.')
  })

  it('accepts nothing but decimal digits, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), typed => {
        const accepted = nodesProblem(typed) === undefined
        const number = Number(typed)
        assert.equal(accepted, /^\s*\d+\s*$/.test(typed) && number >= 1 && number <= MAX_NODES)
      }),
    )
  })

  it('does not repeat a long text in full', () => {
    assert(nodesProblem('x'.repeat(10_000))!.length < 100)
  })
})

describe('what is typed as a message', () => {
  it('is accepted up to the largest broadcast, counted in bytes of UTF-8', () => {
    assert.equal(broadcastProblem('a'.repeat(MAX_BROADCAST_BYTES)), undefined)
    assert.match(
      broadcastProblem('é'.repeat(MAX_BROADCAST_BYTES / 2 + 1))!,
      /has 1048578 bytes.*limit is 1048576/,
    )
  })

  it('has at least one character', () => {
    assert.match(broadcastProblem('')!, /at least one character/)
  })
})
