import assert from 'node:assert/strict'
import { EXERCISES, LABS } from '../../../labs/catalogue.ts'
import type { Language } from '../../../labs/languages.ts'
import type { ExerciseState } from '../../../extension/labs/exercise-state.ts'
import { takeOldProgress } from '../../../extension/labs/old-progress.ts'
import { exerciseRow, firstToDo, labIds, labRow, openLabId, stateName } from '../../../extension/labs/rows.ts'
import { standingText } from '../../../extension/labs/standing-text.ts'
import { contentHash, NO_PROGRESS, passedOnce, standing } from '../../../labs/progress/progress.ts'

const STATES: Record<ExerciseState, true> = {
  'not-run': true,
  running: true,
  passed: true,
  changed: true,
  reference: true,
  failed: true,
  unclear: true,
}
const states = Object.keys(STATES) as ExerciseState[]

describe('the Labs tree', () => {
  it('shows each state with an icon and words of its own', () => {
    const rows = states.map(state => exerciseRow(EXERCISES[0]!, state, { language: 'typescript' }))
    assert.equal(new Set(rows.map(row => row.icon)).size, states.length)
    assert.equal(new Set(states.map(stateName)).size, states.length)
    for (const [i, row] of rows.entries()) assert.ok(row.spoken.includes(stateName(states[i]!)))
  })

  it('names the language of an exercise that is not done in TypeScript', () => {
    const row = (state: ExerciseState, language: Language) => exerciseRow(EXERCISES[0]!, state, { language })
    assert.deepEqual(
      [row('not-run', 'typescript'), row('not-run', 'python'), row('passed', 'python')].map(
        ({ description }) => description,
      ),
      ['', 'Python', 'Python · passed'],
    )
    assert.match(row('passed', 'python').spoken, /^Exercise 1\.1 \w+ in Python, passed$/)
    assert.doesNotMatch(row('passed', 'typescript').spoken, /TypeScript/)
  })

  it('counts as passed only what is passed now', () => {
    const row = (state: ExerciseState) => labRow(labIds()[0]!, () => state)!
    const all = EXERCISES.filter(e => e.lab === LABS[0]!.lab).length
    assert.equal(row('passed').description, `${all} of ${all}`)
    for (const state of ['changed', 'reference', 'failed'] as const)
      assert.equal(row(state).description, `0 of ${all}`)
  })
})

describe('the lab in which a learner goes on', () => {
  it('is that of the first exercise that is neither passed nor filled, and the only one that is open in the tree', () => {
    assert.equal(
      openLabId(() => 'not-run'),
      'lab/1',
    )
    assert.equal(firstToDo(id => (id === '1.1' ? 'reference' : 'failed')).id, '1.2')
    assert.equal(
      firstToDo(() => 'passed'),
      EXERCISES.at(-1),
    )
  })
})

describe('the status bar', () => {
  it('says how many have passed, lab by lab, and aloud', () => {
    const first = EXERCISES[0]!.id
    const { short, lines, spoken } = standingText(id => (id === first ? 'passed' : 'not-run'))
    assert.equal(short, `Lab 1 · 1 of ${EXERCISES.filter(e => e.lab === 1).length}`)
    assert.equal(lines.length, new Set(EXERCISES.map(e => e.lab)).size)
    assert.match(lines[0]!, /^Lab 1: TCP and UDP: 1 of \d+ passed$/)
    for (const line of lines) assert.ok(spoken.includes(line))
  })

  it('names what was changed since it passed', () => {
    assert.match(standingText(() => 'changed').lines[0]!, /0 of \d+ passed, \d+ passed, then changed$/)
  })
})

describe('progress of version 0.1', () => {
  const KEY = 'p2plab.progress'
  const memento = (value: unknown) => {
    const values = new Map([[KEY, value]])
    return {
      values,
      keys: () => [...values.keys()],
      get: <T>(key: string) => values.get(key) as T,
      update: (key: string, value: unknown) => {
        if (value === undefined) values.delete(key)
        else values.set(key, value)
        return Promise.resolve()
      },
    }
  }
  const A = contentHash('a')

  it('is taken over once', async () => {
    const storage = memento({
      '1.1': { state: 'passed', passedOnce: true },
      '1.2': { state: 'failed', passedOnce: true },
      '1.3': { state: 'failed', passedOnce: false },
    })
    const facts = await takeOldProgress(storage, new Map([['1.1', A]]))
    assert.equal(standing(facts, '1.1', A), 'passed')
    assert.equal(standing(facts, '1.2', A), 'changed')
    assert.ok(passedOnce(facts, '1.2', A))
    assert.equal(standing(facts, '1.3', A), 'not-run')
    assert.equal(await takeOldProgress(storage, new Map()), NO_PROGRESS)
  })

  it('may be anything', async () => {
    for (const value of [null, 7, 'x', [], { '1.1': null }, { __proto__: 1, a: { passedOnce: true } }])
      assert.equal(await takeOldProgress(memento(value), new Map()), NO_PROGRESS)
  })
})
