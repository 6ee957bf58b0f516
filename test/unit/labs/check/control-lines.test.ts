import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createLineSplitter, parseLine } from '../../../../labs/check/engine/control-lines.ts'
import { parseCommand } from '../../../../labs/learner/control.ts'
import { toJson, withBuffers } from '../../../../labs/learner/bytes.ts'

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
        const splitter = createLineSplitter()
        const stream = Buffer.from(lines.map(l => `${l}\n`).join('') + rest)
        const found = cut(stream, places).flatMap(chunk => splitter.push(chunk))
        assert.deepEqual(
          found,
          lines.map(l => Buffer.from(l).toString()),
        )
        assert.equal(splitter.rest(), Buffer.from(rest).toString())
      }),
    )
  })

  it('takes line ends of Windows', () => {
    assert.deepEqual(createLineSplitter().push(Buffer.from('a\r\nb\r\n\r\n')), ['a', 'b', ''])
  })

  it('refuses a line over the limit, whether it ends or not, and however it is cut', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.boolean(), fc.array(fc.nat()), (length, ends, places) => {
        const splitter = createLineSplitter(10)
        const chunks = cut(Buffer.from(`ok\n${'x'.repeat(length)}${ends ? '\n' : ''}`), places)
        const refused = chunks.some(chunk => splitter.push(chunk) === 'too long')
        assert.equal(refused, length > 10)
      }),
    )
  })

  it('is fast for a line in very many pieces', () => {
    const splitter = createLineSplitter()
    for (let i = 0; i < 200_000; i++) splitter.push(Buffer.of(0x61))
    assert.deepEqual(splitter.push(Buffer.from('\n')), ['a'.repeat(200_000)])
  })
})

describe('a line of the program', () => {
  it('never throws, and is a log line unless it is a JSON object with the key p2plab', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), text => {
        const { kind } = parseLine(text)
        if (kind !== 'log') assert.ok(Object.hasOwn(JSON.parse(text) as object, 'p2plab'))
      }),
      { numRuns: 1000 },
    )
  })

  it('is bad when it has the key and is none of the contract', () => {
    fc.assert(
      fc.property(fc.record({ p2plab: fc.string(), id: fc.anything() }), value => {
        if (['ready', 'reply', 'error', 'event'].includes(value.p2plab)) return
        assert.equal(parseLine(JSON.stringify(value)).kind, 'bad')
      }),
    )
    const bad = [
      '{"p2plab":"ready"}',
      '{"p2plab":"ready","contract":2}',
      '{"p2plab":"reply","id":1}',
      '{"p2plab":"reply","id":1.5,"result":{}}',
      '{"p2plab":"reply","id":"1","result":{}}',
      '{"p2plab":"reply","id":1,"result":3}',
      '{"p2plab":"error","id":1}',
      '{"p2plab":"event"}',
      '{"p2plab":null}',
    ]
    for (const line of bad) assert.equal(parseLine(line).kind, 'bad', line)
  })

  it('is a control line when it is one of the contract', () => {
    const lines = [
      { p2plab: 'ready', contract: 1 },
      { p2plab: 'reply', id: 1, result: { port: 49321 } },
      { p2plab: 'error', id: 1, message: 'port in use' },
      { p2plab: 'event', event: 'delivered', data: { a: [1] } },
    ]
    for (const message of lines) {
      assert.deepEqual(parseLine(` ${JSON.stringify(message)} `), { kind: 'control', message })
    }
  })
})

describe("a command to the learner's runner", () => {
  it('never throws, and is a command or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => {
        const command = parseCommand(text)
        if (command) assert.equal(typeof command.op, 'string')
      }),
    )
    fc.assert(
      fc.property(fc.integer(), fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), (id, op, args) => {
        const text = JSON.stringify({ id, op, args })
        assert.deepEqual(parseCommand(text), JSON.parse(text))
      }),
    )
  })

  it('carries bytes both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        const hex = Buffer.from(bytes).toString('hex')
        const args = withBuffers('send', { bytes: hex, other: hex })
        assert.deepEqual(args, { bytes: Buffer.from(bytes), other: hex })
        assert.equal(
          toJson({ deep: [{ any: bytes }], bytes: args['bytes'] }),
          JSON.stringify({ deep: [{ any: hex }], bytes: hex }),
        )
      }),
    )
  })
})
