/** Check, Debug and Hint above the learner's functions. */
import * as vscode from 'vscode'
import { EXERCISES } from '../../labs/catalogue.ts'
import { t } from '../l10n.ts'
import { findFunction } from '../testing/symbol.ts'
import { tracksOf } from '../../labs/workspace/track.ts'
import { exerciseOf, type LabFolder } from './folder.ts'
import { trackIn } from './tracks.ts'

export function labCodeLens(folder: LabFolder): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>()
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      const lab = folder.all.find(uri => exerciseOf(uri, document.uri) !== undefined)
      const entry = exerciseOf(lab, document.uri)
      if (!entry) return []
      const isTypeScript = trackIn(lab, entry).language === 'typescript'
      const source = document.getText()
      return entry.ops.flatMap(op => {
        const found = findFunction(source, op)
        if (!found) return []
        const range = new vscode.Range(found.line, found.start, found.line, found.end)
        const lens = (title: string, command: string, tooltip: string) =>
          new vscode.CodeLens(range, { title, command, tooltip, arguments: [document.uri] })
        return [
          lens(`$(run) ${t('Check')}`, 'p2plab.checkExercise', t('Check {0} {1}', entry.id, entry.title)),
          ...(isTypeScript
            ? [
                lens(
                  `$(debug-alt) ${t('Debug')}`,
                  'p2plab.debugCheck',
                  t('Debug {0} {1}', entry.id, entry.title),
                ),
              ]
            : []),
          lens(`$(lightbulb) ${t('Hint')}`, 'p2plab.showHint', t('Show the next hint')),
        ]
      })
    },
  }
  // Each exercise's file by its end: which folder is the lab's is looked at when it is asked.
  const files = EXERCISES.flatMap(tracksOf).map(({ file }) => ({ scheme: 'file', pattern: `**/${file}` }))
  return vscode.Disposable.from(
    changed,
    vscode.languages.registerCodeLensProvider(files, provider),
    folder.onDidChange(() => changed.fire()),
  )
}
