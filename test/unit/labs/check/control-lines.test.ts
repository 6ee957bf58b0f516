import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseLine } from '../../../../labs/check/engine/control-lines.ts'
import { parseCommand } from '../../../../labs/learner/control.ts'
import { toJson, forLearner } from '../../../../labs/learner/values.ts'

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

  it('takes null for the result of an op that returns nothing, as Python and others write it', () => {
    assert.deepEqual(parseLine('{"p2plab":"reply","id":1,"result":null}'), {
      kind: 'control',
      message: { p2plab: 'reply', id: 1, result: {} },
    })
  })

  it('says what is wrong with a bad line in the words of the contract, and shows no more of it than fits', () => {
    const problem = (line: object) => {
      const parsed = parseLine(JSON.stringify(line))
      return parsed.kind === 'bad' ? parsed.problem : ''
    }
    assert.equal(
      problem({ p2plab: 'reply', id: 1, result: 49321 }),
      '"result" must be an object with named fields, such as {"port":49321}, but it is the number 49321',
    )
    assert.match(problem({ p2plab: 'reply', id: 1 }), /^"result" must be an object .*, but it is missing$/)
    assert.match(
      problem({ p2plab: 'reply', id: '1', result: {} }),
      /^"id" must be the whole number .* but it is the string "1"$/,
    )
    assert.match(problem({ p2plab: 'hello' }), /^"p2plab" must be "ready", .* but it is the string "hello"$/)
    const long = problem({ p2plab: 'reply', id: 1, result: 'ab\n'.repeat(73_000) })
    assert.match(long, /but it is a string of 219,000 characters/)
    assert.ok(long.length < 250 && !long.includes('\n'), long)
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
        const args = forLearner('send', { bytes: hex, other: hex })
        assert.deepEqual(args, { bytes: Buffer.from(bytes), other: hex })
        assert.deepEqual(forLearner('send', { bytes: [hex, ''] }), {
          bytes: [Buffer.from(bytes), Buffer.alloc(0)],
        })
        assert.equal(
          toJson({ deep: [{ any: bytes }], bytes: args['bytes'] }),
          JSON.stringify({ deep: [{ any: hex }], bytes: hex }),
        )
      }),
    )
  })
})
