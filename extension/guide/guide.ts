/** The guide: follows the active editor and the Labs tree, and turns its buttons into commands. */
import * as vscode from 'vscode'
import { EXERCISES, exercise, type ExerciseEntry } from '../../labs/catalogue.ts'
import type { textOf } from '../../labs/pack.ts'
import type { FromGuide, parseFromGuide } from '../../webview/shared/guide-messages.ts'
import { sentence, type Log } from '../errors.ts'
import type { LabContent } from '../labs/content.ts'
import { exerciseOf, type LabFolder } from '../labs/folder.ts'
import type { Hints } from '../labs/hints.ts'
import { columnBeside } from '../labs/layout.ts'
import type { Progress } from '../labs/progress.ts'
import type { Runs } from '../labs/runs.ts'
import { languageIn } from '../labs/tracks.ts'
import { readSettings, setCheckOnSave, SETTINGS } from '../settings.ts'
import { throttle } from '../throttle.ts'
import type { guideOf } from './model.ts'
import { guidePanel } from './panel.ts'

/** Often enough to look live, and one message for what changes together. Milliseconds. */
const SHOW_EVERY_MS = 50

export interface LabGuide extends vscode.Disposable {
  /** Opens the guide of an exercise beside its file, without taking the focus. */
  show(entry: ExerciseEntry, file: vscode.Uri): void
  /** Where it is, when it is open. */
  readonly column: vscode.ViewColumn | undefined
  /** Whether this exercise's guide is on the screen. */
  isShowing(exercise: string): boolean
  /** Puts the focus on the newest hint of the guide, which is open. */
  revealHint(): void
}

export interface GuideParts {
  extension: vscode.Uri
  folder: LabFolder
  content: LabContent
  progress: Progress
  hints: Hints
  runs: Runs
  /** What makes the guide's content, and what reads its messages. */
  later: () => Promise<{
    textOf: typeof textOf
    guideOf: typeof guideOf
    parseFromGuide: typeof parseFromGuide
  }>
  log: Log
}

export function labGuide(parts: GuideParts): LabGuide {
  const { folder, content, progress, hints, runs, later, log } = parts
  let current: ExerciseEntry | undefined

  const panel = guidePanel(
    parts.extension,
    {
      onReady: () => refresh(),
      onRestored: id => (current = exercise(id)),
      onMessage: message => void act(message),
      parser: async () => (await later()).parseFromGuide,
    },
    log,
  )
  const show = async () => {
    if (!panel.isOpen) return
    try {
      if (!(await folder.current())) return panel.show(undefined)
      const entry = current ?? firstToDo(progress)
      const { id } = entry
      const [pack, { guideOf, textOf }] = await Promise.all([content(), later()])
      panel.show(
        guideOf(entry, {
          pack,
          language: languageIn(folder.known),
          state: progress.state,
          hasPassed: progress.hasPassed,
          run: runs.of(id),
          checks: progress.checks(id),
          hints: hints.shown(id, textOf(pack, id).hints.length),
          trusted: vscode.workspace.isTrusted,
          checkOnSave: readSettings().checkOnSave,
        }),
      )
    } catch (error) {
      log.error(sentence(error))
    }
  }
  const refresh = throttle(() => void show(), SHOW_EVERY_MS)
  const follow = (editor: vscode.TextEditor | undefined) => {
    const entry = exerciseOf(folder.known, editor?.document.uri)
    if (!entry || entry === current) return
    current = entry
    refresh()
  }
  const subscriptions = [
    panel,
    refresh,
    vscode.window.onDidChangeActiveTextEditor(follow),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration(SETTINGS)) refresh()
    }),
    ...[folder.onDidChange, progress.onDidChange, runs.onDidChange].map(event =>
      (event as vscode.Event<unknown>)(() => refresh()),
    ),
  ]
  return {
    show(entry, file) {
      current = entry
      panel.open(columnBeside(file))
      refresh()
    },
    get column() {
      return panel.column
    },
    isShowing: id => panel.isVisible && current?.id === id,
    revealHint: () => panel.revealHint(),
    dispose: () => vscode.Disposable.from(...subscriptions).dispose(),
  }
}

/** Where a learner goes on who has opened no file yet. */
const firstToDo = (progress: Progress): ExerciseEntry =>
  EXERCISES.find(entry => !progress.hasPassed(entry.id)) ?? EXERCISES[0]!

/** A button of the guide is the command of the same name, which asks what it needs to ask and reports what goes wrong. */
function act(message: Exclude<FromGuide, { type: 'ready' }>): Thenable<unknown> {
  const { executeCommand } = vscode.commands
  switch (message.type) {
    case 'openWorkspace':
      return executeCommand('p2plab.openLabWorkspace')
    case 'manageTrust':
      return executeCommand('workbench.trust.manage')
    case 'checkOnSave':
      return setCheckOnSave(message.on)
    case 'check':
      return message.check === undefined
        ? executeCommand('p2plab.checkExercise', message.exercise)
        : executeCommand('p2plab.checkOne', message.exercise, message.check)
    case 'cancel':
      return executeCommand('p2plab.cancelCheck', message.exercise)
    case 'debug':
      return executeCommand('p2plab.debugCheck', message.exercise, message.check)
    case 'transcript':
      return executeCommand('p2plab.showTranscript', message.exercise, message.check)
    case 'capture':
      return executeCommand('p2plab.savePacketCapture', message.exercise, message.check)
    case 'report':
      return executeCommand('p2plab.showCheckReport', message.exercise, message.check)
    case 'sameSeed':
      return executeCommand('p2plab.checkSameSeed', message.exercise)
    case 'hint':
      return executeCommand('p2plab.showHint', message.exercise)
    case 'reset':
      return executeCommand('p2plab.resetExercise', message.exercise)
    case 'solution':
      return executeCommand('p2plab.showSolution', message.exercise)
    case 'catchUp':
      return executeCommand('p2plab.catchUp', message.exercise)
    case 'runNetwork':
      return executeCommand('p2plab.runMyNetwork', message.exercise)
    case 'open':
    case 'openFile':
      return executeCommand('p2plab.openExercise', message.exercise)
  }
}
