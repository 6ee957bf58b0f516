/** Starts the learner's program: our runner for TypeScript, the shell for any other command line. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { ONE_OF_MANY } from '../../../network/fork.ts'
import { exercise as exerciseEntry } from '../../catalogue.ts'
import { isNetworkFolder, MAP_IT } from '../../workspace/network-folder.ts'
import { CannotRun } from '../kit/finding.ts'
import { missingCommand } from './find-command.ts'
import { guard } from './guard.ts'
import { ownGroup } from './process-group.ts'
import { converted, type Field } from '../../exercise/fields.ts'
import type { Ops } from '../../exercise/op.ts'
import { shapeOf } from '../../exercise/shape.ts'
import type { Argument, Arguments } from '../../learner/arguments.ts'
import type { ResultFields } from '../../learner/results.ts'
import { GUARDED } from '../../learner/guarded.ts'
import { withoutTypes } from '../../learner/without-types.ts'
import type { ProgramSpec } from '../protocol.ts'

export interface Launch {
  spec: ProgramSpec
  exercise: string
  seed: number
  /** Of the exercise: our runner is told what they return. */
  ops?: Ops | undefined
  /** The folder that holds learner.mjs. */
  dist: string
  /** The learner's file waits for a debugger; a command line takes no notice. */
  inspect?: boolean | undefined
}

/** Throws CannotRun when there is nothing that could be started. `platform` is that of the machine. */
export function assertRunnable({ spec, dist }: Launch, platform: NodeJS.Platform = process.platform): void {
  if (spec.kind === 'command' && isNetworkFolder(spec.workspace, platform)) {
    throw new CannotRun(
      `Windows cannot run "${spec.command}" in the network folder ${spec.workspace}. ${MAP_IT}`,
    )
  }
  if (!isFolder(spec.workspace)) {
    throw new CannotRun(`The folder ${spec.workspace} does not exist. Name the folder of your lab workspace.`)
  }
  if (spec.kind === 'command') {
    const missing = missingCommand(spec.command, spec.workspace)
    if (missing === undefined) return
    throw new CannotRun(
      /[\\/]/.test(missing)
        ? `Could not run "${spec.command}": there is no program ${missing} in ${spec.workspace}, or it is not executable.`
        : `Could not run "${spec.command}": there is no program ${missing} on this computer's PATH. Install it, or give its full path.`,
    )
  }
  const file = path.resolve(spec.workspace, spec.file)
  if (!existsSync(file)) {
    throw new CannotRun(`There is no file ${file}. Open the lab workspace, or name its folder.`)
  }
  if (!existsSync(path.join(dist, 'learner.mjs'))) {
    throw new CannotRun(`The runner is missing in ${dist}. Reinstall P2P Lab.`)
  }
}

const isFolder = (name: string) => statSync(name, { throwIfNoEntry: false })?.isDirectory() === true

/** The caller owns the process: its group must be ended. */
export function launch({
  spec,
  exercise,
  seed,
  ops = {},
  dist,
  inspect,
}: Launch): ChildProcessWithoutNullStreams {
  const { ELECTRON_RUN_AS_NODE: _electron, ...inherited } = process.env
  const env = { ...inherited, P2PLAB_EXERCISE: exercise, P2PLAB_SEED: String(seed) }
  if (spec.kind === 'command') {
    return spawn(spec.command, { shell: true, cwd: spec.workspace, env, ...ownGroup })
  }
  // Once, for all copies that are started. One that waits for a debugger loads the file as it is.
  if (!inspect) withoutTypes(path.resolve(spec.workspace, spec.file))
  // In VS Code process.execPath is Electron, which is Node when it is told so.
  return spawn(process.execPath, [ONE_OF_MANY, path.join(dist, 'learner.mjs'), spec.file], {
    cwd: spec.workspace,
    env: {
      ...env,
      ELECTRON_RUN_AS_NODE: '1',
      // Where nothing else does, the runner ends itself when this process is gone (labs/learner/watchdog.ts).
      P2PLAB_CHECKER: guard.isThere ? GUARDED : String(process.pid),
      // So that it can name all functions that are missing, not only the first.
      P2PLAB_OPS: (exerciseEntry(exercise)?.ops ?? []).join(','),
      P2PLAB_ARGUMENTS: JSON.stringify(argumentsOf(ops)),
      P2PLAB_RESULTS: JSON.stringify(resultsOf(ops)),
      ...(inspect && { P2PLAB_INSPECT: '1' }),
    },
    ...ownGroup,
  })
}

/** The arguments of each op, so that our runner can refuse others. */
const argumentsOf = (ops: Ops): Arguments =>
  Object.fromEntries(
    Object.values(ops).map(({ name, args }) => [
      name,
      Object.fromEntries(Object.entries(args).map(([key, field]) => [key, argumentOf(field)])),
    ]),
  )

function argumentOf(field: Field): Argument {
  const as = converted(field)
  return {
    shape: shapeOf(field.schema),
    words: field.words,
    ...(field.optional && { optional: true }),
    ...(as && { as }),
  }
}

/** The fields that each op must return, and those that may be a bigint. */
const resultsOf = (ops: Ops): ResultFields =>
  Object.fromEntries(
    Object.values(ops).map(({ name, result }) => {
      const keys = Object.keys(result)
      return [
        name,
        {
          needed: keys.filter(key => !result[key]!.optional),
          bigints: keys.filter(key => converted(result[key]!) === 'bigint'),
        },
      ]
    }),
  )

/** How messages call the program. */
export const programName = (spec: ProgramSpec): string => (spec.kind === 'command' ? spec.command : spec.file)

/** The shell's statuses for "there is no such command": 126 and 127 on POSIX, 9009 on Windows. */
export const isCommandMissing = (spec: ProgramSpec, status: number | null): boolean =>
  spec.kind === 'command' && (status === 127 || status === 126 || status === 9009)
