import assert from 'node:assert/strict'
import type { CheckResult, ExerciseResult, Verdict } from '../../../labs/check/protocol.ts'
import { judge } from '../../../scripts/matrix/judge.ts'
import { summary, table } from '../../../scripts/matrix/table.ts'
import { programsOf, type Program } from '../../kit/programs.ts'

const check = (id: string, verdict: Verdict, message?: string): CheckResult => ({
  id,
  title: id,
  verdict,
  ms: 1,
  ...(message !== undefined && { message }),
})
const result = (...checks: CheckResult[]): ExerciseResult => ({
  exercise: '1.2',
  verdict: 'fail',
  seed: 7,
  ms: 20,
  checks,
})
const wrong: Program = {
  exercise: '1.2',
  kind: 'wrong',
  language: 'typescript',
  name: 'little-endian',
  text: '',
  caught: { check: 'one-frame', phrases: ['big-endian'], naive: false },
}
const of = (kind: 'starter' | 'solution' | 'other'): Program => ({
  exercise: '1.2',
  kind,
  language: 'typescript',
  name: kind,
  text: '',
})

describe('the matrix of programs and checks', () => {
  it('calls a wrong program caught only when its own check fails with its phrase', () => {
    const caught = judge(
      wrong,
      result(
        check('one-frame', 'fail', 'is it a big-endian number?'),
        check('empty', 'fail', 'no'),
        check('large', 'fail', '1-tcp/2-frames.ts exports no function listen.'),
      ),
    )
    assert.equal(caught.problem, undefined)
    assert.match(
      table([caught]),
      /✓ wrong: little-endian {2}\[one-frame\] also empty \(op not written: large\)/,
    )
    const escaping: CheckResult[][] = [
      [check('one-frame', 'pass'), check('empty', 'fail', 'big-endian')],
      [check('one-frame', 'inconclusive', 'big-endian')],
      [check('one-frame', 'error', 'big-endian')],
      [check('one-frame', 'fail', 'another mistake')],
      [check('empty', 'fail', 'big-endian')],
      [check('one-frame', 'fail', 'big-endian'), check('empty', 'error', 'The check itself failed.')],
    ]
    for (const checks of escaping) {
      const row = judge(wrong, result(...checks))
      assert.ok(row.problem, JSON.stringify(checks))
      assert.match(table([row]), /✗ wrong: little-endian .*one-frame/)
      assert.deepEqual(summary([row, caught]), {
        exercises: 1,
        programs: 2,
        wrong: 2,
        caught: 1,
        asTheyShould: 0,
        skipped: 0,
        problems: 1,
      })
    }
  })

  it('wants starters to fail every check, and the others to pass every check', () => {
    const [good, bad] = [check('one-frame', 'pass'), check('empty', 'fail', 'no')]
    assert.equal(judge(of('starter'), result(bad)).problem, undefined)
    assert.match(
      judge(of('starter'), result(good, bad)).problem!,
      /every check must fail, and one-frame says pass/,
    )
    for (const kind of ['solution', 'other'] as const) {
      assert.equal(judge(of(kind), result(good)).problem, undefined)
      assert.match(judge(of(kind), result(good, bad)).problem!, /every check must pass, and empty says fail/)
    }
  })

  it('has a row for each program of an exercise', async () => {
    const names = (await programsOf('1.1')).map(({ kind, language, name }) => `${kind} ${name} ${language}`)
    assert.deepEqual(names.slice(0, 2), ['starter starter typescript', 'solution solution typescript'])
    assert.ok(names.includes('other echo python') && names.includes('wrong decodes-utf8 typescript'))
    assert.ok((await programsOf('1.1', 'wrong')).every(({ caught }) => caught))
  })
})
