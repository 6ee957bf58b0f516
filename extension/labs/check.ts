/**
 * Check Exercise: the Run button of the Testing view, from anywhere, and a sentence about what came out.
 * `quiet`: the guide that is on the screen says it already.
 */
import * as vscode from 'vscode'
import type { ExerciseResult } from '../../labs/check/protocol.ts'
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import { t } from '../l10n.ts'
import { slowly } from '../slowly.ts'
import type { LabTesting } from '../testing/controller.ts'
import { summary } from '../testing/outcome.ts'

export async function checkExercise(
  testing: LabTesting,
  entry: ExerciseEntry,
  options: { seed?: number | undefined; only?: readonly string[] | undefined; quiet: boolean },
): Promise<ExerciseResult | undefined> {
  const { quiet, ...how } = options
  // The guide shows the progress, too, and has a Cancel button.
  if (quiet) return testing.check(entry, how)
  const title = t('Checking {0} {1}', entry.id, entry.title)
  const result = await slowly(title, signal => testing.check(entry, { ...how, signal }), 'abort')
  if (result) tell(entry, result)
  return result
}

function tell(entry: ExerciseEntry, result: ExerciseResult): void {
  const text = summary(`${entry.id} ${entry.title}`, result)
  if (result.verdict === 'pass') return void vscode.window.showInformationMessage(text)
  const [results, hint] = [t('Show Results'), t('Show Hint')]
  const buttons = result.verdict === 'fail' ? [results, hint] : [results]
  void vscode.window.showWarningMessage(text, ...buttons).then(chosen => {
    if (chosen === results) return vscode.commands.executeCommand('workbench.panel.testResults.view.focus')
    if (chosen === hint) return vscode.commands.executeCommand('p2plab.showHint', entry.id)
  })
}
