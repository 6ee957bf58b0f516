/** The table of commands, in the order that the help shows them. A new command is one line here. */
import type { Command } from './command.ts'
import { list } from './list.ts'

export const COMMANDS: readonly Command[] = [list]
