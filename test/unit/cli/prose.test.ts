import assert from 'node:assert/strict'
import { prose } from '../../../cli/prose.ts'

describe("the labs' Markdown in a terminal", () => {
  it('is fitted to its width, paragraph by paragraph', () => {
    const text = prose('one two\nthree four five\n\nsix seven-eight-nine-ten', 10)
    assert.equal(text, 'one two\nthree four\nfive\n\nsix\nseven-eight-nine-ten\n')
  })
  it('keeps code, tables and lists as they are', () => {
    const fixed = '```ts\nconst a =    1\n```\n\n| a | b |\n| - | - |\n\n- one two three\n- four five six\n'
    assert.equal(prose(fixed, 10), fixed)
  })
  it('is as it stands where nobody knows a width', () => {
    assert.equal(prose('\na b\nc\n\n'), 'a b\nc\n')
  })
})
