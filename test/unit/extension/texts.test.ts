import assert from 'node:assert/strict'
import { exerciseIds, exerciseRow, labIds, labRow } from '../../../extension/labs/rows.ts'
import { listed } from '../../../extension/labs/texts.ts'
import { EXERCISES } from '../../../labs/catalogue.ts'

describe('the Labs tree', () => {
  it('has every exercise of the catalogue once, under its lab', () => {
    const ids = labIds().flatMap(exerciseIds)
    assert.deepEqual(
      ids,
      EXERCISES.map(e => e.id),
    )
  })

  it('shows how many exercises of a lab have passed', () => {
    const lab = labIds()[0]!
    const all = exerciseIds(lab)
    assert.equal(labRow(lab, () => 'failed')!.description, `0 of ${all.length}`)
    const first = labRow(lab, id => (id === all[0] ? 'passed' : 'not-run'))!
    assert.match(first.description, new RegExp(`^1 of ${all.length}$`))
    assert.equal(labRow(lab, () => 'passed')!.icon, 'pass-filled')
    assert.equal(
      labRow('lab/99', () => 'passed'),
      undefined,
    )
  })

  it('tells each state by its icon and by words, never by colour alone', () => {
    const entry = EXERCISES[0]!
    const rows = (['not-run', 'running', 'passed', 'failed', 'unclear'] as const).map(s =>
      exerciseRow(entry, s, { language: 'python' }),
    )
    assert.equal(new Set(rows.map(r => r.icon)).size, rows.length)
    assert.equal(new Set(rows.map(r => r.spoken)).size, rows.length)
  })
})

describe('texts', () => {
  it('names are listed as people do', () => {
    assert.equal(listed([]), '')
    assert.equal(listed(['a']), 'a')
    assert.equal(listed(['a', 'b']), 'a and b')
    assert.equal(listed(['a', 'b', 'c']), 'a, b and c')
    assert.equal(listed(['a', 'b', 'c', 'd', 'e']), 'a, b, c and 2 more')
  })
})
