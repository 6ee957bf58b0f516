/** What each exercise's checks are worth: the starter fails all, the solution passes, each wrong program is caught. */
import assert from 'node:assert/strict'
import { EXERCISES } from '../../labs/catalogue.ts'
import type { ExerciseResult } from '../../labs/check/protocol.ts'
import { LANGUAGES, type Language } from '../../labs/languages.ts'
import { endCheckProcesses, inCheckProcess } from '../kit/check-processes.ts'
import { removeFolders, shown } from '../kit/labs.ts'
import { aFewAtATime } from '../kit/lanes.ts'
import { cannotRun, escaped, programsOf, runProgram, type Program } from '../kit/programs.ts'
import { fewOf } from './few.ts'
import { isAskedFor } from './grep.ts'
import { CAN_BE_VISITED, runVisited } from './visited.ts'
import { longestFirst, recordDurations, timed } from './durations.ts'

/**
 * Three for the three exercises that carry the others, one for the rest: the whole run has to stay within minutes.
 * `npm run test:soak` takes 200 of each.
 */
const seedsOf = (id: string) => (['1.1', '1.2', '1.3'].includes(id) ? 3 : 1)

/**
 * What of a wrong program comes to light first, and so what the message says, depends on the seed: here it is always the same.
 * `npm run matrix` draws one for each run.
 */
const SEED = 1

/**
 * Programs mostly wait for what never comes, and those of lab 2 work for a second or more. With ten at once beside VS Code, a machine of two cores had a
 * load of 25, at which times prove nothing: so many only while the processors have time left.
 */
const AT_ONCE = { least: 2, most: 12 }

interface Task {
  key: string
  program: Program
  options: { seed?: number; only?: string[] }
  judge: typeof runVisited
  /** The test that asks for the result. */
  test?: Mocha.Test
}

const tasks: Task[] = []
const results = new Map<Task, Promise<ExerciseResult>>()

/** Has the program run beside those of all exercises; the result is there when a test asks for it. */
function run(
  program: Program,
  options: Task['options'] = {},
  judge: Task['judge'] = runProgram,
): () => Promise<ExerciseResult> {
  const { exercise, kind, language, name } = program
  const reason = cannotRun(program)
  // Its test does not ask for it.
  if (reason !== undefined) return () => Promise.reject(new Error(reason))
  const task = {
    key: `${exercise} ${kind} ${language} ${name} ${options.seed ?? ''}`.trim(),
    program,
    options,
    judge,
  }
  tasks.push(task)
  return () => results.get(task)!
}

/** `it` for a test that asks for the runs of `program` since the last one. Where this machine cannot run it, the reason is there instead. */
let begun = 0
function test(title: string, program: Program, check: () => Promise<void>): void {
  const reason = cannotRun(program)
  if (reason !== undefined) {
    it(title, function () {
      console.log(`      ${reason}`)
      return this.skip()
    })
    return
  }
  const own = tasks.slice(begun)
  begun = tasks.length
  const asks = it(title, check)
  for (const task of own) task.test = asks
}

before(() => {
  const wanted = tasks.filter(({ test }) => isAskedFor(test!.fullTitle()))
  const all = aFewAtATime(longestFirst(wanted), AT_ONCE, ({ key, program, options, judge }) =>
    timed(key, () =>
      program.kind === 'wrong'
        ? inCheckProcess(process => runProgram(program, { ...options, process }))
        : judge(program, options),
    ),
  )
  for (const [task, result] of all) results.set(task, result)
})
after(recordDurations)
after(endCheckProcesses)
after(removeFolders)

for (const { id, title, checks, ops } of EXERCISES) {
  const programs = await programsOf(id)
  const ofKind = (kind: Program['kind']) => programs.filter(program => program.kind === kind)

  describe(`Exercise ${id}, ${title}`, function () {
    // A test may wait for every run that began before its own. What a run may take, the checks' own deadlines say.
    this.timeout(0)

    for (const program of ofKind('starter')) {
      const result = run(program)
      test(
        `has a starter in ${LANGUAGES[program.language].title} that gets ready and fails every check with what to do first`,
        program,
        async () => {
          assertFailsAsStarter(await result(), { checks, ops, language: program.language })
        },
      )
    }

    for (const program of ofKind('solution')) {
      const seeds = Array.from({ length: seedsOf(id) }, (_, i) =>
        run(program, { seed: SEED + i }, i === 0 && CAN_BE_VISITED ? runVisited : runProgram),
      )
      const visited = CAN_BE_VISITED ? ', once with strangers at every port' : ''
      test(
        `has a solution in ${LANGUAGES[program.language].title} that passes every check, with ${seeds.length} seeds${visited}`,
        program,
        async () => {
          for (const result of seeds) assertPasses(await result(), checks.length)
        },
      )
    }

    for (const program of ofKind('other')) {
      const result = run(program)
      const language = program.language === 'typescript' ? '' : ` in ${LANGUAGES[program.language].title}`
      test(
        `passes ${spoken(program)}, a correct program written in another way${language}`,
        program,
        async () => {
          assertPasses(await result(), checks.length)
        },
      )
    }

    describe('of its wrong programs', () => {
      for (const program of fewOf(ofKind('wrong'))) {
        const options = { only: [program.caught!.check], seed: SEED }
        const result = run(program, options)
        test(`catches ${spoken(program)}`, program, async () => {
          const first = await result()
          // The machine was too busy for it, and nothing is proven: once more.
          const judged = first.verdict === 'inconclusive' ? await runProgram(program, options) : first
          assert.equal(escaped(judged, program.caught!), undefined, shown(judged))
          assert.equal(judged.verdict, 'fail', shown(judged))
        })
      }
    })
  })
}

interface Exercise {
  checks: readonly { id: string; title: string }[]
  ops: readonly string[]
  language: Language
}

function assertFailsAsStarter(result: ExerciseResult, { checks, ops, language }: Exercise): void {
  assert.equal(result.verdict, 'fail', shown(result))
  assert.deepEqual(
    result.checks.map(check => [check.id, check.title, check.verdict]),
    checks.map(check => [check.id, check.title, 'fail']),
  )
  for (const { message, op } of result.checks) {
    // Only our runner says where.
    const place = language === 'typescript' ? /^Got: an error: \S+\.ts:\d+:\d+: / : /^Got: an error: /
    assert.match(message!, new RegExp(`${place.source}\\w+ is not written yet$`, 'm'))
    assert.match(message!, /this is where you start/)
    assert.ok(ops.includes(op!))
  }
}

function assertPasses(result: ExerciseResult, checks: number): void {
  assert.equal(result.verdict, 'pass', shown(result))
  assert.equal(result.checks.length, checks)
  assert.ok(result.checks.every(check => check.message === undefined))
}

function spoken({ name }: Program): string {
  return name.replaceAll('-', ' ')
}
