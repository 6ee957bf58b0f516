/** What can be done with an exercise now, beyond what can always be done: its menu in the Labs view offers nothing else. */
import * as vscode from 'vscode'
import { EXERCISES, type ExerciseEntry } from '../../labs/catalogue.ts'
import type { LabsPack } from '../../labs/pack.ts'
import { solutionIs } from '../../labs/progress/helps.ts'
import { contentHash } from '../../labs/progress/progress.ts'
import type { keptFiles } from '../../labs/workspace/backup.ts'
import { sentence, type Log } from '../errors.ts'
import type { LabTesting } from '../testing/controller.ts'
import type { LabContent } from './content.ts'
import type { LabFolder } from './folder.ts'
import type { Hints } from './hints.ts'
import type { Progress } from './progress.ts'
import { trackIn } from './tracks.ts'

/**
 * 'debug': it is in TypeScript. 'network': copies of its program can be run as a network. 'repeat': a run has failed in this window. 'transcript': a run has left one. 'reset': the file is not the starter. 'restore': a copy of
 * the file was kept. 'solution': it may be seen. 'catch-up': some exercise before it is neither passed nor filled in.
 */
export type Offer =
  'debug' | 'network' | 'repeat' | 'transcript' | 'reset' | 'restore' | 'solution' | 'catch-up'

export interface Offers extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>
  of(entry: ExerciseEntry): readonly Offer[]
}

export function labOffers(parts: {
  folder: LabFolder
  progress: Progress
  hints: Hints
  content: LabContent
  testing: Pick<LabTesting, 'lastFailed' | 'onDidProgress'>
  later: () => Promise<{ keptFiles: typeof keptFiles }>
  log: Log
}): Offers {
  const { folder, progress, hints, content, testing, later, log } = parts
  const changed = new vscode.EventEmitter<void>()
  const withTranscript = new Set<string>()
  let pack: LabsPack | undefined
  let kept: ReadonlySet<string> = new Set()
  let looking: Promise<void> | undefined
  let watcher: vscode.Disposable | undefined

  const lookForCopies = async () => {
    kept = folder.known ? await (await later()).keptFiles(folder.known.fsPath) : new Set()
    changed.fire()
  }
  const look = async () => {
    try {
      watcher?.dispose()
      watcher = folder.known && watchCopies(folder.known, () => void lookForCopies())
      pack ??= await content()
      await lookForCopies()
    } catch (error) {
      log.warn(sentence(error))
    }
  }
  const offers: Record<Offer, (entry: ExerciseEntry) => boolean> = {
    repeat: ({ id }) => testing.lastFailed(id) !== undefined,
    transcript: ({ id }) => withTranscript.has(id),
    reset(entry) {
      const starter = starterOf(pack, folder.known, entry)
      return starter !== undefined && progress.hash(entry.id) !== contentHash(starter)
    },
    restore: entry => kept.has(trackIn(folder.known, entry).file),
    network: entry => entry.network !== undefined,
    debug: entry => trackIn(folder.known, entry).language === 'typescript',
    solution({ id }) {
      const total = pack?.exercises[id]?.hints.length
      if (total === undefined) return progress.hasPassed(id)
      return solutionIs(progress.hasPassed(id), hints.shown(id, total), total) !== 'closed'
    },
    'catch-up': entry =>
      EXERCISES.slice(0, EXERCISES.indexOf(entry)).some(
        ({ id }) => !['passed', 'reference'].includes(progress.state(id)),
      ),
  }
  const subscriptions = [
    changed,
    folder.onDidChange(() => (looking = undefined)),
    progress.onDidChange(() => changed.fire()),
    testing.onDidProgress(step => {
      if (step.type !== 'ended') return
      if (step.result.checks.some(check => check.transcript)) withTranscript.add(step.entry.id)
      changed.fire()
    }),
  ]
  return {
    onDidChange: changed.event,
    of(entry) {
      // Nobody has asked before: what is on the disk is looked at once, and then followed.
      looking ??= look()
      return (Object.keys(offers) as Offer[]).filter(offer => offers[offer](entry))
    },
    dispose() {
      watcher?.dispose()
      vscode.Disposable.from(...subscriptions).dispose()
    },
  }
}

const starterOf = (
  pack: LabsPack | undefined,
  folder: vscode.Uri | undefined,
  entry: ExerciseEntry,
): string | undefined => pack?.exercises[entry.id]?.programs[trackIn(folder, entry).language]?.starter

function watchCopies(folder: vscode.Uri, onChange: () => void): vscode.Disposable {
  const pattern = new vscode.RelativePattern(folder, '.p2plab/kept/**')
  const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false)
  return vscode.Disposable.from(watcher, watcher.onDidCreate(onChange), watcher.onDidDelete(onChange))
}
