/**
 * What every op of every exercise makes of arguments that nobody should send: from the schemas, with the reference solution in the real runner. Each
 * call gets an answer, an error is one sentence, and the program goes on.
 */
import assert from 'node:assert/strict'
import { EXERCISES } from '../../../labs/catalogue.ts'
import { loadDefinition } from '../../../labs/check/engine/load-definition.ts'
import { ask } from '../../../labs/check/kit/ask.ts'
import { badCalls } from '../../kit/bad-arguments.ts'
import { removeFolders } from '../../kit/labs.ts'
import { startSolution } from '../../kit/running-solution.ts'

/** An answer takes milliseconds; a call that waits for a peer takes its time-out. Milliseconds. */
const ANSWER_MS = 30_000
/** Characters. */
const SENTENCE = 300

describe('arguments that nobody should send', function () {
  this.timeout(180_000)
  after(removeFolders)

  for (const { id, title } of EXERCISES) {
    it(`${id} ${title}: each gets an answer, and the program goes on`, async () => {
      const definition = (await loadDefinition(id))!
      const program = await startSolution(id)
      try {
        for (const { op, what, args, unfit } of badCalls(definition.ops)) {
          const { error } = await ask(program, op, args, ANSWER_MS)
          const call = `${op} with ${what}: ${error ?? 'a result'}`
          if (unfit !== undefined) assert.match(error ?? '', refusal(op, unfit), call)
          if (error !== undefined) assert.ok(error.length <= SENTENCE && !error.includes('    at '), call)
        }
        await program.signOfLife()
      } finally {
        await program.stop()
      }
    })
  }
})

/** What the runner says of an argument that does not fit its schema: what came, and what it must be. */
const refusal = (op: string, name: string) =>
  new RegExp(`^${op} was called with(out| .+ as) ${name}, which must be .+\\.$`)
