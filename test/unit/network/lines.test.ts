import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createLineSplitter } from '../../../network/lines.ts'

/** Cuts `bytes` at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map(p => p % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return edges.slice(1).map((end, i) => bytes.subarray(edges[i], end))
}

describe('the line splitter', () => {
  const line = fc.string({ unit: 'binary' }).map(text => text.replace(/[\r\n]/g, ''))

  it('gives the same lines however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(line), line, fc.array(fc.nat()), (lines, rest, places) => {
        const splitter = createLineSplitter(1000)
        const stream = Buffer.from(lines.map(l => `${l}\n`).join('') + rest)
        const found = cut(stream, places).flatMap(chunk => splitter.push(chunk))
        assert.deepEqual(
          found,
          lines.map(l => ({ text: Buffer.from(l).toString(), ends: true })),
        )
        assert.equal(splitter.rest(), Buffer.from(rest).toString())
      }),
    )
  })

  it('takes line ends of Windows', () => {
    const found = createLineSplitter(10).push(Buffer.from('a\r\nb\r\n\r\n'))
    assert.deepEqual(
      found.map(({ text }) => text),
      ['a', 'b', ''],
    )
  })

  it('gives a line over the limit in parts, none of which is longer, and loses no character', () => {
    const long = fc
      .string({ unit: 'binary', maxLength: 60 })
      .map(text => text.replace(/[\r\n\uD800-\uDFFF]/g, ''))
    fc.assert(
      fc.property(
        long,
        fc.integer({ min: 4, max: 12 }),
        fc.boolean(),
        fc.array(fc.nat()),
        (text, limit, ends, places) => {
          const splitter = createLineSplitter(limit)
          const stream = Buffer.from(`ok\n${text}${ends ? '\n' : ''}`)
          const [first, ...parts] = cut(stream, places).flatMap(chunk => splitter.push(chunk))
          assert.deepEqual(first, { text: 'ok', ends: true })
          assert.equal(parts.map(part => part.text).join('') + splitter.rest(), text)
          for (const part of parts) assert.ok(Buffer.byteLength(part.text) <= limit)
          assert.ok(Buffer.byteLength(splitter.rest()) <= limit)
          assert.equal(parts.filter(part => part.ends).length, ends ? 1 : 0)
          assert.equal(
            parts.some(part => !part.ends),
            Buffer.byteLength(text) > limit,
          )
        },
      ),
    )
  })

  it('is fast for a line in very many pieces', () => {
    const splitter = createLineSplitter(1_000_000)
    for (let i = 0; i < 200_000; i++) splitter.push(Buffer.of(0x61))
    assert.deepEqual(splitter.push(Buffer.from('\n')), [{ text: 'a'.repeat(200_000), ends: true }])
  })
})
