/**
 * The solutions pass with 200 seeds, and the other correct programs with 20, while all cores are busy.
 *
 *     npm run test:soak                     all of it
 *     npm run test:soak -- --seeds 3        a try: three seeds of each
 *     npm run test:soak -- --grep 1.4       one exercise
 */
import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { EXERCISES } from '../../labs/catalogue.ts'
import { aFewAtATime } from '../kit/lanes.ts'
import { cannotRun, programsOf, runProgram, type Program } from '../kit/programs.ts'
import { removeFolders, shown } from '../kit/labs.ts'
import { keepCoresBusy } from '../kit/load.ts'
import { count, newTally, shownTallies, type Tally } from '../kit/tally.ts'

/** `npm run test:soak -- --seeds N` hands it on. */
const chosen = Number(process.env['P2PLAB_SEEDS'] ?? 200)
assert.ok(Number.isInteger(chosen) && chosen >= 1, `expected a number of seeds from 1, got ${chosen}`)
const seedsOf = ({ kind }: Program) => (kind === 'solution' ? chosen : Math.min(chosen, 20))

/** Runs mostly wait: this many keep the cores busy, and make everything as late as on a machine with too much to do. */
const AT_ONCE = 3 * availableParallelism()
/** Of failures, which are all alike as a rule, so many are shown in full. */
const SHOWN = 3

const all = await Promise.all(
  EXERCISES.map(
    async entry =>
      [
        entry,
        [...(await programsOf(entry.id, 'solution')), ...(await programsOf(entry.id, 'other'))],
      ] as const,
  ),
)

describe('With all cores busy', () => {
  const tallies: Tally[] = []
  let load: ReturnType<typeof keepCoresBusy>
  before(() => void (load = keepCoresBusy()))
  after(async () => {
    await load.end()
    console.log(`\n${load.cores} cores kept busy, ${AT_ONCE} runs at once.\n${shownTallies(tallies)}\n`)
  })
  afterEach(removeFolders)

  for (const [{ id, title }, programs] of all) {
    for (const program of programs) {
      const seeds = seedsOf(program)
      it(`${program.name} of ${id}, ${title}, passes with ${seeds} seeds`, async function () {
        const reason = cannotRun(program)
        if (reason !== undefined) {
          console.log(`    ${reason}`)
          return this.skip()
        }
        const tally = newTally(`${id} ${program.name} in ${program.language}`)
        tallies.push(tally)
        const list = Array.from({ length: seeds }, (_, i) => i + 1)
        const results = aFewAtATime(list, { least: AT_ONCE, most: AT_ONCE }, seed =>
          runProgram(program, { seed }),
        )
        for (const result of results.values()) count(tally, await result)
        assert.equal(tally.failed.length, 0, tally.failed.slice(0, SHOWN).map(shown).join('\n\n'))
        // Inconclusive is no failure, but a program that was never judged has shown nothing.
        assert.ok(tally.passed > seeds / 2, shownTallies([tally]))
      }).timeout(60 * 60_000)
    }
  }
})
