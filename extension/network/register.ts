/** Registers the commands of a network: what goes wrong is shown, with the way on. */
import * as vscode from 'vscode'
import { showError, type Log, type Remedy } from '../errors.ts'
import { t } from '../l10n.ts'
import { NothingRuns } from './service.ts'

export type Commands = Record<string, (...args: never[]) => Promise<unknown>>

/** By name, without "p2plab.". A command that fails resolves to undefined. */
export function registerCommands(commands: Commands, log: Log): vscode.Disposable {
  const startAgain = () => vscode.commands.executeCommand('p2plab.startNetwork')
  const again = (name: string): Remedy => ({
    title: name === 'saveNetwork' ? t('Use Another Name') : t('Use Another File'),
    run: () => vscode.commands.executeCommand(`p2plab.${name}`),
  })
  const remedies = (name: string, error: unknown): Remedy[] => {
    if (error instanceof NothingRuns) return [{ title: t('Start Local Network'), run: startAgain }]
    if (name === 'recordNetwork' || name === 'saveNetwork') return [again(name)]
    return name === 'startNetwork' ? [{ title: t('Try Again'), run: startAgain }] : []
  }
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, action]) =>
      vscode.commands.registerCommand(`p2plab.${name}`, async (...args: never[]) => {
        try {
          return await action(...args)
        } catch (error) {
          showError(log, error, ...remedies(name, error))
          return undefined
        }
      }),
    ),
  )
}
