import assert from 'node:assert/strict'
import { guideOf, type Known } from '../../../extension/guide/model.ts'
import { shownAfter, type ShownRun } from '../../../extension/labs/shown-run.ts'
import type { RunStep } from '../../../extension/testing/run-events.ts'
import { exercise, EXERCISES } from '../../../labs/catalogue.ts'
import type { CheckResult, ExerciseResult } from '../../../labs/check/protocol.ts'
import type { LabsPack } from '../../../labs/pack.ts'
import { parseFromGuide, parseToGuide } from '../../../webview/shared/guide-messages.ts'

const pack: LabsPack = {
  version: 1,
  files: {},
  exercises: Object.fromEntries(
    EXERCISES.map(({ id }) => [
      id,
      {
        readme: `# ${id}`,
        hints: ['one', 'two', 'three'],
        programs: { typescript: { starter: '', solution: '' } },
        passed: 'Well done.',
      },
    ]),
  ),
}
const known: Known = {
  pack,
  language: 'typescript',
  state: () => 'not-run',
  hasPassed: () => false,
  run: undefined,
  checks: {},
  hints: 0,
  trusted: true,
  checkOnSave: false,
}
const guide = (id: string, more: Partial<Known> = {}) => guideOf(exercise(id)!, { ...known, ...more })
const result = (id: string, verdict: CheckResult['verdict']): CheckResult => ({
  id,
  title: id,
  verdict,
  ms: 1,
  ...(verdict !== 'pass' && { message: `${id} is wrong` }),
})

describe('the guide of an exercise', () => {
  it('crosses the border to the page as it is', () => {
    for (const { id } of EXERCISES) {
      const message = { type: 'show', guide: guide(id) }
      assert.deepEqual(parseToGuide(JSON.parse(JSON.stringify(message))), message)
    }
  })

  it('knows what comes before and after, also across labs', () => {
    assert.equal(guide('1.1').previous, undefined)
    assert.deepEqual(guide('1.1').next, { id: '1.2', title: 'Frames' })
    assert.equal(guide(EXERCISES.at(-1)!.id).next, undefined)
  })

  it('opens the solution after a pass, and asks first after the last hint', () => {
    assert.equal(guide('1.1', { hints: 2 }).solution, 'closed')
    assert.equal(guide('1.1', { hints: 3 }).solution, 'ask')
    assert.equal(guide('1.1', { hasPassed: id => id === '1.1' }).solution, 'open')
    assert.equal(guide('1.1', { hasPassed: id => id === '1.2' }).solution, 'closed')
  })

  it('names the earlier exercises that it stands on, until they have passed', () => {
    assert.deepEqual(guide('1.3').needs, [{ id: '1.2', title: 'Frames' }])
    assert.deepEqual(guide('1.3', { hasPassed: id => id === '1.2' }).needs, [])
    assert.deepEqual(guide('1.2').needs, [])
  })

  it('remembers after a reload what its checks have said', () => {
    const checks = { 'port-zero': 'pass', 'every-byte': 'fail' } as const
    const states = guide('1.1', { checks }).checks.map(check => check.state)
    assert.deepEqual(states.slice(0, 3), ['passed', 'failed', 'not-run'])
  })

  it('shows only the hints that were asked for', () => {
    assert.deepEqual(guide('1.1').hints, [])
    assert.deepEqual(guide('1.1', { hints: 2 }).hints, ['one', 'two'])
  })
})

describe('what a run has shown so far', () => {
  const [a, b] = ['port-zero', 'every-byte']
  const whole: ExerciseResult = { exercise: '1.1', verdict: 'fail', seed: 7, ms: 9, checks: [] }

  const began = (...checks: string[]): RunStep => ({ type: 'began', checks, asked: true })
  const started = (check: string): RunStep => ({ type: 'check-started', check })
  const finished = (check: string, verdict: CheckResult['verdict']): RunStep => ({
    type: 'check-finished',
    result: result(check, verdict),
  })
  const ended = (cancelled = false): RunStep => ({
    type: 'ended',
    result: cancelled ? { ...whole, problem: 'The check was canceled.' } : whole,
    cancelled,
  })
  const after = (...steps: RunStep[]) =>
    steps.reduce<ShownRun | undefined>((run, step) => shownAfter(run, step), undefined)!

  it('says of a check that was not run why, until the next run', () => {
    const notRun = [{ id: b!, title: b!, message: 'Not run: first make "a" pass.' }]
    const steps = [began(a!, b!), started(a!), finished(a!, 'fail')]
    const end: RunStep = { type: 'ended', result: { ...whole, notRun }, cancelled: false }
    const shown = (run: ShownRun) => guide('1.1', { run }).checks.find(({ id }) => id === b)
    assert.deepEqual(
      [shown(after(...steps, end))!.state, shown(after(...steps, end))!.message],
      ['not-run', notRun[0]!.message],
    )
    assert.equal(shown(after(...steps, end, began(a!, b!)))!.message, undefined)
  })

  it('goes from check to check', () => {
    assert.deepEqual(
      guide('1.1', { run: after(began(a, b), started(a)) })
        .checks.slice(0, 2)
        .map(c => c.state),
      ['running', 'not-run'],
    )
    const run = after(began(a, b), started(a), finished(a, 'pass'), started(b), finished(b, 'fail'), ended())
    const shown = guide('1.1', { run })
    assert.deepEqual(
      shown.checks.slice(0, 2).map(c => c.state),
      ['passed', 'failed'],
    )
    assert.equal(shown.checks[1]!.message, 'every-byte is wrong')
    assert.equal(shown.seed, 7)
  })

  it('takes a check that was cancelled half-way for one that was not run, and does not explain it', () => {
    const run = after(began(a), started(a), ended(true))
    assert.equal(run.checks[a]!.state, 'not-run')
    assert.equal(run.problem, undefined)
  })

  it('keeps what other checks have shown when only one is run again', () => {
    const run = after(began(a, b), finished(a, 'pass'), ended(), began(b))
    assert.equal(run.checks[a]!.state, 'passed')
    assert.equal(run.checks[b]!.state, 'not-run')
    assert.equal(run.seed, 7)
  })

  it('knows the packets and the report of a check from the end of its run until the next one begins', () => {
    const capture = { file: 'x', packets: 1, bytes: 1 }
    const sent = { ...result(a, 'pass'), capture, report: '## Who led' }
    const failed = { ...result(b, 'fail'), capture: { ...capture, problem: 'The disk is full.' } }
    const steps: RunStep[] = [
      began(a, b),
      { type: 'check-finished', result: sent },
      { type: 'check-finished', result: failed },
    ]
    const end: RunStep = { type: 'ended', result: { ...whole, checks: [sent, failed] }, cancelled: false }
    const captured = (...more: RunStep[]) =>
      guide('1.1', { run: after(...steps, ...more) })
        .checks.filter(check => check.captured)
        .map(({ id }) => id)
    assert.deepEqual([captured(), captured(end), captured(end, began(a))], [[], [a], []])
    assert.deepEqual(captured(end, began(b), ended()), [a])
    const { checks } = guide('1.1', { run: after(...steps, end) })
    assert.deepEqual(
      checks.filter(check => check.reported).map(({ id }) => id),
      [a],
    )
  })

  it('calls what is inconclusive or broken unclear, not failed', () => {
    for (const verdict of ['inconclusive', 'error'] as const)
      assert.equal(after(began(a), finished(a, verdict)).checks[a]!.state, 'unclear')
  })
})

describe('a message of the guide', () => {
  it('is dropped when it is none', () => {
    for (const value of [
      undefined,
      null,
      'check',
      {},
      { type: 'check' },
      { type: 'open', exercise: '../x' },
    ]) {
      assert.equal(parseFromGuide(value), undefined)
    }
    assert.deepEqual(parseFromGuide({ type: 'hint', exercise: '1.1' }), { type: 'hint', exercise: '1.1' })
  })
})
