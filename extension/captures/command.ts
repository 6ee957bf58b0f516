/** Save Packet Capture…, and where it is offered. What it does is loaded when it is first run. */
import * as vscode from 'vscode'
import { exercise } from '../../labs/catalogue.ts'
import { setContext } from '../context-keys.ts'
import { lazyCommands } from '../lazily.ts'
import type { Log } from '../errors.ts'
import type { LabFolder } from '../labs/folder.ts'
import type { Progress } from '../labs/progress.ts'
import type { LabTesting } from '../testing/controller.ts'
import { itemOf } from '../testing/items.ts'
import { parseItemId } from '../testing/item-id.ts'
import type { LabTranscripts } from '../transcript/transcripts.ts'
import type { captureActions } from './save.ts'
import type { LabCaptures } from './window.ts'

/** `p2plab.savePacketCapture (exercise?, check?, uri?)`, as p2plab.showTranscript; its menus look at the context key that is set here. */
export function captureCommand(parts: {
  captures: LabCaptures
  testing: LabTesting
  transcripts: LabTranscripts
  folder: LabFolder
  progress: Progress
  later: () => Promise<{ captureActions: typeof captureActions }>
  log: Log
}): vscode.Disposable {
  const { captures, testing, folder, later, log } = parts
  let set = ''
  const offer = () => {
    const ids = captures.known?.withPackets(String(folder.known)).flatMap(itemIds) ?? []
    if (ids.join() === set) return
    set = ids.join()
    setContext('p2plab.captures', ids)
  }
  /** The item of an exercise has another id after each reset. */
  const itemIds = (id: string): string[] => {
    const named = parseItemId(id)
    if (named.check !== undefined) return [id]
    const entry = exercise(named.exercise)
    const item = entry && itemOf(testing.controller, entry)
    return item ? [item.id] : []
  }
  return vscode.Disposable.from(
    testing.onDidProgress(step => {
      if (step.type === 'ended') offer()
    }),
    folder.onDidChange(offer),
    lazyCommands(['savePacketCapture'], async () => (await later()).captureActions(parts), log),
  )
}
