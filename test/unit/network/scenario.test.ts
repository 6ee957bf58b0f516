import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { choose } from '../../../network/scenario/choose.ts'
import { describeStep } from '../../../network/scenario/describe.ts'
import { jsonSchema } from '../../../network/scenario/json-schema.ts'
import { parseScenario } from '../../../network/scenario/parse.ts'
import { SHIPPED } from '../../../network/scenario/shipped.ts'
import { initialState, reduce } from '../../../network/state.ts'
import type { NetworkEvent } from '../../../network/events.ts'

const start = { do: 'start', nodes: 3 }
const parse = (...steps: unknown[]) => parseScenario(JSON.stringify({ title: 't', description: 'd', steps }))
const problem = (...steps: unknown[]) => {
  const result = parse(...steps)
  assert.ok('problem' in result, 'it was accepted')
  return result.problem
}

describe('A scenario file', () => {
  it('that comes with the product is accepted, tells what it shows, and comments at least one step', () => {
    assert.equal(SHIPPED.length, 8)
    for (const { name, text, description } of SHIPPED) {
      const result = parseScenario(text)
      assert.ok('scenario' in result, `${name}: ${'problem' in result ? result.problem : ''}`)
      assert.ok(description.length > 60, name)
      assert.ok(
        result.scenario.steps.some(step => step.comment),
        name,
      )
      for (const step of result.scenario.steps) assert.ok(describeStep(step).length > 3)
    }
  })

  const bad: [string, () => string, RegExp][] = [
    [
      'a leader among nodes of libp2p',
      () => problem(start, { do: 'kill', leader: true }),
      /^steps\[1\]: only copies of your program have a leader/,
    ],
    [
      'an assertion about programs on nodes of libp2p',
      () => problem(start, { do: 'assertAgreed', withinMs: 1 }),
      /^steps\[1\]: only copies of your program .* give "start" a "program"$/,
    ],
    [
      'a leader that is down',
      () => problem({ ...start, program: '4.6' }, { do: 'restart', leader: true }),
      /^steps\[1\]\.leader: a node that is down leads nobody$/,
    ],
    [
      'a leader and a node',
      () => problem({ ...start, program: '4.6' }, { do: 'broadcast', from: 'n1', leader: true }),
      /^steps\[1\]: use from or leader, not both$/,
    ],
    [
      'an exercise that is none',
      () => problem({ ...start, program: 'flooding' }),
      /^steps\[0\]\.program: Expected an exercise such as "4\.1"$/,
    ],
    [
      'an unknown step',
      () => problem(start, { do: 'explode' }),
      /^steps\[1\]\.do: there is no step "explode"; the steps are start, waitReady/,
    ],
    ['no step name', () => problem(start, {}), /^steps\[1\]\.do is missing/],
    ['a missing field', () => problem(start, { do: 'wait' }), /^steps\[1\]\.ms is missing$/],
    ['an unknown field', () => problem(start, { do: 'heal', now: true }), /^steps\[1\]\.now: unknown field$/],
    ['a number that is too large', () => problem({ do: 'start', nodes: 999 }), /^steps\[0\]\.nodes: .*200/],
    ['a share above 1', () => problem(start, { do: 'kill', fraction: 2 }), /^steps\[1\]\.fraction: .*1/],
    [
      'a bad node',
      () => problem(start, { do: 'kill', nodes: ['n1', 'two'] }),
      /^steps\[1\]\.nodes\[1\]: Expected a node such as "n1"/,
    ],
    [
      'a bad node in a group',
      () => problem(start, { do: 'partition', groups: { left: ['x'] } }),
      /^steps\[1\]\.groups\.left\[0\]: /,
    ],
    ['no start', () => problem({ do: 'heal' }), /^steps\[0\]\.do: the first step must be "start"$/],
    ['two starts', () => problem(start, start), /^steps\[1\]\.do: there can be only one "start"$/],
    [
      'nobody to kill',
      () => problem(start, { do: 'kill' }),
      /^steps\[1\]: nodes, count, fraction or leader is missing$/,
    ],
    [
      'two ways to choose',
      () => problem(start, { do: 'stop', count: 1, fraction: 0.5 }),
      /^steps\[1\]: use only one of nodes/,
    ],
    [
      'nothing that was sent',
      () => problem(start, { do: 'assertDelivered', atLeast: 1, withinMs: 1 }),
      /^steps\[1\]: there is no "broadcast" step before it$/,
    ],
    [
      'nothing that is claimed',
      () => problem(start, { do: 'broadcast' }, { do: 'assertDelivered', withinMs: 1 }),
      /^steps\[2\]: atLeast or atMost is missing$/,
    ],
    ['no JSON', () => (parseScenario('{') as { problem: string }).problem, /^it is not valid JSON \(/],
    ['a list', () => (parseScenario('[]') as { problem: string }).problem, /^the file: .*|^title is missing/],
    [
      'no steps',
      () => (parseScenario('{"title":"t","description":"d"}') as { problem: string }).problem,
      /^steps is missing$/,
    ],
  ]
  for (const [what, find, sentence] of bad) {
    it(`with ${what} is answered with one sentence and the place`, () => {
      assert.match(find(), sentence)
      assert.ok(!find().includes('\n'))
    })
  }

  it('never throws, whatever it holds', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => void parseScenario(text)))
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ do: fc.constantFrom('start', 'kill', 'partition', 'wait') }, { requiredKeys: [] }),
        ),
        steps => void parse(...steps),
      ),
    )
  })

  it('has the schema in media/ that editors use (node scripts/scenario-schema.mjs writes it)', async () => {
    const file = path.resolve(import.meta.dirname, '../../../media/p2pscenario.schema.json')
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), JSON.parse(JSON.stringify(jsonSchema())))
  })
})

describe('A step about some nodes', () => {
  const peer = (i: number) => `12D3KooW${String(i).repeat(44)}`
  const events: NetworkEvent[] = Array.from({ length: 9 }, (_, i) => i + 1).flatMap((i): NetworkEvent[] => [
    { type: 'node-starting', at: i, node: `n${i}`, degree: 2 },
    { type: 'node-listening', at: i, node: `n${i}`, pid: i, peerId: peer(i), addresses: [] },
  ])
  const state = events.reduce(reduce, initialState)

  it('takes a share of them, rounded up, and the same with the same seed', () => {
    const drawn = (fraction: number, seed = 1) => choose(state, { do: 'kill', fraction, seed })
    assert.equal(drawn(0.1).length, 1)
    assert.equal(drawn(0.5).length, 5)
    assert.equal(drawn(1).length, 9)
    assert.deepEqual(drawn(0.3), drawn(0.3))
    assert.ok(
      Array.from({ length: 20 }, (_, seed) => drawn(0.1, seed)[0]).some(name => name !== drawn(0.1)[0]),
    )
  })

  it('takes those it can be done to', () => {
    const killed = reduce(state, { type: 'node-killed', at: 1, node: 'n4', how: 'SIGKILL' })
    const paused = reduce(killed, { type: 'node-paused', at: 1, node: 'n5', how: 'SIGSTOP' })
    assert.deepEqual(choose(paused, { do: 'restart' }), ['n4'])
    assert.deepEqual(choose(paused, { do: 'resume' }), ['n5'])
    assert.equal(choose(paused, { do: 'kill', fraction: 1 }).length, 7)
    assert.throws(() => choose(paused, { do: 'kill', nodes: ['n77'] }), /there is no node n77/)
  })
})
