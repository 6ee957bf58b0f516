/** The table of commands, in the order that the help shows them. A new command is one line here. */
import { broadcast } from './broadcast.ts'
import { catchUp } from './catch-up.ts'
import { check } from './check.ts'
import type { Command } from './command.ts'
import { doctor } from './doctor.ts'
import { hint } from './hint.ts'
import { init } from './init.ts'
import { list } from './list.ts'
import { network } from './network.ts'
import { report } from './progress-report.ts'
import { reset } from './reset.ts'
import { restore } from './restore.ts'
import { scenario } from './scenario.ts'
import { solution } from './solution.ts'
import { trace } from './trace.ts'
import { watch } from './watch.ts'

export const COMMANDS: readonly Command[] = [
  init,
  list,
  watch,
  check,
  hint,
  solution,
  catchUp,
  reset,
  restore,
  report,
  network,
  broadcast,
  scenario,
  trace,
  doctor,
]
