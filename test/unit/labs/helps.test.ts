import assert from 'node:assert/strict'
import { hintsShown, solutionIs, withHints } from '../../../labs/progress/helps.ts'
import { NO_PROGRESS, unite, withEvent } from '../../../labs/progress/progress.ts'

describe('the hints that a learner has asked for', () => {
  it('are counted from the facts, up to as many as there are', () => {
    let facts = NO_PROGRESS
    for (const shown of [1, 2, 3, 3, 3]) {
      facts = withHints(facts, '1.1', 3)
      assert.equal(hintsShown(facts, '1.1', 3), shown)
    }
    assert.equal(hintsShown(facts, '1.2', 3), 0)
    // What was shown before is not asked for again.
    assert.equal(facts.events.length, 3)
    assert.equal(hintsShown(withHints(NO_PROGRESS, '1.1', 3, 9), '1.1', 3), 3)
  })

  it('begin anew with a reset, also where the clock stands still', () => {
    const now = new Date('2026-01-31T12:00:00.000Z')
    let facts = withHints(NO_PROGRESS, '1.1', 3, 2)
    facts = withEvent(facts, { exercise: '1.1', event: 'reset' }, now)
    assert.equal(hintsShown(facts, '1.1', 3), 0)
    facts = withHints(facts, '1.1', 3)
    assert.equal(hintsShown(facts, '1.1', 3), 1)
  })

  it('are those of all computers together', () => {
    const [here, there] = [
      withHints(NO_PROGRESS, '1.1', 3),
      withEvent(NO_PROGRESS, { exercise: '1.1', event: 'hint' }, new Date(0)),
    ]
    assert.equal(hintsShown(unite(here, there), '1.1', 3), 2)
  })
})

describe('a solution', () => {
  it('is open after a pass, asks after all hints, and is closed before', () => {
    assert.equal(solutionIs(true, 0, 3), 'open')
    assert.equal(solutionIs(false, 3, 3), 'ask')
    assert.equal(solutionIs(false, 2, 3), 'closed')
  })
})
