import assert from 'node:assert/strict'
import fc from 'fast-check'
import { LINES, parseLine } from '../../../network/scenario/line.ts'
import { steps } from '../../../network/scenario/schema.ts'

const seed = 7
const stepOf = (line: string) => {
  const parsed = parseLine(line, seed)
  assert.ok('step' in parsed, `${line}: ${JSON.stringify(parsed)}`)
  return parsed.step
}
const problemOf = (line: string) => {
  const parsed = parseLine(line, seed)
  assert.ok('problem' in parsed, line)
  return parsed.problem
}

describe('A step as a line', () => {
  const good: [string, object][] = [
    ['kill n3', { do: 'kill', nodes: ['n3'] }],
    ['  stop n3, n4 n5 ', { do: 'stop', nodes: ['n3', 'n4', 'n5'] }],
    ['kill 2', { do: 'kill', count: 2, seed }],
    ['pause 12.5%', { do: 'pause', fraction: 0.125, seed }],
    ['resume', { do: 'resume', seed }],
    ['resume n2', { do: 'resume', nodes: ['n2'] }],
    ['restart', { do: 'restart', seed }],
    ['add', { do: 'add' }],
    ['add 3', { do: 'add', count: 3 }],
    ['hostile spammer 20', { do: 'hostile', kind: 'spam', perSecond: 20 }],
    ['hostile invalid', { do: 'hostile', kind: 'invalid' }],
    ['split n1,n2 | n3', { do: 'partition', groups: { A: ['n1', 'n2'], B: ['n3'] } }],
    ['split n1 n2', { do: 'partition', groups: { A: ['n1', 'n2'] } }],
    ['heal', { do: 'heal' }],
    [
      'link n1-n2 latency=100 jitter=20 loss=5% bandwidth=32000',
      { do: 'linkFault', a: 'n1', b: 'n2', latencyMs: 100, jitterMs: 20, loss: 0.05, bytesPerSecond: 32000 },
    ],
    ['link n1-n2 loss=0.1', { do: 'linkFault', a: 'n1', b: 'n2', loss: 0.1 }],
    ['link n1-n2 clear', { do: 'clearLinkFault', a: 'n1', b: 'n2' }],
    ['churn 30/min', { do: 'churn', perMinute: 30, seed }],
    ['churn 30', { do: 'churn', perMinute: 30, seed }],
    ['churn stop', { do: 'stopChurn' }],
    ['broadcast hello  there', { do: 'broadcast', text: 'hello  there', from: undefined, seed }],
    ['broadcast from=n3 from=n4', { do: 'broadcast', text: 'from=n4', from: 'n3', seed }],
    ['ready', { do: 'waitReady' }],
    ['wait 500', { do: 'wait', ms: 500 }],
  ]
  for (const [line, step] of good)
    it(`"${line}" is what a scenario says`, () => assert.deepEqual(stepOf(line), step))

  const bad: [string, RegExp][] = [
    ['explode n3', /^There is no command "explode". The commands are kill, .*, help and quit\.$/],
    ['constructor', /^There is no command "constructor"/],
    ['kill', /"kill" is not valid\. Write kill n3, kill 2 or kill 10%\./],
    ['kill m3', /"kill m3": nodes\.0: Expected a node such as "n1"\./],
    ['kill 0', /"kill 0": count: .*>=1 but received 0/],
    ['pause 120%', /fraction: .*<=1 but received 1\.2/],
    ['add many', /count: .*Expected number but received "many"/],
    ['add 1 2', /Write add 2/],
    ['hostile', /Write hostile spam 20/],
    ['hostile troll', /kind: .*"spam" \| "invalid".* but received "troll"/],
    ['split', /Write split n1,n2 \| n3/],
    ['split n1 |', /Write split n1,n2 \| n3/],
    ['heal n1', /Write heal alone/],
    ['link n1 latency=5', /Write link n1-n2 latency=100/],
    ['link n1-n2', /Write link n1-n2 latency=100/],
    ['link n1-n2 speed=5', /Write link n1-n2 latency=100/],
    ['link n1-n2 constructor=5', /Write link n1-n2 latency=100/],
    ['link n1-n2 loss=150%', /loss: .*<=1 but received 1\.5/],
    ['link n1-n2 latency=-5', /latencyMs: .*received "-5"/],
    ['churn', /Write churn 30\/min, or churn stop/],
    ['churn 0', /perMinute: .*>=1/],
    ['broadcast', /Write broadcast hello/],
    ['broadcast from=n3', /Write broadcast hello, or broadcast from=n3 hello/],
    ['broadcast from=me hi', /from: Expected a node such as "n1"/],
    ['wait', /Write wait 500/],
    ['wait 1e9', /ms: .*received "1e9"/],
  ]
  for (const [line, sentence] of bad)
    it(`"${line}" is answered with one sentence`, () => {
      assert.match(problemOf(line), sentence)
      assert.doesNotMatch(problemOf(line), /\n/)
    })

  it('of any content is a step or a sentence', () => {
    const word = fc.constantFrom(
      'kill',
      'link',
      'split',
      'n1',
      'n1-n2',
      '|',
      '5%',
      'latency=1',
      '__proto__',
      'a',
    )
    fc.assert(
      fc.property(
        fc.array(word).map(words => words.join(' ')),
        line => void parseLine(line, seed),
      ),
    )
    fc.assert(fc.property(fc.string(), line => void parseLine(line, seed)))
  })

  it('can do all that a scenario can do to a network, but for what starts and judges one', () => {
    const reached = new Set(good.map(([line]) => stepOf(line).do))
    const other = steps.map(({ entries }) => entries.do.literal).filter(name => !reached.has(name))
    assert.deepEqual(other, [
      'start',
      'assertDelivered',
      'assertLeader',
      'assertAgreed',
      'assertNoCrash',
      'assertScore',
    ])
    assert.ok(LINES.length >= 14)
  })
})
