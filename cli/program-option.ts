/** `network up --program ID`: the nodes are copies of the learner's program of that exercise. */
import { EXERCISES } from '../labs/catalogue.ts'
import type { LearnerProgram } from '../network/program-node.ts'
import type { StartOptions } from '../network/start-options.ts'
import { string } from './arguments.ts'
import { programFor } from './check.ts'
import { UsageError, type Arguments, type Option } from './command.ts'
import { existing } from './exercise-argument.ts'
import { workspaceOption } from './workspace-option.ts'

export const programOption: Readonly<Record<string, Option>> = {
  program: {
    type: 'string',
    value: 'ID',
    description: 'Run copies of your program of this exercise instead of libp2p nodes. Default: 5 nodes.',
  },
  ...workspaceOption,
}

/** Rejects with a UsageError. */
export async function readProgram(
  values: Arguments['values'],
): Promise<Pick<StartOptions, 'program'> & { topology?: 'full' }> {
  const id = string(values, 'program')
  if (id === undefined) {
    if (values['workspace'] !== undefined)
      throw new UsageError('--workspace says where your program is: use it with --program.')
    return {}
  }
  if (values['load'] !== undefined)
    throw new UsageError('--load starts a saved network: leave out --program.')
  const program = await programOf(id, values, '--program')
  const isFound = program.dials === 'found'
  if (isFound && values['topology'] !== undefined && values['topology'] !== 'full')
    throw new UsageError(
      `--topology: the nodes of exercise ${id} find each other, so any of them may link to any other. Leave out --topology.`,
    )
  return { program, ...(isFound && { topology: 'full' as const }) }
}

/** The program of an exercise in the lab workspace. `from` is what names the exercise. Rejects with a UsageError. */
export async function programOf(
  id: string,
  values: Arguments['values'],
  from: string,
): Promise<LearnerProgram> {
  const entry = existing(id)
  if (entry.network === undefined) {
    const able = EXERCISES.filter(({ network }) => network !== undefined).map(other => other.id)
    throw new UsageError(
      `${from}: exercise ${entry.id} has no network to run. Exercises that have one: ${able.join(', ') || 'none'}.`,
    )
  }
  const { program } = await programFor(
    entry,
    { workspace: values['workspace'] },
    process.platform,
    'Set --workspace to the lab workspace',
  )
  return { exercise: entry.id, spec: program, ...entry.network }
}
