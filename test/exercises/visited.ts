/**
 * Ports are machine-wide: whatever strangers send to the sockets of a check, and of the program, a right program passes.
 */
import assert from 'node:assert/strict'
import type { ExerciseResult } from '../../labs/check/protocol.ts'
import { runProgram, type Program } from '../kit/programs.ts'
import { letStrangersIn } from '../kit/strangers.ts'

/** Where a stranger's connection to the program is a client like any other, and takes the place of one of the checker's. */
const COUNTS_CLIENTS = new Set(['1.4'])

/** Their programs compute, and have no sockets. */
const WITHOUT_SOCKETS = new Set(['2.1', '2.3'])

/** Only Linux says whose port it is. */
export const CAN_BE_VISITED = process.platform === 'linux'

/** As runProgram, with strangers at every port of the checker and, but for 1.4, of the program. Rejects where nobody came although there were ports. */
export async function runVisited(program: Program, options: { seed?: number }): Promise<ExerciseResult> {
  const id = program.exercise
  const strangers = letStrangersIn()
  try {
    const result = await runProgram(program, {
      ...options,
      onProcess: strangers.visitChecker,
      onProgram: ({ pid, running }) => {
        if (running && !COUNTS_CLIENTS.has(id)) strangers.visitProgram(pid)
      },
    })
    const mayBeAlone = COUNTS_CLIENTS.has(id) || WITHOUT_SOCKETS.has(id)
    if (result.verdict === 'pass') assert.ok(mayBeAlone || strangers.visits() > 0, 'nobody came')
    return result
  } finally {
    await strangers.leave()
  }
}
