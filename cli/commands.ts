/** The table of commands, in the order that the help shows them. A new command is one line here. */
import { broadcast } from './broadcast.ts'
import { check } from './check.ts'
import type { Command } from './command.ts'
import { doctor } from './doctor.ts'
import { list } from './list.ts'
import { network } from './network.ts'
import { report } from './progress-report.ts'
import { scenario } from './scenario.ts'
import { trace } from './trace.ts'

export const COMMANDS: readonly Command[] = [list, check, report, network, broadcast, scenario, trace, doctor]
