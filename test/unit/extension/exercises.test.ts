import assert from 'node:assert/strict'
import { crlf, outcomeOf, resultText, summary } from '../../../extension/testing/outcome.ts'
import type { CheckResult, ExerciseResult } from '../../../labs/check/protocol.ts'

const check = (verdict: CheckResult['verdict'], message?: string): CheckResult => ({
  id: 'a',
  title: 'Every byte comes back',
  verdict,
  ms: 3,
  ...(message !== undefined && { message }),
})
const result = (verdict: ExerciseResult['verdict'], checks: CheckResult[]): ExerciseResult => ({
  exercise: '1.1',
  verdict,
  seed: 7,
  ms: 9,
  checks,
})

describe('the result of a check', () => {
  it('is shown with the message of the checker, and the bytes side by side', () => {
    const diff = { expected: '00 ff', actual: '00 fe' }
    assert.deepEqual(outcomeOf({ ...check('fail', 'We sent 00 ff.'), diff }), {
      kind: 'failed',
      message: 'We sent 00 ff.',
      diff,
    })
    assert.deepEqual(outcomeOf(check('pass')), { kind: 'passed', message: '' })
  })

  it('says that an inconclusive check proves nothing', () => {
    const long = [
      'The checker connected and sent 2 bytes.',
      'Expected: these bytes back.',
      'Got: 2 bytes.',
      '  expected  ae 70',
      '  got       ef bf',
      'Perhaps: do you decode them?',
      'On the wire:',
      '  0.0 ms  checker → program',
      'Seed: 7',
    ]
    assert.equal(
      outcomeOf(check('fail', long.join('\n'))).message,
      [2, 1, 3, 4, 0, 5, 6, 7, 8].map(at => long[at]).join('\n'),
      'what came back is what VS Code shows beside the code',
    )
    const outcome = outcomeOf(check('inconclusive', 'The fault did not hit.'))
    assert.equal(outcome.kind, 'errored')
    assert.match(outcome.message, /neither passed nor failed.*The fault did not hit/)
  })

  it('is never without words', () => {
    assert.equal(outcomeOf(check('fail')).message, 'Every byte comes back')
  })

  it('is told of a whole exercise in one sentence', () => {
    assert.equal(summary('1.1 Echo', result('pass', [check('pass')])), '1.1 Echo passed: 1 of 1 checks.')
    assert.equal(
      summary('1.1 Echo', result('fail', [check('pass'), check('fail')])),
      '1.1 Echo: 1 of 2 checks passed. Look at "Every byte comes back" first.',
    )
    assert.equal(
      summary('1.1 Echo', { ...result('error', []), problem: 'No such file.' }),
      'Could not check 1.1 Echo: No such file.',
    )
  })

  it('is written to the terminal with its message indented', () => {
    const text = resultText(check('fail', 'We sent 00 ff.\n\nSeed 7.\n'))
    assert.equal(
      text,
      '\x1b[31m✘\x1b[0m Every byte comes back (3 ms)\r\n    We sent 00 ff.\r\n\r\n    Seed 7.\r\n',
    )
  })

  it('is written with the line ends of a terminal', () => {
    assert.equal(crlf('a\nb\r\nc'), 'a\r\nb\r\nc')
  })
})
