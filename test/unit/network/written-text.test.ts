import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { createLineSplitter } from '../../../network/lines.ts'
import { isUtf16, isUtf16Output, textOf, WrongEncoding } from '../../../network/written-text.ts'

const MARK = Buffer.from([0xef, 0xbb, 0xbf])
const TEXT = '{"name":"Grüße — 你好 🎉"}\n'
const LE = Buffer.from(TEXT, 'utf16le')
const BE = Buffer.from(LE).swap16()
const UTF16 = [
  Buffer.concat([Buffer.from([0xff, 0xfe]), LE]),
  Buffer.concat([Buffer.from([0xfe, 0xff]), BE]),
  LE,
  BE,
]

const decoded = (bytes: Buffer, pieces: number) => {
  const splitter = createLineSplitter(10_000, isUtf16)
  let text = ''
  for (let i = 0; i < bytes.length; i += pieces)
    for (const line of splitter.push(bytes.subarray(i, i + pieces))) text += `${line.text}\n`
  return text + splitter.rest()
}

describe('a text that somebody wrote', () => {
  it('is the same with a mark of UTF-8 and without, read at once and in pieces', () => {
    for (const bytes of [Buffer.from(TEXT), Buffer.concat([MARK, Buffer.from(TEXT)])]) {
      assert.equal(textOf(bytes), TEXT)
      for (const pieces of [1, 2, 3, 5, 1_000]) assert.equal(decoded(bytes, pieces), TEXT)
    }
    assert.equal(textOf(MARK), '')
    for (const short of ['', 'a']) assert.equal(decoded(Buffer.from(short), 1), short)
  })

  it('loses one mark, at its beginning, and nothing else', () => {
    assert.equal(textOf(Buffer.from('\uFEFF\uFEFFa\uFEFF')), '\uFEFFa\uFEFF')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        fc.pre(!/^\0|^[^]\0|\r/.test(text) && !text.startsWith('\uFEFF'))
        assert.equal(textOf(Buffer.from(text)), text)
        assert.equal(decoded(Buffer.from(text), 1), text)
      }),
    )
  })

  it('is refused in UTF-16, of either order, with and without its mark', () => {
    for (const bytes of UTF16) {
      assert.throws(() => textOf(bytes), WrongEncoding)
      assert.throws(() => decoded(bytes, 1), WrongEncoding)
      assert.ok(isUtf16Output(bytes))
    }
  })

  it('may be anything at all where a program prints it', () => {
    const raw = [
      [0, 5],
      [5, 0, 7, 0],
      [0, 0, 1, 0],
      [0xff, 0xfe],
      [0xff, 0xfe, 0xff, 0xfe],
      [0x7b, 0, 0, 0],
      [],
    ]
    for (const bytes of raw) assert.equal(isUtf16Output(Buffer.from(bytes)), false, String(bytes))
  })
})
