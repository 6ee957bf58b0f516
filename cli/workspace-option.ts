/** Which lab workspace a command is about. */
import { statSync } from 'node:fs'
import path from 'node:path'
import { labWorkspaceAround } from '../labs/workspace/find.ts'
import { isLabWorkspace } from '../labs/progress/file.ts'
import { quoted, string } from './arguments.ts'
import { ownCommand } from './own-command.ts'
import { UsageError, type Arguments, type Option } from './command.ts'

export const workspaceOption = {
  workspace: {
    type: 'string',
    value: 'DIR',
    description: 'The lab workspace. Default: the one that contains the current folder.',
  },
} satisfies Record<string, Option>

/** The absolute path of the lab workspace that was named or that the current folder is in. @throws UsageError where there is none */
export async function labWorkspace(values: Arguments['values']): Promise<string> {
  const found = await labWorkspaceIfAny(values)
  if (found !== undefined) return found
  throw new UsageError(
    `The current folder is not in a lab workspace. Set --workspace to one, or create one with ${ownCommand('init DIR')}.`,
  )
}

/** The same, or undefined where none was named and the current folder is in none. @throws UsageError where the named one is none */
export async function labWorkspaceIfAny(values: Arguments['values']): Promise<string | undefined> {
  const given = string(values, 'workspace')
  if (given === undefined) return labWorkspaceAround('.')
  const dir = existingFolder(given)
  if (await isLabWorkspace(dir)) return dir
  throw new UsageError(
    `${quoted(given)} is not a lab workspace, because there is no .p2plab folder. Name another folder, or create a lab workspace there with ${ownCommand(`init ${quoted(given)}`)}.`,
  )
}

/** The absolute path of the folder that --workspace names. @throws UsageError where there is no such folder */
export function existingFolder(given: string): string {
  const dir = path.resolve(given)
  const there = statSync(dir, { throwIfNoEntry: false })
  if (there?.isDirectory()) return dir
  if (there)
    throw new UsageError(
      `${quoted(given)} is a file, not a folder. Set --workspace to the folder of the lab workspace.`,
    )
  throw new UsageError(
    `The folder ${quoted(given)} does not exist. Set --workspace to the folder of the lab workspace.`,
  )
}
