/** What is written about the exercises agrees with what there is. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { EXERCISES, LABS, nextExercise } from '../../../labs/catalogue.ts'
import { loadExercise } from '../../../labs/check/engine/load.ts'
import { passedText } from '../../../labs/workspace/passed.ts'
import { mistakesOf } from '../../kit/programs.ts'
import { isReservedName } from '../../../network/file-names.ts'
import { root } from '../../kit/labs.ts'

const read = (folder: string, name: string) => readFileSync(path.join(root, 'labs', folder, name), 'utf8')

describe('the catalogue', () => {
  it('has each id and folder once, in order', () => {
    for (const key of ['id', 'folder'] as const) {
      // Also where "Echo" and "echo" are one file.
      assert.equal(new Set(EXERCISES.map(e => e[key].toLowerCase())).size, EXERCISES.length)
      for (const e of EXERCISES) assert.ok(!e[key].split('/').some(isReservedName), e[key])
    }
    assert.deepEqual(
      EXERCISES.map(e => e.id),
      EXERCISES.map(e => e.id).sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    )
    for (const e of EXERCISES) assert.ok(LABS.some(l => l.lab === e.lab) && e.id.startsWith(`${e.lab}.`))
  })

  for (const { id, lab, folder, ops, checks } of EXERCISES) {
    describe(`exercise ${id}`, () => {
      it('has the checks that its checks/index.ts has, four to ten', async () => {
        assert.deepEqual(
          checks.map(check => check.id),
          Object.keys((await loadExercise(id))!.checks),
        )
        assert.ok(checks.length >= 4 && checks.length <= 10)
      })

      it('has a text of 250 to 700 words with all its parts, and a row for each op', () => {
        const text = read(folder, 'README.md')
        const words = text.split(/\s+/).filter(word => /\w/.test(word)).length
        assert.ok(words >= 250 && words <= 700, `${words} words`)
        for (const part of ['The task', 'Contract', 'Common mistakes', 'Further reading']) {
          assert.match(text, new RegExp(`^## ${part}$`, 'm'))
        }
        assert.match(text, /Bitcoin|libp2p|Ethereum/)
        assert.match(text, /^```/m)
        for (const op of ops) assert.match(text, new RegExp(`^\\| \`${op}\` \\|`, 'm'))
        for (const [, url] of text.matchAll(/\]\((\w+:[^)]*)\)/g)) assert.match(url!, /^https:/)
      })

      it('has three hints, none of them the code', () => {
        const parts = read(folder, 'hints.md').split(/^## Hint \d$/m)
        assert.equal(parts.length, 4)
        for (const hint of parts.slice(1)) {
          assert.ok(hint.trim().length > 50)
          assert.doesNotMatch(hint, /```/)
        }
      })

      it('has a text for a learner who passed, which ends with the next exercise and promises no other', () => {
        const text = passedText(id, read(folder, 'passed.md'))
        const words = text.split(/\s+/).length
        assert.ok(words >= 30 && words <= 130, `${words} words`)
        const next = nextExercise(id)
        // The last one of a lab also says what the lab was about.
        const most = (next?.lab === lab ? 1 : 2) + (next ? 1 : 0)
        assert.ok(text.split('\n\n').length <= most)
        // Nothing may be promised that does not exist.
        const named = [...text.matchAll(/\b\d\.\d\b/g)].map(([name]) => name)
        assert.deepEqual(named, next ? [next.id] : [])
      })

      it('has a starter and a solution that export every op', () => {
        for (const name of ['typescript/starter.ts', 'typescript/solution.ts']) {
          for (const op of ops)
            assert.match(read(folder, name), new RegExp(`^export (?:async )?function ${op}\\(`, 'm'))
        }
      })

      it('has at least eight wrong programs, two of which a naive check lets pass', async () => {
        const mistakes = Object.values(await mistakesOf(id, 'typescript'))
        assert.ok(mistakes.length >= 8)
        assert.ok(mistakes.filter(({ naive }) => naive).length >= 2)
        for (const { caughtBy, why } of mistakes) {
          assert.ok(checks.some(check => check.id === caughtBy))
          assert.match(why, /^[A-Z"].*[.?!]$/, why)
        }
      })
    })
  }
})
