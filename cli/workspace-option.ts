/** Which lab workspace a command is about. */
import { statSync } from 'node:fs'
import path from 'node:path'
import { labWorkspaceAround } from '../labs/workspace/find.ts'
import { isLabWorkspace } from '../labs/progress/file.ts'
import { quoted, string } from './arguments.ts'
import { UsageError, type Arguments, type Option } from './command.ts'

export const workspaceOption = {
  workspace: {
    type: 'string',
    value: 'DIR',
    description: 'The lab workspace. Default: the current folder, or the nearest above it that is one.',
  },
} satisfies Record<string, Option>

/** The absolute path of the lab workspace that was named or that the current folder is in. @throws UsageError where there is none */
export async function labWorkspace(values: Arguments['values']): Promise<string> {
  const found = await labWorkspaceIfAny(values)
  if (found !== undefined) return found
  throw new UsageError(
    'The current folder is not in a lab workspace. Set --workspace to one, or create one with p2plab init DIR.',
  )
}

/** The same, or undefined where none was named and the current folder is in none. @throws UsageError where the named one is none */
export async function labWorkspaceIfAny(values: Arguments['values']): Promise<string | undefined> {
  const given = string(values, 'workspace')
  if (given === undefined) return labWorkspaceAround('.')
  const dir = existingFolder(given)
  if (await isLabWorkspace(dir)) return dir
  throw new UsageError(
    `${quoted(given)} is not a lab workspace, because there is no .p2plab folder. Name another folder, or create a lab workspace there with p2plab init.`,
  )
}

/** The absolute path of the folder that --workspace names. @throws UsageError where there is no such folder */
export function existingFolder(given: string): string {
  const dir = path.resolve(given)
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return dir
  throw new UsageError(
    `The folder ${quoted(given)} does not exist. Set --workspace to the folder of the lab workspace.`,
  )
}
