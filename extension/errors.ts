import * as vscode from 'vscode'
import { fileProblemText, isSystemError } from '../network/file-problem.ts'
import { t } from './l10n.ts'

export type Log = vscode.LogOutputChannel

/** What the user can do about an error: the text of a button and what it does. */
export interface Remedy {
  title: string
  run: () => unknown
}

/** As it is shown: what the system says about files in words that say what to do, anything else in its own. */
export function sentence(error: unknown): string {
  if (isSystemError(error)) {
    const problem = fileProblemText(error)
    return error.path === undefined ? `${problem}.` : `${error.path}: ${problem}.`
  }
  return error instanceof Error ? error.message : String(error)
}

/** Thrown, or used as the reason of an AbortSignal, when the user gave up: nothing is shown. */
export class Cancelled extends Error {
  constructor() {
    super('Cancelled.')
    this.name = 'Cancelled'
  }
}

/** Shows an error as one sentence, with its remedies and the way to the log. Does not wait for an answer. */
export function showError(log: Log, error: unknown, ...remedies: Remedy[]): void {
  if (error instanceof Cancelled || error instanceof vscode.CancellationError) return
  log.error(error instanceof Error ? error : String(error))
  const all = [...remedies, { title: t('Show Log'), run: () => log.show(true) }]
  void vscode.window.showErrorMessage(sentence(error), ...all.map(r => r.title)).then(async title => {
    await all.find(r => r.title === title)?.run()
  })
}
