/** Makes `p2plab` a command in the terminals of VS Code. */
import type * as vscode from 'vscode'
import path from 'node:path'
import { sentence, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import { launcherVariables, writeLaunchers } from './launchers.ts'

/** When the shell starts, and again after its own files, which on macOS put the system's folders first. */
const WHEN = { applyAtProcessCreation: true, applyAtShellIntegration: true }

/** `dist` is the folder of the bundles. Never rejects: without the command everything else works. */
export async function terminalCommand(
  context: Pick<vscode.ExtensionContext, 'globalStorageUri' | 'environmentVariableCollection'>,
  dist: string,
  log: Log,
): Promise<void> {
  const variables = context.environmentVariableCollection
  const folder = path.join(context.globalStorageUri.fsPath, 'bin')
  const launchers = { folder, node: process.execPath, cli: path.join(dist, 'cli.mjs') }
  try {
    await writeLaunchers(launchers)
    variables.description = t('Adds the command p2plab, the command line of P2P Lab.')
    variables.prepend('PATH', `${folder}${path.delimiter}`, WHEN)
    if (process.platform === 'win32')
      for (const [name, value] of Object.entries(launcherVariables(launchers))) variables.replace(name, value)
  } catch (error) {
    log.warn(`The terminals have no command p2plab: ${sentence(error)}`)
  }
}
