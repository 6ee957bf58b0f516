/** Save Packet Capture…: what a check, or the last run of an exercise, sent over TCP and UDP, as a file that Wireshark opens. */
import { realpath } from 'node:fs/promises'
import * as vscode from 'vscode'
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import { captureBytes } from '../../labs/check/capture/kept.ts'
import { replaceFile } from '../../labs/workspace/backup.ts'
import { failureText } from '../../network/file-problem.ts'
import { Cancelled, showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import { chooseExercise } from '../labs/choose.ts'
import type { LabFolder } from '../labs/folder.ts'
import type { Progress } from '../labs/progress.ts'
import type { Actions } from '../lazily.ts'
import { freeName } from '../dated-name.ts'
import { namedBy } from '../transcript/target.ts'
import type { LabTranscripts } from '../transcript/transcripts.ts'
import { captureName } from './name.ts'
import { packetsOf, type Obstacle } from './packets.ts'
import { tellObstacle, tellSaved } from './tell.ts'
import type { KeptRun } from './store.ts'
import type { LabCaptures } from './window.ts'

interface SaveParts {
  captures: LabCaptures
  transcripts: LabTranscripts
  folder: LabFolder
  progress: Progress
  log: Log
}

/** What was saved, where. */
export interface SavedCapture {
  uri: vscode.Uri
  packets: number
}

interface Subject {
  entry: ExerciseEntry
  /** Undefined: the last run. */
  check: string | undefined
  /** The lab workspace. */
  at: vscode.Uri
}

export function captureActions(parts: SaveParts): Actions<'savePacketCapture'> {
  const { captures, transcripts, folder, progress, log } = parts
  let lastFolder: vscode.Uri | undefined

  /** What was clicked or named, else the check whose transcript the user looks at, else an exercise as for every command. */
  const subjectOf = async (target: unknown, named: unknown): Promise<Subject> => {
    const isPage = target instanceof vscode.Uri && target.scheme === 'webview-panel'
    const { shown } = transcripts
    const asked =
      shown && (isPage || (target === undefined && transcripts.isActive))
        ? { exercise: shown.entry.id, check: shown.check }
        : namedBy(target, named)
    const { entry, folder: at } = await chooseExercise(
      asked.exercise,
      t('Save Packet Capture'),
      folder,
      progress,
    )
    const { check } = asked
    if (check !== undefined && !entry.checks.some(({ id }) => id === check))
      throw new Error(t('Exercise {0} has no check named {1}.', entry.id, check))
    return { entry, check, at }
  }

  const save = async (target: unknown, named: unknown, given: unknown): Promise<SavedCapture | undefined> => {
    const { entry, check, at } = await subjectOf(target, named)
    const title = entry.checks.find(({ id }) => id === check)?.title
    const name = title === undefined ? `${entry.id} ${entry.title}` : `${entry.id} ${entry.title}: ${title}`
    const stop = (obstacle: Obstacle) => void tellObstacle(obstacle, name, { entry, check })
    if (entry.libp2p) return stop({ kind: 'libp2p' })
    const run = captures.known?.last(String(at), entry.id, check)
    const found = packetsOf(run)
    if ('kind' in found) return stop(found)
    // Before the question: whatever is checked in the meantime replaces them.
    const bytes = await read(found.run)
    if (!bytes) return stop({ kind: 'dropped' })
    const uri = given instanceof vscode.Uri ? given : await ask(entry, check, lastFolder ?? at)
    lastFolder = vscode.Uri.joinPath(uri, '..')
    await write(uri, bytes)
    tellSaved(uri, found)
    return { uri, packets: found.packets }
  }
  return {
    async savePacketCapture(target: unknown, check: unknown, uri: unknown) {
      try {
        return await save(target, check, uri)
      } catch (error) {
        showError(log, error)
        return undefined
      }
    },
  }
}

/** Undefined when somebody else has removed the files: they are in a folder for what may go. */
async function read(run: KeptRun): Promise<Buffer | undefined> {
  try {
    return await captureBytes(run)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** @throws Cancelled */
async function ask(entry: ExerciseEntry, check: string | undefined, where: vscode.Uri): Promise<vscode.Uri> {
  const there = await vscode.workspace.fs.readDirectory(where).then(
    entries => new Set(entries.map(([name]) => name)),
    () => new Set<string>(),
  )
  const name = freeName(captureName(entry.id, check, new Date()), there)
  const chosen = await vscode.window.showSaveDialog({
    title: t('Save Packet Capture'),
    defaultUri: vscode.Uri.joinPath(where, name),
    filters: { [t('Packet Captures')]: ['pcapng'] },
  })
  if (!chosen) throw new Cancelled()
  return chosen
}

/** Over what is there: the dialog has asked. A file of the disk is replaced whole or not at all, also at the end of a link. */
async function write(uri: vscode.Uri, bytes: Buffer): Promise<void> {
  try {
    if (uri.scheme !== 'file') return await vscode.workspace.fs.writeFile(uri, bytes)
    await replaceFile(await realpath(uri.fsPath).catch(() => uri.fsPath), bytes)
  } catch (error) {
    throw new Error(`${failureText(t('Could not save the packet capture'), error)}.`, { cause: error })
  }
}
