import * as vscode from 'vscode'
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import { showError, type Log, type Remedy } from '../errors.ts'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import { readSettings } from '../settings.ts'
import type { LabGuide } from '../guide/guide.ts'
import type { LabTesting } from '../testing/controller.ts'
import { checkExercise } from './check.ts'
import { chooseExercise, NoLabWorkspace } from './choose.ts'
import type { ExerciseCommand, LabCommand } from './command-names.ts'
import type { LabContent } from './content.ts'
import type { LabFolder } from './folder.ts'
import type { Hints } from './hints.ts'
import { columnOf } from './layout.ts'
import { openLabWorkspace } from './open-workspace.ts'
import type { Progress } from './progress.ts'
import { reset } from './reset.ts'
import { restoreCopy } from './restore.ts'
import { showSolution } from './solution.ts'
import type { Runs } from './runs.ts'
import { missingFile } from './texts.ts'
import { fileIn, trackIn } from './tracks.ts'
import type { VirtualDocuments } from './virtual-documents.ts'

export interface LabParts {
  folder: LabFolder
  progress: Progress
  testing: LabTesting
  guide: LabGuide
  hints: Hints
  runs: Runs
  content: LabContent
  /** Where solutions are shown. */
  documents: VirtualDocuments
  globalState: vscode.Memento
  /** Whether something runs in this window that a reload would end. */
  keepWindow: () => boolean
  log: Log
}

interface Chosen {
  entry: ExerciseEntry
  folder: vscode.Uri
}
type OnExercise = (chosen: Chosen, argument: unknown) => Thenable<unknown>

export function labActions(parts: LabParts): Actions<LabCommand> {
  const { folder, progress, testing, guide, hints, runs, content, documents, log } = parts
  const showGuide = ({ entry, folder: at }: Chosen) => guide.show(entry, fileIn(at, entry))

  const onExercise: Record<ExerciseCommand, [title: string, action: OnExercise]> = {
    openExercise: [
      t('Open Exercise'),
      async chosen => {
        await openFile(chosen, guide.column)
        if (readSettings().openGuide) showGuide(chosen)
      },
    ],
    showGuide: [t('Show Guide'), async chosen => showGuide(chosen)],
    checkExercise: [
      t('Check Exercise'),
      ({ entry }, seed) =>
        checkExercise(testing, entry, {
          seed: typeof seed === 'number' ? seed : undefined,
          quiet: guide.isShowing(entry.id),
        }),
    ],
    checkOne: [
      t('Check Exercise'),
      ({ entry }, only) =>
        checkExercise(testing, entry, {
          only: typeof only === 'string' ? [only] : undefined,
          quiet: guide.isShowing(entry.id),
        }),
    ],
    debugCheck: [
      t('Debug Exercise'),
      ({ entry }, only) =>
        testing.check(entry, { debug: true, only: typeof only === 'string' ? [only] : undefined }),
    ],
    cancelCheck: [t('Cancel Check'), async ({ entry }) => testing.cancel(entry.id)],
    showHint: [
      t('Show Hint'),
      async chosen => {
        const { noted, ...result } = await hints.more(chosen.entry)
        showGuide(chosen)
        guide.revealHint()
        await noted
        return result
      },
    ],
    showSolution: [
      t('Show Solution'),
      async (chosen, confirmed) => {
        const parts = { content, progress, hints, documents }
        if (await showSolution(chosen, parts, confirmed === true))
          await progress.note(chosen.entry.id, 'solution')
      },
    ],
    resetExercise: [
      t('Reset Exercise'),
      async (chosen, confirmed) => {
        const result = await reset(chosen, content, confirmed === true)
        if (result.untouched) return result
        // What is in the file now counts at once, not when the file system tells.
        await progress.content(chosen.entry.id)
        await progress.note(chosen.entry.id, 'reset')
        runs.forget(chosen.entry.id)
        return result
      },
    ],
    restoreExercise: [t('Restore Copy'), (chosen, newest) => restoreCopy(chosen, newest === true)],
  }

  const showingErrors =
    (action: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]) => {
      try {
        return await action(...args)
      } catch (error) {
        showError(log, error, ...remediesFor(error))
        return undefined
      }
    }
  const actions = Object.entries(onExercise).map(([name, [title, action]]) => [
    name,
    // The second argument of a click in a tree is the selection, which none of these looks at.
    showingErrors(async (target, argument) =>
      action(await chooseExercise(target, title, folder, progress), argument),
    ),
  ])
  return {
    ...(Object.fromEntries(actions) as Actions<ExerciseCommand>),
    openLabWorkspace: showingErrors(dir =>
      openLabWorkspace(parts, typeof dir === 'string' ? dir : undefined),
    ),
  }
}

function remediesFor(error: unknown): Remedy[] {
  const { executeCommand } = vscode.commands
  if (error instanceof NoLabWorkspace) {
    return [{ title: t('Open Lab Workspace'), run: () => executeCommand('p2plab.openLabWorkspace') }]
  }
  if (error instanceof MissingFile) {
    // There is nothing to lose, so nothing to ask.
    const run = () => executeCommand('p2plab.resetExercise', error.exercise, true)
    return [{ title: t('Reset Exercise'), run }]
  }
  return []
}

class MissingFile extends Error {
  readonly exercise: string
  constructor({ entry, folder }: Chosen) {
    super(missingFile(trackIn(folder, entry).file))
    this.name = 'MissingFile'
    this.exercise = entry.id
  }
}

async function openFile({ entry, folder }: Chosen, guide?: vscode.ViewColumn): Promise<void> {
  const file = fileIn(folder, entry)
  try {
    await vscode.window.showTextDocument(file, { viewColumn: columnOf(file, guide) })
  } catch (error) {
    // VS Code also gives up when another editor opens at the same moment.
    if (await exists(file)) throw error
    throw new MissingFile({ entry, folder })
  }
}

const exists = (file: vscode.Uri): Promise<boolean> =>
  Promise.resolve(vscode.workspace.fs.stat(file)).then(
    () => true,
    () => false,
  )
