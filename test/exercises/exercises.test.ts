/** What each exercise's checks are worth: the starter fails all, the solution passes, each wrong program is caught. */
import assert from 'node:assert/strict'
import { EXERCISES } from '../../labs/catalogue.ts'
import type { ExerciseResult } from '../../labs/check/protocol.ts'
import { checkFile, removeFolders, shown, workspaceOf } from '../kit/labs.ts'
import { aFewAtATime } from '../kit/lanes.ts'
import { LANGUAGES } from '../../labs/languages.ts'
import { cannotRun, escaped, programsOf, runProgram, type Program } from '../kit/programs.ts'

/**
 * Four for the three exercises that carry the others, two for the rest: the whole run has to stay within minutes.
 * `npm run test:soak` takes 200 of each.
 */
const seedsOf = (id: string) => (['1.1', '1.2', '1.3'].includes(id) ? 4 : 2)

/**
 * What of a wrong program comes to light first, and so what the message says, depends on the seed: here it is always the same.
 * `npm run matrix` draws one for each run.
 */
const SEED = 1

/** Wrong programs at once: more would make them wait for each other on two cores. */
const AT_ONCE = 3

for (const { id, title, checks, ops } of EXERCISES) {
  const all = await programsOf(id)
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

    for (const program of all.filter(({ kind }) => kind === 'other')) {
      const language = program.language === 'typescript' ? '' : ` in ${LANGUAGES[program.language].title}`
      it(`passes ${spoken(program)}, a correct program written in another way${language}`, async function () {
        const reason = cannotRun(program)
        if (reason !== undefined) {
          console.log(`      ${reason}`)
          return this.skip()
        }
        const result = await runProgram(program)
        assert.equal(result.verdict, 'pass', shown(result))
        assert.equal(result.checks.length, checks.length)
      }).timeout(60_000)
    }

    describe('of its wrong programs', () => {
      const programs = all.filter(({ kind }) => kind === 'wrong')
      let results: Map<Program, Promise<ExerciseResult>>
      before(() => {
        results = aFewAtATime(programs, AT_ONCE, program =>
          runProgram(program, { only: [program.caught!.check], seed: SEED }),
        )
      })
      for (const program of programs) {
        it(`catches ${spoken(program)}`, async () => {
          const result = await results.get(program)!
          assert.equal(escaped(result, program.caught!), undefined, shown(result))
          assert.equal(result.verdict, 'fail', shown(result))
        }).timeout(180_000)
      }
    })
  })
}

function spoken({ name }: Program): string {
  return name.replaceAll('-', ' ')
}
