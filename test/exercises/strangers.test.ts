/**
 * Ports are machine-wide: whatever strangers send to the sockets of a check, and of the program, a right program passes.
 */
import assert from 'node:assert/strict'
import { EXERCISES } from '../../labs/catalogue.ts'
import { removeFolders, shown } from '../kit/labs.ts'
import { aFewAtATime } from '../kit/lanes.ts'
import { skipBecause } from '../kit/platform.ts'
import { programsOf, runProgram } from '../kit/programs.ts'
import { letStrangersIn } from '../kit/strangers.ts'

const AT_ONCE = { least: 3, most: 8 }

/** Where a stranger's connection to the program is a client like any other, and takes the place of one of the checker's. */
const COUNTS_CLIENTS = new Set(['1.4'])

/** Their programs compute, and have no sockets. */
const WITHOUT_SOCKETS = new Set(['2.1', '2.3'])

describe('With strangers at every port', function () {
  this.timeout(0)
  const solutions = EXERCISES.map(({ id }) => id)
  const results = new Map<string, ReturnType<typeof visited>>()
  before(function () {
    if (process.platform !== 'linux') skipBecause(this, 'only Linux says whose port it is')
    const all = aFewAtATime(solutions, AT_ONCE, visited)
    for (const [id, result] of all) results.set(id, result)
  })
  after(removeFolders)

  for (const { id, title } of EXERCISES) {
    it(`the solution of ${id}, ${title}, passes`, async () => {
      const { result, strangers } = await results.get(id)!
      assert.equal(result.verdict, 'pass', shown(result))
      if (COUNTS_CLIENTS.has(id) || WITHOUT_SOCKETS.has(id)) return
      assert.ok(strangers.datagrams + strangers.connections > 0, 'nobody came')
    })
  }
})

async function visited(id: string) {
  const [solution] = await programsOf(id, 'solution')
  const strangers = letStrangersIn()
  try {
    const result = await runProgram(solution!, {
      seed: 1,
      onProcess: strangers.visitChecker,
      onProgram: ({ pid, running }) => {
        if (running && !COUNTS_CLIENTS.has(id)) strangers.visitProgram(pid)
      },
    })
    return { result, strangers: await strangers.leave() }
  } catch (error) {
    await strangers.leave()
    throw error
  }
}
