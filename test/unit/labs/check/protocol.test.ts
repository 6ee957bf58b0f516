import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  parseFromCheck,
  parseToCheck,
  type FromCheck,
  type ToCheck,
} from '../../../../labs/check/protocol.ts'
import { parsePack } from '../../../../labs/pack.ts'

const toCheck: ToCheck[] = [
  { type: 'heartbeat' },
  { type: 'cancel' },
  { type: 'suspend', pid: 2 },
  { type: 'resume', pid: 2 },
  {
    type: 'check',
    exercise: '1.1',
    program: { kind: 'typescript', file: '1-tcp/1-echo.ts', workspace: '/w' },
    seed: 0,
    only: ['stop'],
  },
  {
    type: 'check',
    exercise: '1.1',
    program: { kind: 'command', command: 'a b', workspace: '/w' },
    seed: 0xffff_ffff,
  },
]
const result = {
  id: 'a',
  title: 'A',
  verdict: 'fail',
  ms: 3,
  message: 'm',
  diff: { expected: 'a', actual: 'b' },
  op: 'send',
} as const
const fromCheck: FromCheck[] = [
  { type: 'program', pid: 2, running: true },
  { type: 'inspector', check: 'a', pid: 2, port: 9229 },
  { type: 'check-started', check: 'a' },
  { type: 'check-finished', result },
  { type: 'log', check: 'a', stream: 'stderr', text: 'x' },
  {
    type: 'finished',
    result: { exercise: '1.1', verdict: 'error', seed: 1, ms: 2, checks: [result], problem: 'p' },
  },
]

/** A message with one value somewhere in it replaced by anything. */
const spoiled = (messages: readonly object[]) =>
  fc.tuple(fc.constantFrom(...messages), fc.nat(), fc.anything()).map(([message, at, value]) => {
    const copy = structuredClone(message) as Record<string, unknown>
    const keys = Object.keys(copy)
    copy[keys[at % keys.length]!] = value
    return copy
  })

for (const [name, parse, messages] of [
  ['to the check process', parseToCheck, toCheck],
  ['from the check process', parseFromCheck, fromCheck],
] as const) {
  describe(`a message ${name}`, () => {
    it('is taken as it is when it is one', () => {
      for (const message of messages) assert.deepEqual(parse(message), message)
    })

    it('is dropped when it is none, and never throws', () => {
      fc.assert(fc.property(fc.anything(), value => void parse(value)))
      fc.assert(
        fc.property(spoiled(messages), value => {
          const parsed = parse(value)
          if (parsed) assert.deepEqual(parse(parsed), parsed)
        }),
        { numRuns: 500 },
      )
      for (const value of [null, 'check', {}, { type: 'x' }, [], 7]) assert.equal(parse(value), undefined)
    })
  })
}

describe('a message to the check process', () => {
  it('is dropped when its seed is out of range', () => {
    for (const seed of [-1, 1.5, 2 ** 32, NaN, Infinity, '1']) {
      assert.equal(parseToCheck({ ...toCheck.find(({ type }) => type === 'check'), seed }), undefined)
    }
  })
})

describe('a message from the check process', () => {
  it('is dropped when its pid would reach further than one process group', () => {
    for (const pid of [0, 1, -5, 1.5])
      assert.equal(parseFromCheck({ type: 'program', pid, running: true }), undefined)
  })
})

describe('the content pack', () => {
  it('is refused when it would write outside of the workspace', () => {
    const pack = (name: string) => ({ version: 1, exercises: {}, files: { [name]: '' } })
    for (const name of ['README.md', '.p2plab/types/node/index.d.ts', 'a..b/c.ts'])
      assert.ok(parsePack(pack(name)), name)
    for (const name of ['../x', 'a/../../x', '/etc/x', 'C:\\x', 'a/..', '..']) {
      assert.equal(parsePack(pack(name)), undefined, name)
    }
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.anything(), value => void parsePack(value)))
  })
})
