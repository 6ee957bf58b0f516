/** The reference solution of an exercise as a program that runs, for tests that hold it against software of others. */
import { EXERCISES } from '../../labs/catalogue.ts'
import { loadDefinition } from '../../labs/check/engine/load-definition.ts'
import { startProgram, type Program } from '../../labs/check/engine/program.ts'
import type { ProgramSpec } from '../../labs/check/protocol.ts'
import { createTranscript } from '../../labs/check/transcript/transcript.ts'
import { dist, existing, folderWith, source } from './labs.ts'

/**
 * Ready; end it with `stop`. Its workspace is one of removeFolders (labs.ts). `name`: another correct program of the exercise, "other/tables.ts".
 */
export async function startSolution(id: string, name = 'solution.ts'): Promise<Program> {
  const files: Record<string, string> = {}
  for (const { id: earlier } of EXERCISES) {
    files[existing(earlier).file] = await source(
      earlier,
      earlier === id ? `typescript/${name}` : 'solution.ts',
    )
    if (earlier === id) break
  }
  const workspace = await folderWith(files)
  return start(id, { kind: 'typescript', file: existing(id).file, workspace })
}

/** The same of a command line, in an empty folder. */
export const startCommand = async (id: string, command: string): Promise<Program> =>
  start(id, { kind: 'command', command, workspace: await folderWith({}) })

async function start(id: string, spec: ProgramSpec): Promise<Program> {
  const program = startProgram({
    spec,
    exercise: id,
    seed: 1,
    ops: (await loadDefinition(id))!.ops,
    dist,
    transcript: createTranscript(),
    onLog: () => {},
    onRunning: () => {},
  })
  await program.ready
  return program
}
