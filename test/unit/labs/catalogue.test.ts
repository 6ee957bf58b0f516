/** What is written about the exercises agrees with what there is. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { EXERCISES, LABS } from '../../../labs/catalogue.ts'
import { CHECKS } from '../../../labs/check/exercises.ts'
import { isReservedName } from '../../../network/file-names.ts'
import { root } from '../../kit/labs.ts'

const read = (folder: string, name: string) => readFileSync(path.join(root, 'labs', folder, name), 'utf8')

/** The mistakes that a naive check lets pass: of all wrong programs these must be there. */
const NAIVELY_PASSED: Record<string, readonly string[]> = {
  '1.1': ['decodes-utf8', 'destroys-on-end', 'serves-one-client', 'resolves-on-first-chunk'],
  '1.2': ['one-event-one-message', 'drops-the-tail', 'reads-a-split-header'],
  '1.3': ['one-decoder-for-all', 'awaits-each-member', 'throws-when-a-peer-is-gone', 'echoes-to-the-sender'],
  '1.4': ['allocates-the-declared-length', 'each-byte-restarts-the-timer', 'counts-but-never-decrements'],
  '1.5': ['first-reply-to-first-request', 'reuses-a-dead-socket', 'leaks-on-error', 'dials-each-time'],
  '1.6': ['ignores-write-result', 'destroys-on-stop', 'waits-for-ever'],
  '1.7': ['assumes-order', 'adds-a-copy-twice', 'retries-for-ever', 'trusts-any-source'],
  '1.8': ['reads-one-chunk', 'closes-the-connection', 'ignores-backpressure'],
}

describe('the catalogue', () => {
  it('has each id, folder and file once, in order', () => {
    for (const key of ['id', 'folder', 'file'] as const) {
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

  for (const [i, { id, folder, lab, ops, checks }] of EXERCISES.entries()) {
    describe(`exercise ${id}`, () => {
      it('has the checks that its check.ts has, four to ten', () => {
        assert.deepEqual(
          checks.map(check => check.id),
          Object.keys(CHECKS[id]!),
        )
        assert.ok(checks.length >= 4 && checks.length <= 10)
      })

      it('has a text of 250 to 600 words with all its parts, and a row for each op', () => {
        const text = read(folder, 'README.md')
        const words = text.split(/\s+/).filter(word => /\w/.test(word)).length
        assert.ok(words >= 250 && words <= 600, `${words} words`)
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

      it('has a text for who passed: two paragraphs, the second about the next exercise of the lab', () => {
        const text = read(folder, 'passed.md').trim()
        const words = text.split(/\s+/).length
        assert.ok(words >= 40 && words <= 90, `${words} words`)
        const paragraphs = text.split('\n\n')
        assert.equal(paragraphs.length, 2)
        const next = EXERCISES[i + 1]
        // Only the next one is promised, and after the last of a lab nothing: no lab may be there that does not exist.
        const named = [...text.matchAll(/\b\d\.\d\b/g)].map(([name]) => name)
        assert.deepEqual(named, next?.lab === lab ? [next.id] : [])
        assert.ok(named.every(name => paragraphs[1]!.includes(name)))
      })

      it('has a starter and a solution that export every op', () => {
        for (const name of ['starter.ts', 'solution.ts']) {
          for (const op of ops)
            assert.match(read(folder, name), new RegExp(`^export async function ${op}\\(`, 'm'))
        }
      })

      it('has at least six wrong programs, each with its check and a phrase', () => {
        const names = readdirSync(path.join(root, 'labs', folder, 'wrong'))
        assert.ok(names.length >= 6)
        for (const mistake of NAIVELY_PASSED[id]!) assert.ok(names.includes(`${mistake}.ts`), mistake)
        for (const name of names) {
          const [by, says, mistake] = read(folder, `wrong/${name}`).split('\n')
          assert.ok(
            checks.some(check => by === `// caught by: ${check.id}`),
            name,
          )
          assert.match(says!, /^\/\/ says: \S/)
          assert.match(mistake!, /^\/\/ The mistake: \S/)
        }
      })
    })
  }
})
