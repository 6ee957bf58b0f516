import assert from 'node:assert/strict'
import fc from 'fast-check'
import { hexRow } from '../../../../network/events/hexdump.ts'
import { firstDifference, glance, hexdump } from '../../../../labs/check/transcript/hexdump.ts'
import { failureMessage, hexDiff, inconclusiveMessage } from '../../../../labs/check/engine/message.ts'
import { createTranscript } from '../../../../labs/check/transcript/transcript.ts'

const circumstances = {
  language: 'typescript' as const,
  did: 'The checker did this.',
  seed: 7,
  wire: ['one', 'two'],
  output: 'first\nlast words\n',
}

describe('the message of a failed check', () => {
  const expected = Buffer.from('0123456789abcdef0123456789abcdef')
  const actual = Buffer.from('0123456789abcdef0123456X89abcdef')
  const lines = failureMessage(
    { expected: 'this.', got: 'that.', hint: 'why?', bytes: { expected, actual } },
    circumstances,
  ).split('\n')
  const at = (start: string) => lines.findIndex(line => line.trimStart().startsWith(start))

  it('says what was done, expected and got, why perhaps, what is on the wire and printed, and the seed, in this order', () => {
    const starts = [
      'The checker did',
      'Expected: this.',
      'Got: that.',
      'expected ',
      'got ',
      'Perhaps: why?',
      'On the wire:',
    ]
    const places = [...starts, 'one', 'Your program printed:', 'last words', 'Seed: 7'].map(at)
    assert.ok(
      places.every(place => place >= 0),
      lines.join('\n'),
    )
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    )
    assert.equal(places.at(-1), lines.length - 1)
  })

  it('marks the first difference in the right column', () => {
    assert.match(lines[at('The first difference')]!, /at byte 23, counted from 0/)
    const mark = lines.find(line => /^ *\^\^$/.test(line))!.indexOf('^')
    assert.equal(lines[at('expected ')]!.slice(mark, mark + 2), '37')
    assert.equal(lines[at('got ')]!.slice(mark, mark + 2), '58')
  })

  it('marks it wherever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(), (bytes, place) => {
        const i = place % bytes.length
        const other = Buffer.from(bytes)
        other[i]! ^= 0xff
        const text = failureMessage(
          { expected: '', got: '', bytes: { expected: bytes, actual: other } },
          circumstances,
        )
        const rows = text.split('\n')
        const mark = rows.find(line => /^ *\^\^$/.test(line))!.indexOf('^')
        const row = rows.find(line => line.startsWith('  expected  '))!
        assert.equal(parseInt(row.slice(mark, mark + 2), 16), bytes[i])
      }),
    )
  })

  it('says where one side ends', () => {
    const short = failureMessage(
      { expected: '', got: '', bytes: { expected, actual: expected.subarray(0, 16) } },
      circumstances,
    )
    assert.match(short, /^ {2}got +nothing more$/m)
    assert.match(short, /at byte 16/)
  })

  it('leaves out what there is nothing to say about', () => {
    const text = failureMessage({ expected: 'a', got: 'b' }, { ...circumstances, wire: [], output: '\n' })
    assert.equal(
      text,
      'The checker did this.\nExpected: a\nGot: b\nSeed: 7 (the same seed sends the same bytes again)',
    )
  })

  it('shows only the end of what was printed, and cuts long lines', () => {
    const output = Array.from({ length: 50 }, (_, i) => `line ${i} ${'x'.repeat(1000)}`).join('\n')
    const text = failureMessage({ expected: 'a', got: 'b' }, { ...circumstances, output })
    assert.match(text, /line 49 x{200,}…/)
    assert.doesNotMatch(text, /line 43/)
    assert.ok(text.length < 3000)
  })
})

describe('the message of an inconclusive check', () => {
  it('says what was done, that nothing is proven and why, and the seed', () => {
    assert.match(
      inconclusiveMessage('it did not hit.', circumstances),
      /did this\.\nNothing is proven: it did not hit\.\n(?:.*\n)+Seed: 7/,
    )
  })
})

describe('bytes as text', () => {
  it('stand in rows of sixteen', () => {
    assert.equal(
      hexRow(Buffer.from('hello\u0000world\u00ff!', 'latin1'), 0),
      '00000000  68 65 6c 6c 6f 00 77 6f  72 6c 64 ff 21           |hello.world.!|',
    )
  })

  it('are cut around the difference, and it is said how much is left out', () => {
    const [a, b] = [Buffer.alloc(100_000, 1), Buffer.alloc(100_000, 1)]
    b[50_000] = 2
    const diff = hexDiff({ expected: a, actual: b })
    assert.notEqual(diff.expected, diff.actual)
    assert.ok(diff.expected.length < 2000)
    assert.match(diff.actual, /^\(49936 bytes before\)\n/)
    assert.match(diff.actual, /\(100000 bytes in all\)$/)
    assert.match(hexdump(Buffer.alloc(0)), /^\(0 bytes in all\)$/)
  })

  it('differ first where they differ first', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        const i = firstDifference(a, b)
        if (i === undefined) return assert.deepEqual(a, b)
        assert.deepEqual(a.subarray(0, i), b.subarray(0, i))
        assert.notEqual(a[i], b[i])
      }),
    )
  })

  it('fit on a line at a glance', () => {
    assert.equal(glance(Buffer.from('hi')), '68 69  |hi|')
    assert.equal(glance(Buffer.alloc(100), 2), '00 00 …  |..…|')
  })
})

describe('the transcript', () => {
  it('is empty when nothing happened on a socket', () => {
    const transcript = createTranscript()
    transcript.control('to program', 'listen {}')
    assert.deepEqual(transcript.lines(), [])
  })

  it('joins a run of bytes in one direction of one connection', () => {
    const transcript = createTranscript()
    for (const text of ['he', 'll', 'o']) transcript.bytes('to program', 'a', Buffer.from(text))
    transcript.bytes('to program', 'b', Buffer.from('x'))
    transcript.bytes('from program', 'b', Buffer.from('x'))
    const lines = transcript.lines()
    assert.equal(lines.length, 3)
    assert.match(
      lines[0]!,
      /ms {2}checker → program {2}a: 5 bytes in 3 parts {2}68 65 6c 6c 6f {2}\|hello\|$/,
    )
  })

  it('keeps the first and the last lines of very many, and says how many are left out', () => {
    const transcript = createTranscript()
    for (let i = 0; i < 1000; i++) transcript.note('to program', 'a', 'close', `note ${i}.`)
    const text = transcript.lines().join('\n')
    assert.match(text, /note 0\./)
    assert.match(text, /988 lines left out/)
    assert.match(text, /note 999\.$/)
    assert.equal(transcript.lines().length, 13)
  })
})
