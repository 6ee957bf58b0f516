import assert from 'node:assert/strict'
import { isMet, ratio } from '../../../bench/aims.ts'
import type { Bench, Figure } from '../../../bench/bench.ts'
import { parse } from '../../../bench/options.ts'
import { selfTimes, sourcesOf } from '../../../bench/profile/self-time.ts'
import { report } from '../../../bench/report.ts'
import { spread } from '../../../bench/spread.ts'
import { replay } from '../../../bench/view/trace.ts'
import { broadcast, startUp } from '../../webview/kit/recording.ts'

const figure = (value: number[], baseline?: number[]): Figure => ({
  name: 'ready',
  unit: 'ms',
  value: spread(value),
  ...(baseline && { baseline: spread(baseline) }),
})
const bench: Bench = {
  name: 'one',
  about: 'About it.',
  baseline: 'the other',
  takes: '',
  runs: 3,
  run: () => Promise.resolve([]),
}

describe('The figures of a bench', () => {
  it('are judged by the median, the worst run or the ratio', () => {
    const f = figure([90, 100, 130], [200, 200, 200])
    assert.equal(ratio(f), 0.5)
    assert.deepEqual(
      [
        isMet(f, { of: 'median', atMost: 100 }),
        isMet(f, { of: 'worst', atMost: 129 }),
        isMet(f, { of: 'worst', atLeast: 91 }),
        isMet(f, { of: 'ratio', atMost: 0.5 }),
        isMet(f, { of: 'ratio', atMost: 0.49 }),
      ],
      [true, false, false, true, false],
    )
  })

  it('have no ratio to nothing, and then keep to no aim about it', () => {
    assert.equal(ratio(figure([1])), undefined)
    assert.equal(ratio(figure([1], [0])), undefined)
    assert.equal(isMet(figure([1], [0]), { of: 'ratio', atMost: 9 }), false)
  })

  it('are not made of nothing, or of what is no number', () => {
    assert.throws(() => spread([]), /nothing was measured/)
    assert.throws(() => spread([1, NaN]), /measured 1, NaN/)
  })

  it('are shown beside their baseline, with the aim and the number of runs', () => {
    const aims = [{ of: 'ratio' as const, atMost: 0.7 }]
    const text = report(
      bench,
      [{ name: '50 nodes', figures: [{ ...figure([70, 90], [100, 100]), aims }] }],
      12,
    )
    assert.match(text, /^one: About it\.\nBaseline: the other\.\n/)
    assert.match(text, /ready, ms +80 +70 +90 +100 +0\.80 {2}aim at most 0\.7 × the baseline: not met/)
    assert.match(text, /2 runs of each, 12 s in all/)
  })
})

describe('The options of npm run bench', () => {
  it('name a bench and what of it', () => {
    const options = parse(['one', '5', '--runs', '2', '--json'], [bench])
    assert.ok(typeof options === 'object')
    assert.deepEqual([options.only, options.runs, options.json], [['5'], 2, true])
  })

  for (const words of [['two'], ['--runs', '0'], ['--runs', 'many'], ['--profile='], ['--fast']]) {
    it(`are refused with a sentence and the usage: ${words.join(' ')}`, () => {
      const options = parse(words, [bench])
      assert.ok(typeof options === 'string')
      assert.match(options, /^.+\nUsage: npm run bench/)
    })
  }
})

describe('A profile', () => {
  it('gives native code to its caller, and each line of a bundle to its package', () => {
    const bundle = ['var x', '// node_modules/@a/b/dist/src/i.js', 'f()', '// network/clock.ts', 'g()'].join(
      '\n',
    )
    const frame = (functionName: string, url: string, lineNumber: number) => ({
      functionName,
      url,
      lineNumber,
    })
    const profile = {
      nodes: [
        { id: 1, callFrame: frame('(root)', '', -1), children: [2, 4, 5] },
        { id: 2, callFrame: frame('f', 'file:///node.mjs', 2), children: [3] },
        { id: 3, callFrame: frame('write', '', -1) },
        { id: 4, callFrame: frame('g', 'file:///node.mjs', 4) },
        { id: 5, callFrame: frame('(idle)', '', -1) },
      ],
      samples: [2, 3, 4, 5],
      timeDeltas: [1_000, 2_000, 4_000, 8_000],
    }
    const sources = sourcesOf(new Map([['file:///node.mjs', bundle]]))
    assert.deepEqual(
      [...selfTimes(JSON.stringify(profile), sources)],
      [
        ['@a/b', 3],
        ['ours', 4],
        ['(idle)', 8],
      ],
    )
  })
})

describe('A recorded network that is played again', () => {
  it('has the rate that was asked for, and new messages each time', () => {
    const network = startUp(8)
    const { events: traffic } = broadcast(network, 'n1')
    const events = replay(traffic, 100, 5_000)
    const played = Array.from({ length: 3 * traffic.length }, () => events.next().value!)
    assert.equal(new Set(played.map(e => ('message' in e ? e.message : ''))).size, 3)
    assert.equal(played[0]!.at, 5_000)
    assert.equal(played[traffic.length]!.at, 5_000 + traffic.length * 10)
    assert.ok(played.every((e, i) => i === 0 || e.at >= played[i - 1]!.at))
  })
})
