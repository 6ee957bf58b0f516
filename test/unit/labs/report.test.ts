import assert from 'node:assert/strict'
import { EXERCISES } from '../../../labs/catalogue.ts'
import {
  contentHash,
  NO_PROGRESS,
  withEvent,
  withResult,
  type EventKind,
  type ProgressFacts,
} from '../../../labs/progress/progress.ts'
import { reportOf, type WorkspaceReport } from '../../../labs/report/report.ts'
import { DOUBT, reportAsMarkdown, reportAsText } from '../../../labs/report/text.ts'

const A = contentHash('a')
const time = (minute: number) => new Date(Date.UTC(2026, 0, 31, 12, minute))
const first = EXERCISES[0]!
const result = (verdict: 'pass' | 'fail', content = A) => ({
  exercise: first.id,
  language: 'typescript' as const,
  content,
  verdict,
  seed: 42,
  checks: first.checks.map(({ id }, i) => ({ id, verdict: i === 0 ? verdict : ('pass' as const) })),
  whole: true,
})
const withHelp = (facts: ProgressFacts, event: EventKind, minute: number) =>
  withEvent(facts, { exercise: first.id, event }, time(minute))
const facts = withResult(
  withResult(withHelp(NO_PROGRESS, 'solution', 0), result('pass'), time(1)),
  result('pass'),
  time(2),
)
const report = (content: string, folder = '/class/anna'): WorkspaceReport => ({
  folder,
  progress: 'ok',
  exercises: reportOf(facts, new Map([[first.id, content]]), 'typescript'),
})
const options = { verified: false, by: 'P2P Lab 9.9.9', now: time(5) }

describe('the progress report', () => {
  it('says per exercise how it stands, which checks passed and when first', () => {
    const [one, two] = report(A).exercises
    assert.deepEqual(one, {
      id: first.id,
      title: first.title,
      state: 'passed',
      passed: first.checks.map(({ id }) => id),
      checks: first.checks.length,
      firstPassed: time(1).toISOString(),
      seed: 42,
      resets: 0,
      solutions: 1,
      hints: 0,
    })
    assert.deepEqual([two!.state, two!.passed, two!.firstPassed], ['not-run', [], undefined])
  })

  it('says what was changed since it passed, and what failed', () => {
    const B = contentHash('b')
    assert.equal(report(B).exercises[0]!.state, 'changed')
    const later = withResult(facts, result('fail', B), time(4))
    const [failed] = reportOf(later, new Map([[first.id, B]]), 'typescript')
    assert.deepEqual([failed!.state, failed!.passed.length], ['failed', first.checks.length - 1])
  })

  it('counts as help what came before the first pass of the learner’s own work, and not what was read after it', () => {
    const helpOf = (all: ProgressFacts) => {
      const [{ resets, solutions, hints } = assert.fail()] = reportOf(
        all,
        new Map([[first.id, A]]),
        'typescript',
      )
      return { resets, solutions, hints }
    }
    const hinted = withHelp(withHelp(NO_PROGRESS, 'hint', 0), 'reset', 1)
    const passed = withResult(hinted, result('pass'), time(2))
    const read = withHelp(withHelp(withHelp(passed, 'solution', 3), 'hint', 4), 'reset', 5)
    assert.deepEqual(helpOf(read), { resets: 2, solutions: 0, hints: 1 })

    const B = contentHash('b')
    const filled = withEvent(NO_PROGRESS, { exercise: first.id, event: 'reference', content: B }, time(0))
    const caughtUp = withResult(filled, result('pass', B), time(1))
    const own = withResult(withHelp(caughtUp, 'solution', 2), result('pass'), time(3))
    assert.deepEqual(helpOf(own), { resets: 0, solutions: 1, hints: 0 })
    assert.deepEqual(helpOf(withHelp(hinted, 'solution', 2)), { resets: 1, solutions: 1, hints: 1 })
  })

  it('says in every form what it does not prove', () => {
    for (const verified of [true, false]) {
      const doubt = verified ? DOUBT.verified : DOUBT.believed
      for (const reports of [[report(A)], [report(A), report(A)]]) {
        assert.ok(reportAsText(reports, verified).includes(doubt))
        assert.ok(reportAsMarkdown(reports, { ...options, verified }).includes(doubt))
      }
    }
    assert.match(DOUBT.believed, /anyone can edit.*report --verify/)
  })

  it('of one workspace is a line per exercise', () => {
    const text = reportAsText([report(A)], false)
    assert.match(
      text,
      new RegExp(
        `✓ 1\\.1  Echo +passed; (\\d+) of \\1 checks; first passed 2026-01-31 12:01 UTC; solution shown: 1`,
      ),
    )
    for (const { id, title } of EXERCISES) assert.ok(text.includes(id) && text.includes(title))
    const markdown = reportAsMarkdown([report(A)], options)
    assert.match(
      markdown,
      /\| 1\.1 Echo \| ✓ passed \| (\d+) of \1 \| 2026-01-31 12:01 UTC \| solution shown: 1 \|/,
    )
    assert.match(markdown, /- 1\.1 Echo \(seed 42\): port-zero, /)
    assert.match(markdown, /Created 2026-01-31 12:05 UTC by P2P Lab 9\.9\.9\./)
  })

  it('of a class is a line per folder, also of one that is no lab workspace', () => {
    const none = { folder: '/class/bob', progress: 'no-lab-workspace', exercises: [] } as const
    const text = reportAsText([report(A), none], false)
    assert.match(text, /^anna  ✓ .*1 of \d+ passed$/m)
    assert.match(text, /^bob .*not a lab workspace$/m)
    const markdown = reportAsMarkdown([report(A, '/class/a|b *x*\n# y'), none], options)
    assert.match(markdown, /^\| a\\\|b \\\*x\\\* # y \| 1 of \d+ passed \| ✓ \|/m)
    // Every row has as many cells as the head.
    const cells = markdown.split('\n').filter(line => line.startsWith('|'))
    const count = (line: string) => line.replaceAll('\\|', '').split('|').length
    assert.equal(new Set(cells.map(count)).size, 1)
  })
})
