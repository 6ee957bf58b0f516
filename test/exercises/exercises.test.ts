/** What each exercise's checks are worth: the starter fails all, the solution passes, each wrong program is caught. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { EXERCISES } from '../../labs/catalogue.ts'
import type { ExerciseResult } from '../../labs/check/protocol.ts'
import { checkFile, folderWith, removeFolders, root, shown, source, workspaceOf } from '../labs-kit.ts'

/**
 * Ten for the three exercises that carry the others, three for the rest, so that the whole run stays within its eight minutes.
 * `npm run test:soak` takes 200 of each.
 */
const seedsOf = (id: string) => (['1.1', '1.2', '1.3'].includes(id) ? 10 : 3)

for (const { id, title, folder, file, checks, ops } of EXERCISES) {
  describe(`Exercise ${id}, ${title}`, () => {
    after(removeFolders)

    it('has a starter that gets ready and fails every check with what to do first', async () => {
      const result = await checkFile(id, await workspaceOf('starter.ts'))
      assert.equal(result.verdict, 'fail', shown(result))
      assert.deepEqual(
        result.checks.map(check => [check.id, check.title, check.verdict]),
        checks.map(check => [check.id, check.title, 'fail']),
      )
      for (const { message, op } of result.checks) {
        assert.match(message!, /^Got: an error: \S+\.ts:\d+:\d+: \w+ is not written yet$/m)
        assert.match(message!, /this is where you start/)
        assert.ok(ops.includes(op!))
      }
    })

    const seeds = seedsOf(id)
    it(`has a solution that passes every check, with ${seeds} seeds`, async () => {
      const workspace = await workspaceOf('solution.ts')
      for (let n = 0; n < seeds; n++) {
        const result = await checkFile(id, workspace)
        assert.equal(result.verdict, 'pass', shown(result))
        assert.equal(result.checks.length, checks.length)
        assert.ok(result.checks.every(check => check.message === undefined))
      }
    }).timeout(180_000)

    for (const name of programsIn(folder, 'other')) {
      it(`passes ${name.replace('.ts', '').replaceAll('-', ' ')}, a correct program written in another way`, async () => {
        const text = await source(id, `other/${name}`)
        const result = await checkFile(id, await folderWith({ ...(await filesBefore(id)), [file]: text }))
        assert.equal(result.verdict, 'pass', shown(result))
        assert.equal(result.checks.length, checks.length)
      }).timeout(60_000)
    }

    describe('of its wrong programs', () => {
      const names = programsIn(folder, 'wrong')
      let results: Map<string, Promise<ExerciseResult>>
      before(() => {
        results = aFewAtATime(names, async name => {
          const workspace = await folderWith({
            ...(await filesBefore(id)),
            [file]: await source(id, `wrong/${name}`),
          })
          return checkFile(id, workspace, { only: [(await caughtBy(id, name)).check] })
        })
      })
      for (const name of names) {
        it(`catches ${name.replace('.ts', '').replaceAll('-', ' ')}`, async () => {
          const { check, phrase } = await caughtBy(id, name)
          assert.ok(
            checks.some(c => c.id === check),
            `${check} is a check of ${id}`,
          )
          const result = await results.get(name)!
          assert.equal(result.verdict, 'fail', shown(result))
          assert.equal(result.checks[0]!.id, check)
          assert.ok(result.checks[0]!.message!.includes(phrase), `"${phrase}" is not in:\n${shown(result)}`)
        }).timeout(180_000)
      }
    })
  })
}

/** What the first lines of a wrong program say: the check that must catch it, and a phrase of that check's message. */
async function caughtBy(id: string, name: string): Promise<{ check: string; phrase: string }> {
  const text = await source(id, `wrong/${name}`)
  const check = /^\/\/ caught by: (\S+)$/m.exec(text)?.[1]
  const phrase = /^\/\/ says: (.+)$/m.exec(text)?.[1]
  assert.ok(check && phrase, `${name} names the check that catches it, and a phrase of the message`)
  return { check, phrase }
}

/** Many wrong programs are caught by waiting for what never comes: that can be done for a few of them at once. */
const AT_ONCE = 3

function aFewAtATime<T>(
  names: readonly string[],
  run: (name: string) => Promise<T>,
): Map<string, Promise<T>> {
  const waiting = new Map(names.map(name => [name, Promise.withResolvers<T>()]))
  const next = names.values()
  const lane = async () => {
    for (const name of next) {
      const result = run(name)
      waiting.get(name)!.resolve(result)
      await result.catch(() => undefined)
    }
  }
  for (let i = 0; i < AT_ONCE; i++) void lane()
  return new Map(
    [...waiting].map(([name, { promise }]) => {
      // The test that awaits it gets the rejection.
      promise.catch(() => undefined)
      return [name, promise]
    }),
  )
}

/** The programs beside the solution: none where there is no such folder. */
function programsIn(folder: string, kind: 'other' | 'wrong'): string[] {
  const dir = path.join(root, 'labs', folder, kind)
  return existsSync(dir) ? readdirSync(dir).sort() : []
}

/** The solutions of the earlier exercises, which later ones import. */
async function filesBefore(id: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const entry of EXERCISES) {
    if (entry.id === id) break
    files[entry.file] = await source(entry.id, 'solution.ts')
  }
  return files
}
