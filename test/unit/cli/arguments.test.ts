import assert from 'node:assert/strict'
import fc from 'fast-check'
import { integer, oneLine, oneOf, parseArguments, string } from '../../../cli/arguments.ts'
import { UsageError, type Command } from '../../../cli/command.ts'
import { COMMANDS } from '../../../cli/commands.ts'
import { help, helpFor } from '../../../cli/help.ts'

const command: Command = {
  name: 'do',
  summary: 'Does.',
  usage: 'do WHAT [--nodes N] [--json]',
  positionals: ['WHAT'],
  options: {
    nodes: { type: 'string', value: 'N', description: 'How many.' },
    json: { type: 'boolean', description: 'As JSON.' },
  },
  run: () => Promise.resolve(0),
}
const parse = (...args: string[]) => parseArguments(command, args)
const refused = (run: () => unknown, expected: RegExp) =>
  assert.throws(
    run,
    error => error instanceof UsageError && expected.test(error.message) && !error.message.includes('\n'),
  )

describe('an option whose value may be left out', () => {
  const options = {
    ...command.options,
    metrics: { type: 'optional', value: 'PORT', description: 'Where.' },
  } as const
  const metrics = (...args: string[]) => parseArguments({ ...command, options }, args).values['metrics']

  it('is the empty string without one', () => {
    assert.equal(metrics('it', '--metrics'), '')
    assert.equal(metrics('it', '--metrics', '--json'), '')
    assert.equal(metrics('it', '--metrics', '9464', '--json'), '9464')
    assert.equal(metrics('it', '--metrics=9464'), '9464')
    assert.equal(metrics('it'), undefined)
    assert.equal(metrics('--', '--metrics'), undefined)
    assert.match(helpFor({ ...command, options }), /--metrics \[PORT\] +Where\./)
  })
})

describe('the arguments of a command', () => {
  it('are options in any order, with = or without, and the rest', () => {
    const expected = { nodes: '10', json: true }
    for (const args of [
      ['it', '--nodes', '10', '--json'],
      ['--json', '--nodes=10', 'it'],
      ['--nodes', '9', '--nodes', '10', '--json', '--', 'it'],
    ]) {
      const { values, positionals } = parse(...args)
      assert.deepEqual({ ...values }, expected)
      assert.deepEqual(positionals, ['it'])
    }
  })

  it('are refused with what is wrong and what is accepted', () => {
    refused(() => parse(), /^WHAT is missing\. Usage: p2plab do WHAT/)
    refused(() => parse('it', 'that'), /^Unexpected argument "that"/)
    refused(() => parse('it', '--node', '3'), /^Unknown option --node\./)
    refused(() => parse('it', '-n', '3'), /^Unknown option -n\./)
    refused(() => parse('it', '--nodes'), /^--nodes needs a value/)
    refused(() => parse('it', '--nodes', '--json'), /^--nodes needs a value/)
    refused(() => parse('it', '--json=1'), /^--json takes no value/)
    refused(() => parse('it', '--toString'), /^Unknown option --toString/)
    refused(() => parse('it', '--__proto__', 'x'), /^Unknown option --__proto__/)
  })

  it('never break in another way than a UsageError of one line', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('--nodes', '--json', '--', '-', '--nodes=', 'it', '-1', '--no-json'),
    )
    fc.assert(
      fc.property(fc.array(word), args => {
        try {
          parse(...args)
        } catch (error) {
          assert.ok(error instanceof UsageError, String(error))
          assert.doesNotMatch(error.message, /\p{Cc}/u)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('a number', () => {
  it('is a whole one in its range', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), n => {
        const read = () => integer(parse('it', '--nodes', String(n)).values, 'nodes', 1, 200)
        if (n >= 1 && n <= 200) assert.equal(read(), n)
        else refused(read, /^--nodes must be a whole number from 1 to 200, not "/)
      }),
    )
    assert.equal(integer({}, 'nodes', 1, 200), undefined)
  })

  it('is refused in any other form', () => {
    for (const text of [
      'ten',
      '1e9',
      '0x10',
      '1.0',
      '',
      ' 1',
      '1 ',
      'NaN',
      'Infinity',
      '--',
      '9'.repeat(400),
    ]) {
      refused(() => integer({ nodes: text }, 'nodes', 1, 200), /must be a whole number/)
    }
  })
})

describe('a word', () => {
  it('is one of those that are accepted', () => {
    assert.equal(oneOf({ t: 'ring' }, 't', ['line', 'ring']), 'ring')
    assert.equal(oneOf({}, 't', ['line']), undefined)
    refused(() => oneOf({ t: 'Ring' }, 't', ['line', 'ring']), /^--t must be one of line, ring, not "Ring"/)
    assert.equal(string({ a: 'b', c: true }, 'a'), 'b')
    assert.equal(string({ a: 'b', c: true }, 'c'), undefined)
  })
})

describe('what the user typed', () => {
  it('cannot move the cursor or start a new line', () => {
    assert.equal(oneLine('a\r\n\u001b[2Jb\u009b'), 'a [2Jb ')
  })
})

describe('the help', () => {
  it('names every command and every option', () => {
    const all = help(COMMANDS)
    for (const c of COMMANDS) {
      assert.match(all, new RegExp(`^ {2}${c.name} +\\S`, 'm'))
      for (const name of Object.keys(c.options))
        assert.match(helpFor(c), new RegExp(`^ {2}--${name}\\b`, 'm'))
      assert.ok(c.usage.startsWith(c.name))
    }
  })
})
