/** Run My Network…: copies of the learner's own program as a network, in the live view. */
import * as vscode from 'vscode'
import { EXERCISES, type ExerciseEntry } from '../../labs/catalogue.ts'
import { learnerProgram } from '../../labs/workspace/track.ts'
import { liveNodes } from '../../network/state.ts'
import type { Topology } from '../../network/events.ts'
import type { LearnerProgram } from '../../network/program-node.ts'
import type { Results } from '../../network/operations/table.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import { askForExercise } from '../labs/choose.ts'
import type { LabFolder } from '../labs/folder.ts'
import type { Progress } from '../labs/progress.ts'
import { exerciseOf, trackIn } from '../labs/tracks.ts'
import { sameFile } from '../same-file.ts'
import { readSettings } from '../settings.ts'
import { showRefusal } from '../trust.ts'
import { nodeCount } from './labels.ts'
import type { NetworkService } from './service.ts'
import { withStartProgress } from './start.ts'
import { startItems } from './start-items.ts'

const FEWEST = 2
/** network/orchestrator/program-network.ts has the same bound, and the reason. */
const MOST = 20
const USUAL = 5

export interface RunArguments {
  nodes?: number
  topology?: Topology
}

export const programActions = (parts: {
  service: NetworkService
  openView: () => void
  folder: LabFolder
  progress: Progress
}) =>
  ({
    async runMyNetwork(target?: unknown, given?: RunArguments): Promise<Results['start'] | undefined> {
      const { service, openView, folder, progress } = parts
      if (!vscode.workspace.isTrusted) return void showRefusal()
      const able = EXERCISES.filter(({ network }) => network !== undefined)
      const { entry, folder: at } = await chosen(target, able, folder, progress)
      const nodes = given?.nodes ?? (await askNodes(entry, liveNodes(service.state).length))
      // Nodes that find each other may link to any other.
      const topology =
        entry.network?.dials === 'found' ? 'full' : (given?.topology ?? (await askTopology(entry, nodes)))
      const program = await programIn(at, entry)
      if (readSettings().openView) openView()
      const title = t('Starting {0} of your program {1}', nodeCount(nodes), entry.id)
      return await withStartProgress(service, title, signal =>
        service.request({ op: 'start', options: { nodes, topology, program } }, signal),
      )
    },
  }) satisfies Actions

/** The program of the exercise in this lab workspace, as it is on disk: saved first. Throws where the exercise has no network to run. */
export async function programIn(at: vscode.Uri, entry: ExerciseEntry): Promise<LearnerProgram> {
  if (!entry.network) throw new Error(t('Exercise {0} has no network to run.', `${entry.id} ${entry.title}`))
  const track = trackIn(at, entry)
  await saved(vscode.Uri.joinPath(at, track.file))
  return { exercise: entry.id, spec: learnerProgram(track, at.fsPath), ...entry.network }
}

/** The exercise that was named, or is on the screen; else the user is asked. Throws where it has no network to run. */
async function chosen(
  target: unknown,
  able: readonly ExerciseEntry[],
  folder: LabFolder,
  progress: Progress,
): Promise<{ entry: ExerciseEntry; folder: vscode.Uri }> {
  const at = await folder.current()
  const active = exerciseOf(at, vscode.window.activeTextEditor?.document.uri)
  const suggested = active && able.includes(active) ? active : undefined
  const question = {
    title: t('Run My Network'),
    placeHolder: t('Which of your programs should run as a network?'),
    exercises: able,
    suggested,
  }
  const found = await askForExercise(target, question, folder, progress)
  if (!able.includes(found.entry))
    throw new Error(t('Exercise {0} has no network to run.', `${found.entry.id} ${found.entry.title}`))
  return found
}

async function askNodes(entry: ExerciseEntry, running: number): Promise<number> {
  const typed = await vscode.window.showInputBox({
    title: t('Run My Network: {0}', `${entry.id} ${entry.title}`),
    prompt:
      running > 0
        ? t('How many copies of your program? The running network ({0}) stops first.', nodeCount(running))
        : t('How many copies of your program?'),
    value: String(USUAL),
    ignoreFocusOut: true,
    validateInput(value) {
      const nodes = Number(value)
      return Number.isInteger(nodes) && nodes >= FEWEST && nodes <= MOST
        ? undefined
        : t('Enter a whole number from {0} to {1}.', FEWEST, MOST)
    },
  })
  if (typed === undefined) throw new Cancelled()
  return Number(typed)
}

async function askTopology(entry: ExerciseEntry, nodes: number): Promise<Topology> {
  const { topology } = readSettings()
  const items = startItems(topology, { production: false, seed: undefined }).flatMap(item =>
    item.is === 'file' || item.is === 'separator' || item.is === 'production' || item.is === 'seed'
      ? []
      : [{ ...item, is: item.is }],
  )
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Run My Network: {0}, {1}', `${entry.id} ${entry.title}`, nodeCount(nodes)),
    placeHolder: t('Which nodes should be peers?'),
    ignoreFocusOut: true,
  })
  if (!picked) throw new Cancelled()
  return picked.is
}

/** What runs is what is on disk. */
async function saved(file: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find(({ uri }) => sameFile(uri, file))
  if (document?.isDirty && !(await document.save())) throw new Error(t('Could not save {0}.', file.fsPath))
}
