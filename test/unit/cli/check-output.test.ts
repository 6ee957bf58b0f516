import assert from 'node:assert/strict'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { resultLines, summary } from '../../../cli/check-output.ts'

const result = {
  id: 'stop',
  title: 'Refuses connections',
  verdict: 'fail' as const,
  ms: 31,
  message: `${'word '.repeat(40)}end\n  expected  00000000  ${'00 '.repeat(60)}\nSeed: 1`,
}

describe('the result of a check in a terminal', () => {
  it('is a line with a mark, a word, the title, the id and the time; then the message, indented', () => {
    const lines = resultLines(result).split('\n')
    assert.equal(lines[0], '✗ fail  Refuses connections (stop, 31 ms)')
    assert.deepEqual(
      lines.slice(1, 4),
      result.message.split('\n').map(line => `    ${line}`),
    )
    assert.deepEqual(lines.slice(4), ['', ''])
    const { message: _, ...passed } = result
    assert.equal(resultLines({ ...passed, verdict: 'pass' }), '✓ pass  Refuses connections (stop, 31 ms)\n')
  })

  it('fits the width of the terminal where it is text, and stays whole where it is a table', () => {
    fc.assert(
      fc.property(fc.integer({ min: 44, max: 300 }), width => {
        const text = stripVTControlCharacters(resultLines(result, width))
        const lines = text.split('\n')
        for (const line of lines.slice(1))
          assert.ok(line.length <= width || line.startsWith('      expected'), line)
        assert.ok(lines.some(line => line.includes('00 '.repeat(60).trim())))
        assert.equal(text.match(/word/g)?.length, 40)
      }),
    )
  })

  it('has figures as a table, with the numbers to the right', () => {
    const { message: _, ...passed } = result
    const figures = [
      { name: 'Messages per broadcast', value: '16', reference: '8' },
      { name: 'Hops', value: '4' },
    ]
    assert.deepEqual(
      resultLines({ ...passed, verdict: 'pass', figures })
        .split('\n')
        .slice(1),
      [
        '      Figure                  Yours  Reference',
        '      Messages per broadcast     16          8',
        '      Hops                        4          -',
        '',
      ],
    )
  })

  it('is not broken by words that are longer than a line', () => {
    const text = resultLines({ ...result, message: `a ${'x'.repeat(500)} b` }, 80)
    assert.ok(text.includes('x'.repeat(500)))
  })
})

describe('the last line', () => {
  it('counts what passed and tells the seed', () => {
    const line = summary({ exercise: '1.1', verdict: 'fail', seed: 7, ms: 1234, checks: [result] })
    assert.equal(line, 'Exercise 1.1: fail. 0 of 1 checks passed in 1.2 s. Seed 7.\n')
  })
})
