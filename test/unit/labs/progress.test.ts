import assert from 'node:assert/strict'
import fc from 'fast-check'
import { exercise } from '../../../labs/catalogue.ts'
import type { Verdict } from '../../../labs/check/protocol.ts'
import { LANGUAGE_NAMES } from '../../../labs/languages.ts'
import {
  checksOf,
  contentHash,
  inTracksOf,
  NO_PROGRESS,
  passedOnce,
  standing,
  unite,
  withEvent,
  withResult,
  type Checked,
  type ProgressFacts,
} from '../../../labs/progress/progress.ts'
import { trackOf } from '../../../labs/workspace/track.ts'
import { formatProgress, parseProgress } from '../../../labs/progress/text.ts'

const [A, B, C] = ['a', 'b', 'c'].map(contentHash) as [string, string, string]
const time = (minute: number) => new Date(Date.UTC(2026, 0, 31, 12, minute))
const checked = (content: string, verdict: Verdict, more: Partial<Checked> = {}): Checked => ({
  exercise: '1.1',
  language: 'typescript',
  content,
  verdict,
  seed: 7,
  checks: [
    { id: 'one', verdict: 'pass' },
    { id: 'two', verdict },
  ],
  whole: true,
  ...more,
})
const at = (facts: ProgressFacts, content?: string) => standing(facts, '1.1', content)

/** Facts as they come about on several machines, whose clocks differ. */
const history = fc
  .array(
    fc.record({
      exercise: fc.constantFrom('1.1', '1.2', '1.10'),
      language: fc.constantFrom('typescript' as const, 'python' as const),
      content: fc.constantFrom(A, B, C),
      what: fc.constantFrom<(Verdict | 'reset' | 'reference')[]>(
        'pass',
        'fail',
        'inconclusive',
        'reset',
        'reference',
      ),
      minute: fc.integer({ min: 0, max: 9 }),
      seed: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 8 },
  )
  .map(steps =>
    steps.reduce<ProgressFacts>((facts, { exercise, language, content, what, minute, seed }) => {
      if (what === 'reset') return withEvent(facts, { exercise, event: what }, time(minute))
      if (what === 'reference') return withEvent(facts, { exercise, event: what, content }, time(minute))
      return withResult(facts, checked(content, what, { exercise, language, seed }), time(minute))
    }, NO_PROGRESS),
  )

describe('progress', () => {
  it('is passed only for the content that has passed, and knows it again', () => {
    const facts = withResult(NO_PROGRESS, checked(A, 'pass'), time(1))
    assert.equal(at(facts, A), 'passed')
    assert.equal(at(facts, B), 'changed')
    assert.equal(at(facts, undefined), 'changed')
    assert.ok(passedOnce(facts, '1.1', B))
    assert.deepEqual(checksOf(facts, '1.1', A), { one: 'pass', two: 'pass' })
    assert.deepEqual(checksOf(facts, '1.1', B), {})
    assert.equal(standing(facts, '1.2', A), 'not-run')
  })

  it('does not depend on how lines end', () => {
    assert.equal(contentHash('a\r\nb\r\n'), contentHash('a\nb\n'))
    assert.notEqual(contentHash('a\nb'), contentHash('a\nb\n'))
  })

  it('shows the last failure until the next check, but a version that passed is passed', () => {
    const passed = withResult(NO_PROGRESS, checked(A, 'pass'), time(1))
    const facts = withResult(passed, checked(B, 'fail'), time(2))
    assert.equal(at(facts, B), 'failed')
    assert.equal(at(facts, C), 'failed')
    assert.equal(at(facts, A), 'passed')
    assert.equal(at(withResult(facts, checked(B, 'inconclusive'), time(3)), B), 'unclear')
    // The same content may fail with another seed: the last word counts.
    assert.equal(at(withResult(facts, checked(A, 'fail'), time(3)), A), 'failed')
  })

  it('takes from some of the checks only that one failed', () => {
    const some = (verdict: Verdict) => ({ whole: false, checks: [{ id: 'two', verdict }] })
    assert.equal(withResult(NO_PROGRESS, checked(A, 'pass', some('pass')), time(1)), NO_PROGRESS)
    const failed = withResult(NO_PROGRESS, checked(A, 'fail', some('fail')), time(1))
    assert.equal(at(failed, A), 'failed')
    const after = withResult(failed, checked(A, 'pass', some('pass')), time(2))
    assert.equal(at(after, A), 'failed')
    assert.deepEqual(checksOf(after, '1.1', A), { two: 'pass' })
    const passed = withResult(after, checked(A, 'pass'), time(3))
    assert.equal(at(withResult(passed, checked(A, 'pass', some('pass')), time(4)), A), 'passed')
  })

  it('starts over with a reset, and knows what passed before it when that comes back', () => {
    const facts = withEvent(
      withResult(withResult(NO_PROGRESS, checked(A, 'fail'), time(1)), checked(B, 'pass'), time(2)),
      { exercise: '1.1', event: 'reset' },
      time(3),
    )
    assert.equal(at(facts, A), 'not-run')
    assert.equal(passedOnce(facts, '1.1', A), false)
    assert.equal(at(facts, B), 'passed')
    assert.ok(passedOnce(facts, '1.1', B))
  })

  it('does not call the reference passed, however it is checked', () => {
    const filled = withEvent(NO_PROGRESS, { exercise: '1.1', event: 'reference', content: A }, time(1))
    assert.equal(at(filled, A), 'reference')
    const facts = withResult(filled, checked(A, 'pass'), time(2))
    assert.equal(at(facts, A), 'reference')
    assert.equal(passedOnce(facts, '1.1', A), false)
    assert.equal(at(withResult(facts, checked(B, 'pass'), time(3)), B), 'passed')
  })

  it('counts what came later as later, also when the clock was set back', () => {
    const failed = withResult(NO_PROGRESS, checked(A, 'fail'), time(9))
    assert.equal(at(withResult(failed, checked(B, 'pass'), time(1)), C), 'changed')
  })

  it('keeps when a content first passed', () => {
    const once = withResult(NO_PROGRESS, checked(A, 'pass'), time(1))
    const twice = withResult(once, checked(A, 'pass', { seed: 8 }), time(2))
    assert.equal(twice.results[0]!.firstPassed, time(1).toISOString())
    assert.equal(twice.results[0]!.seed, 8)
  })

  it('can be united in any order and as often as one likes, and nothing is lost', () => {
    fc.assert(
      fc.property(history, history, history, (a, b, c) => {
        const all = unite(unite(a, b), c)
        assert.deepEqual(unite(c, unite(b, a)), all)
        assert.deepEqual(unite(all, all), all)
        assert.deepEqual(unite(a, NO_PROGRESS), a)
        for (const { exercise, content } of [...a.results, ...b.results, ...c.results])
          assert.ok(all.results.some(r => r.exercise === exercise && r.content === content))
      }),
    )
  })

  it('stays small, and keeps the first pass and the last reset', () => {
    let facts = NO_PROGRESS
    for (let n = 0; n < 200; n++) {
      facts = withResult(facts, checked(contentHash(String(n)), n === 0 ? 'pass' : 'fail'), time(n))
      facts = withEvent(facts, { exercise: '1.1', event: 'hint' }, time(n))
      if (n === 0) facts = withEvent(facts, { exercise: '1.1', event: 'reset' }, time(n))
    }
    assert.ok(formatProgress(facts).length < 12_000)
    assert.equal(at(facts, contentHash('0')), 'passed')
    assert.equal(at(facts, contentHash('199')), 'failed')
    assert.equal(facts.events.filter(e => e.event === 'reset').length, 1)
  })
})

describe('progress in several languages', () => {
  const python = (content: string, verdict: Verdict) => checked(content, verdict, { language: 'python' })

  it('counts in a workspace only for the tracks that it has', () => {
    const facts = [python(A, 'pass'), checked(B, 'fail')].reduce(
      (all, one, i) => withResult(all, one, time(i)),
      NO_PROGRESS,
    )
    for (const language of LANGUAGE_NAMES) {
      const counted = inTracksOf(facts, language)
      const inPython = trackOf(exercise('1.1')!, language).language === 'python'
      assert.deepEqual(
        counted.results.map(({ content }) => content),
        [inPython ? A : B],
      )
      assert.equal(at(counted, A), inPython ? 'passed' : 'failed')
      assert.equal(passedOnce(counted, '1.1', A), inPython)
      assert.equal(counted.events, facts.events)
    }
  })

  it('keeps a result for each language of one content', () => {
    const facts = withResult(withResult(NO_PROGRESS, python(A, 'pass'), time(1)), checked(A, 'fail'), time(2))
    assert.deepEqual(facts.results.map(({ language, verdict }) => [language, verdict]).sort(), [
      [undefined, 'fail'],
      ['python', 'pass'],
    ])
    // The first pass of one is not that of the other.
    assert.equal(facts.results.find(({ language }) => language === undefined)!.firstPassed, undefined)
  })
})

describe('the text of progress', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(history, facts => {
        const text = formatProgress(facts)
        assert.deepEqual(parseProgress(text), { facts, state: 'ok' })
        assert.deepEqual(parseProgress(text.replaceAll('\n', '\r\n')), { facts, state: 'ok' })
        const value: unknown = JSON.parse(text)
        assert.deepEqual(parseProgress(JSON.stringify(value, null, 4)), { facts, state: 'ok' })
        assert.equal(formatProgress(parseProgress(text).facts), text)
      }),
    )
  })

  it('names the language only where it is not TypeScript', () => {
    const both = withResult(
      withResult(NO_PROGRESS, checked(A, 'pass')),
      checked(A, 'fail', { language: 'python' }),
    )
    const text = formatProgress(both)
    assert.equal(
      text.match(/^\{"exercise":"1\.1","language":"python","content".*"verdict":"fail"/gm)!.length,
      1,
    )
    assert.equal(text.match(/^\{"exercise":"1\.1","content".*"verdict":"pass"/gm)!.length, 1)
    assert.doesNotMatch(text, /typescript/)
    // What a later version knows goes on as it is.
    const later = text.replace('"python"', '"rust"')
    assert.equal(parseProgress(later).state, 'ok')
    assert.equal(formatProgress(parseProgress(later).facts), later)
  })

  it('has one fact a line, exercises in order', () => {
    let facts = NO_PROGRESS
    for (const exercise of ['1.10', '1.9', '1.2'])
      facts = withResult(facts, checked(A, 'pass', { exercise }), time(1))
    assert.deepEqual(
      formatProgress(facts).match(/^\{"exercise":"[\d.]+"/gm),
      ['1.2', '1.9', '1.10'].map(id => `{"exercise":"${id}"`),
    )
  })

  it('is both sides united where git left its conflict markers, in either style', () => {
    fc.assert(
      fc.property(history, history, history, (base, mine, theirs) => {
        const lines = (facts: ProgressFacts) => formatProgress(facts).split('\n').slice(3, -4)
        const [head, foot] = [
          ['{', '"version": 1,', '"facts": ['],
          ['null', ']', '}', ''],
        ]
        const sides = (ancestor: string[]) =>
          [
            ...head,
            '<<<<<<< HEAD',
            ...lines(mine),
            ...ancestor,
            '=======',
            ...lines(theirs),
            '>>>>>>> origin/main',
            ...foot,
          ].join('\n')
        assert.deepEqual(parseProgress(sides([])), { facts: unite(mine, theirs), state: 'ok' })
        const withBase = unite(unite(mine, theirs), base)
        assert.deepEqual(parseProgress(sides(['||||||| 1a2b3c', ...lines(base)])), {
          facts: withBase,
          state: 'ok',
        })
        // merge=union: the lines of both, without markers.
        const union = [...head, ...lines(mine), ...lines(theirs), ...foot].join('\n')
        assert.deepEqual(parseProgress(union), { facts: unite(mine, theirs), state: 'ok' })
        JSON.parse(union)
      }),
    )
  })

  it('gives what can be read of a broken one, and never throws', () => {
    const text = formatProgress(withResult(withResult(NO_PROGRESS, checked(A, 'pass')), checked(B, 'fail')))
    const half = parseProgress(text.slice(0, text.indexOf('\n', 40) + 30))
    assert.equal(half.state, 'broken')
    assert.equal(half.facts.results.length, 1)
    for (const bad of [
      '',
      '{}',
      '[]',
      'null',
      '7',
      '{"version":1}',
      '\u0000',
      '"version": 1,\n{"exercise":"1.1"},',
    ])
      assert.equal(parseProgress(bad).state, 'broken', bad)
    fc.assert(fc.property(fc.string(), noise => void parseProgress(noise)))
    fc.assert(fc.property(fc.jsonValue(), value => void parseProgress(JSON.stringify(value))))
  })

  it('reads nothing of one that a later version wrote', () => {
    const text = formatProgress(withResult(NO_PROGRESS, checked(A, 'pass')))
    for (const newer of [text.replace('"version": 1', '"version": 2'), '{"version":3,"other":true}'])
      assert.deepEqual(parseProgress(newer), { facts: NO_PROGRESS, state: 'newer' })
  })
})
