import assert from 'node:assert/strict'
import { createTranscripts } from '../../../extension/transcript/store.ts'
import { exerciseItemId } from '../../../extension/testing/item-id.ts'
import { namedBy } from '../../../extension/transcript/target.ts'
import { exercise } from '../../../labs/catalogue.ts'
import type { CheckResult } from '../../../labs/check/protocol.ts'
import type { WireEvent } from '../../../network/events.ts'
import { rowsOf } from '../../../webview/transcript/rows.ts'
import { dump, glance } from '../../../webview/transcript/words.ts'
import { parseToTranscript } from '../../../webview/shared/transcript-messages.ts'

const entry = exercise('1.1')!
const [one, two] = entry.checks.map(({ id }) => id) as [string, string]
const lane: WireEvent = { type: 'check-lane', at: 1, lane: 'program', role: 'program' }
const result = (id: string, verdict: CheckResult['verdict'], transcript?: WireEvent[]): CheckResult => ({
  id,
  title: id,
  verdict,
  ms: 1,
  ...(transcript && { transcript }),
})
const run = (seed: number, ...checks: CheckResult[]) => ({
  exercise: '1.1',
  verdict: 'fail' as const,
  seed,
  ms: 1,
  checks,
})

describe('the transcripts of a window', () => {
  it('are those of the last run of each check: a run of one leaves the others', () => {
    const store = createTranscripts()
    assert.equal(store.shown(entry, one).run, undefined)
    assert.equal(store.first(entry), undefined)
    store.add(run(1, result(one, 'pass', [lane]), result(two, 'fail', [lane])))
    store.add(run(2, result(one, 'pass', [lane, lane]), result(two, 'error')))
    assert.deepEqual(
      [one, two].map(id => [store.shown(entry, id).run?.seed, store.shown(entry, id).run?.state]),
      [
        [2, 'passed'],
        [1, 'failed'],
      ],
    )
    assert.equal(store.first(entry), two, 'one that failed comes first')
    const shown = store.shown(entry, one)
    assert.deepEqual(shown.checks.map(c => c.state).slice(0, 3), ['passed', 'failed', undefined])
    assert.deepEqual(parseToTranscript(JSON.parse(JSON.stringify({ type: 'show', shown })))?.shown, shown)
  })

  it('have the report of the same run beside them, where the check has one', () => {
    const store = createTranscripts()
    assert.equal(store.report(entry, one), undefined)
    store.add(
      run(7, result(one, 'pass', [lane]), { ...result(two, 'fail', [lane]), report: 'What happened.' }),
    )
    assert.equal(store.report(entry, one), undefined)
    assert.equal(
      store.report(entry, two),
      `# 1.1 ${entry.title}\n\nSeed 7.\n\n**${two}**: fail\n\nWhat happened.`,
    )
  })

  it('are named by an exercise, a check, an item of the Testing view, or a message there', () => {
    const item = { id: '1.1/half-close' }
    const named = [['1.1'], ['1.1', 'half-close'], ['1.1/half-close'], [item], [{ test: item, message: {} }]]
    const reset = { id: exerciseItemId('1.1', '2026-01-31T12:00:00.000Z') }
    assert.deepEqual(namedBy(reset, undefined), { exercise: '1.1', check: undefined })
    assert.deepEqual(
      named.map(([target, check]) => namedBy(target, check)),
      [
        { exercise: '1.1', check: undefined },
        ...Array.from({ length: 4 }, () => ({ exercise: '1.1', check: 'half-close' })),
      ],
    )
    assert.deepEqual(namedBy(undefined, ['the selection']), { exercise: undefined, check: undefined })
  })
})

describe('a transcript', () => {
  it('has its lanes from the checker to the programs, and a pause only where one is known', () => {
    const send = (at: number): WireEvent => ({
      type: 'check-transmission',
      at,
      from: 'c',
      to: 'program',
      kind: 'bytes',
      bytes: 1,
      head: '00',
    })
    const { lanes, rows, transmissions } = rowsOf([
      lane,
      { ...lane, lane: 'c', role: 'connection' },
      { ...lane, lane: 'checker', role: 'checker' },
      send(10),
      { ...send(20), parts: 2, until: 300 } as WireEvent,
      send(390),
      send(600),
      { type: 'check-left-out', at: 900, transmissions: 3 },
      send(900),
    ])
    assert.deepEqual(
      lanes.map(l => l.name),
      ['checker', 'c', 'program'],
    )
    assert.deepEqual(
      rows.map(row => (row.kind === 'transmission' ? row.at : row.kind)),
      [0, 10, 380, 'pause', 590, 'left-out', 890],
    )
    assert.equal(transmissions, 5)
  })

  it('shows bytes as hex beside text, and how many more there were', () => {
    assert.equal(
      dump({ head: '68656c6c6f00ff7c', bytes: 900 }),
      `0000  68 65 6c 6c 6f 00 ff 7c  ${' '.repeat(23)}  |hello..||\n(the first 8 of 900 bytes)`,
    )
    assert.equal(dump({ bytes: 3 }), '')
    assert.equal(glance({ head: '68656c6c6f', bytes: 5 }, 4), 'hell…')
    assert.equal(glance({ head: '6869', bytes: 2 }, 4), 'hi')
  })
})
