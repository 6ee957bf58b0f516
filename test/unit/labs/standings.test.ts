import assert from 'node:assert/strict'
import { EXERCISES } from '../../../labs/catalogue.ts'
import type { Standing } from '../../../labs/progress/progress.ts'
import { trackOf } from '../../../labs/workspace/track.ts'
import { nextToDo, type ExerciseStanding } from '../../../labs/report/standings.ts'

const all = (states: Readonly<Record<string, Standing>>, others: Standing): ExerciseStanding[] =>
  EXERCISES.map(entry => ({
    entry,
    track: trackOf(entry, 'typescript'),
    file: 'own',
    state: states[entry.id] ?? others,
    passed: 0,
    hasPassed: false,
  }))
const next = (standings: ExerciseStanding[], id?: string) => nextToDo(standings, id)?.entry.id

describe('the next exercise to do', () => {
  it('is the first that has neither passed nor was filled with the reference', () => {
    assert.equal(next(all({ '1.1': 'passed', '1.2': 'reference', '1.3': 'changed' }, 'not-run')), '1.3')
    assert.equal(next(all({}, 'passed')), undefined)
  })
  it('comes after the one at hand, and after the last from the beginning', () => {
    const standings = all({ '1.2': 'failed', '1.4': 'unclear' }, 'passed')
    assert.equal(next(standings, '1.2'), '1.4')
    assert.equal(next(standings, '1.4'), '1.2')
    assert.equal(next(all({ '1.2': 'failed' }, 'passed'), '1.2'), '1.2')
  })
})
