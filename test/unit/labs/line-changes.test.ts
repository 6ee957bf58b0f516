import assert from 'node:assert/strict'
import fc from 'fast-check'
import { lineChanges } from '../../../labs/workspace/line-changes.ts'

describe('The lines that two texts differ by', () => {
  it('are those that were added and removed, whatever the line ends', () => {
    assert.deepEqual(lineChanges('a\nb\nc\n', 'a\r\nb\r\nc'), { added: 0, removed: 0 })
    assert.deepEqual(lineChanges('a\nb\nc\n', 'a\nx\ny\nc\n'), { added: 2, removed: 1 })
    assert.deepEqual(lineChanges('', 'a\nb\n'), { added: 2, removed: 0 })
    assert.deepEqual(lineChanges('b\na\nb\n', 'a\nb\na\n'), { added: 1, removed: 1 })
  })

  it('are the same the other way round, and make up for the difference in length', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
    fc.assert(
      fc.property(text, text, (before, after) => {
        const [a, b] = [before, after].map(lines => lines.map(line => `${line}\n`).join('')) as [
          string,
          string,
        ]
        const { added, removed } = lineChanges(a, b)!
        assert.equal(added - removed, after.length - before.length)
        assert.deepEqual(lineChanges(b, a), { added: removed, removed: added })
      }),
    )
  })

  it('are not counted where that would take long', () => {
    const text = (word: string) => Array.from({ length: 6_000 }, (_, i) => `${word} ${i}\n`).join('')
    assert.equal(lineChanges(text('a'), text('b')), undefined)
    assert.deepEqual(lineChanges(text('a'), `${text('a')}more\n`), { added: 1, removed: 0 })
  })
})
