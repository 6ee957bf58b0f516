/** What the commands of a network do when they go wrong: it is shown, with the way on. */
import * as vscode from 'vscode'
import { showError, type Log, type Remedy } from '../errors.ts'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import { NoLabWorkspace } from '../labs/choose.ts'
import { NothingRuns } from './service.ts'

/** By name, without "p2plab.". An action that fails resolves to undefined. */
export function showingErrors<Name extends string>(actions: Actions<Name>, log: Log): Actions<Name> {
  const startAgain = () => vscode.commands.executeCommand('p2plab.startNetwork')
  const again = (name: string): Remedy => ({
    title: name === 'saveNetwork' ? t('Use Another Name') : t('Use Another File'),
    run: () => vscode.commands.executeCommand(`p2plab.${name}`),
  })
  const remedies = (name: string, error: unknown): Remedy[] => {
    if (error instanceof NothingRuns) return [{ title: t('Start Local Network'), run: startAgain }]
    if (error instanceof NoLabWorkspace) {
      const open = () => vscode.commands.executeCommand('p2plab.openLabWorkspace')
      return [{ title: t('Open Lab Workspace'), run: open }]
    }
    if (name === 'recordNetwork' || name === 'saveNetwork') return [again(name)]
    return name === 'startNetwork' ? [{ title: t('Try Again'), run: startAgain }] : []
  }
  const shown = Object.entries<Actions[string]>(actions).map(([name, action]) => [
    name,
    async (...args: never[]) => {
      try {
        return await action(...args)
      } catch (error) {
        showError(log, error, ...remedies(name, error))
        return undefined
      }
    },
  ])
  return Object.fromEntries(shown) as Actions<Name>
}
