/** Show Transcript: what went over the wire in the last run of a check, as a picture and a table. */
import * as vscode from 'vscode'
import { exercise, type ExerciseEntry } from '../../labs/catalogue.ts'
import type { FromTranscript, parseFromTranscript } from '../../webview/shared/transcript-messages.ts'
import { setContext } from '../context-keys.ts'
import { Cancelled, showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import { chooseExercise } from '../labs/choose.ts'
import type { LabFolder } from '../labs/folder.ts'
import type { Progress } from '../labs/progress.ts'
import type { VirtualDocuments } from '../labs/virtual-documents.ts'
import type { LabTesting } from '../testing/controller.ts'
import { transcriptPanel } from './panel.ts'
import { createTranscripts } from './store.ts'
import { namedBy } from './target.ts'

/** VS Code's own, which can be disabled. */
const MARKDOWN = 'vscode.markdown-language-features'

export interface LabTranscripts extends vscode.Disposable {
  /** The check that the page shows. */
  readonly shown: { entry: ExerciseEntry; check: string } | undefined
  /** Whether the page is the editor that the user works in. */
  readonly isActive: boolean
}

/** `p2plab.showTranscript (exercise?, check?)`; an item or a message of the Testing view names its check. */
export function labTranscripts(parts: {
  extension: vscode.Uri
  testing: LabTesting
  folder: LabFolder
  progress: Progress
  documents: VirtualDocuments
  /** What reads the messages of the page. */
  later: () => Promise<{ parseFromTranscript: typeof parseFromTranscript }>
  log: Log
}): LabTranscripts {
  const { testing, folder, progress, later, log } = parts
  const store = createTranscripts()
  let current: { entry: ExerciseEntry; check: string } | undefined

  const panel = transcriptPanel(
    parts.extension,
    {
      onReady: () => refresh(),
      onRestored(id, check) {
        const entry = exercise(id)
        if (entry?.checks.some(c => c.id === check)) current = { entry, check }
      },
      onMessage: message => void act(message),
      parser: async () => (await later()).parseFromTranscript,
    },
    log,
  )
  const refresh = () => {
    if (!current) return
    panel.show(store.shown(current.entry, current.check))
    setContext('p2plab.transcriptCapture', store.isCaptured(current.entry.id, current.check))
    setContext('p2plab.transcriptReport', store.report(current.entry, current.check) !== undefined)
  }
  const act = (message: Exclude<FromTranscript, { type: 'ready' }>) => {
    switch (message.type) {
      case 'choose':
        return vscode.commands.executeCommand('p2plab.showTranscript', message.exercise, message.check)
      case 'check':
        return vscode.commands.executeCommand('p2plab.checkOne', message.exercise, message.check)
      case 'guide':
        return vscode.commands.executeCommand('p2plab.showGuide', message.exercise)
    }
  }
  const show = async (target: unknown, named: unknown) => {
    const asked = namedBy(target, named)
    const chosen = await chooseExercise(asked.exercise, t('Show Transcript'), folder, progress)
    const { entry } = chosen
    if (asked.check !== undefined && !entry.checks.some(c => c.id === asked.check))
      throw new Error(t('Exercise {0} has no check named {1}.', entry.id, asked.check))
    const check = asked.check ?? (await pick(entry))
    current = { entry, check }
    panel.reveal(vscode.ViewColumn.Active)
    refresh()
  }
  /** As a preview, from which its text can be opened; where there is none, the text. */
  const showReport = async (target: unknown, named: unknown) => {
    const asked = namedBy(target, named)
    const entry = typeof asked.exercise === 'string' ? exercise(asked.exercise) : current?.entry
    const check = asked.check ?? current?.check
    const report = entry && check !== undefined ? store.report(entry, check) : undefined
    if (!entry || report === undefined) throw new Error(t('This check has no report. Run the check again.'))
    const uri = parts.documents.put(`/${entry.id}/${t('Report of {0}', entry.id)}.md`, report)
    if (vscode.extensions.getExtension(MARKDOWN))
      await vscode.commands.executeCommand('markdown.showPreview', uri)
    else await vscode.window.showTextDocument(uri)
  }
  /** The only thing there is to see is not asked for. */
  const pick = async (entry: ExerciseEntry): Promise<string> => {
    const { checks } = store.shown(entry, '')
    const withOne = checks.filter(c => c.state !== undefined)
    if (withOne.length < 2) return withOne[0]?.id ?? entry.checks[0]!.id
    const icons = { passed: 'pass', failed: 'error', unclear: 'question' }
    const items = withOne.map(({ id, title, state }) => ({ label: `$(${icons[state!]}) ${title}`, id }))
    const first = store.first(entry)
    items.sort((a, b) => Number(b.id === first) - Number(a.id === first))
    const picked = await vscode.window.showQuickPick(items, {
      title: t('Show Transcript: {0} {1}', entry.id, entry.title),
      placeHolder: t('Select a check'),
    })
    if (!picked) throw new Cancelled()
    return picked.id
  }
  const subscriptions = vscode.Disposable.from(
    panel,
    testing.onDidProgress(step => {
      if (step.type !== 'ended') return
      store.add(step.result)
      if (current?.entry.id === step.entry.id) refresh()
    }),
    vscode.commands.registerCommand('p2plab.showTranscript', async (target: unknown, check: unknown) => {
      try {
        await show(target, check)
      } catch (error) {
        showError(log, error)
      }
    }),
    vscode.commands.registerCommand('p2plab.showCheckReport', async (target: unknown, check: unknown) => {
      try {
        await showReport(target, check)
      } catch (error) {
        showError(log, error)
      }
    }),
  )
  return {
    get shown() {
      return panel.isOpen ? current : undefined
    },
    get isActive() {
      return panel.isActive
    },
    dispose: () => void subscriptions.dispose(),
  }
}
