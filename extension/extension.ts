/**
 * Wires the parts together. Nothing is started, read or computed here: activation costs a few milliseconds. What it does not need is loaded
 * later, from a file of its own (later.ts).
 */
import * as vscode from 'vscode'
import { liveNodes } from '../network/state.ts'
import type { P2pLabApi } from './api.ts'
import { captureCommand } from './captures/command.ts'
import { labCaptures, type LabCaptures } from './captures/window.ts'
import { sentence } from './errors.ts'
import { translateWith } from './l10n.ts'
import { lazily, lazyCommands } from './lazily.ts'
import { watchActiveExercise } from './labs/active-exercise.ts'
import { labGuide } from './guide/guide.ts'
import { openGuideBeside } from './guide/open-beside.ts'
import { labCodeLens } from './labs/code-lens.ts'
import { LAB_COMMANDS, PROGRESS_COMMANDS } from './labs/command-names.ts'
import { folderCommand } from './labs/choose-folder.ts'
import { labContent } from './labs/content.ts'
import { labFolder } from './labs/folder.ts'
import { labHints } from './labs/hints.ts'
import { labProgress } from './labs/progress.ts'
import { labRuns } from './labs/runs.ts'
import { labOffers } from './labs/offers.ts'
import { labsStatus } from './labs/status-bar.ts'
import { labsTree } from './labs/tree.ts'
import { virtualDocuments } from './labs/virtual-documents.ts'
import { greet } from './labs/welcome.ts'
import { NETWORK_COMMANDS } from './network/command-names.ts'
import { nodeLogs } from './network/node-log.ts'
import { networkService, type NetworkService } from './network/service.ts'
import { networkStatus } from './network/status-bar.ts'
import { networkTree } from './network/tree.ts'
import { watchNetwork } from './network/watch.ts'
import { scenarioTesting } from './scenarios/controller.ts'
import { labTesting } from './testing/controller.ts'
import { sameSeedCommand } from './testing/same-seed.ts'
import { networkPanel } from './view/panel.ts'
import { recordingEditor } from './view/recording/editor.ts'
import { labTranscripts } from './transcript/transcripts.ts'
import { terminalCommand } from './terminal/command.ts'
import { walkthrough } from './walkthrough.ts'

const later = lazily(() => import('./later.ts'))

let network: NetworkService | undefined
let captures: LabCaptures | undefined

export function activate(context: vscode.ExtensionContext): P2pLabApi {
  translateWith(vscode.l10n.t)
  const log = vscode.window.createOutputChannel('P2P Lab', { log: true })
  const dist = vscode.Uri.joinPath(context.extensionUri, 'dist')

  const tour = walkthrough(`${context.extension.id}#start`, context.globalState)
  const service = networkService(vscode.Uri.joinPath(dist, 'network.mjs').fsPath, later, log)
  network = service
  const panel = networkPanel(context.extensionUri, service, tour, later, log)
  const logs = nodeLogs(service)

  const tell = (notice: string) => {
    log.warn(notice)
    void vscode.window.showWarningMessage(notice)
  }
  const folder = labFolder(tour, tell)
  const progress = labProgress(folder, later, context.workspaceState, tour, tell)
  const content = labContent(dist.fsPath, later)
  const hints = labHints(content, progress)
  const kept = labCaptures(later)
  captures = kept
  const testing = labTesting({ folder, progress, content, dist: dist.fsPath, captures: kept, later, log })
  const documents = virtualDocuments('p2plab', async path => (await later()).restoredDocument(path, content))
  const transcripts = labTranscripts({
    documents,
    extension: context.extensionUri,
    testing,
    folder,
    progress,
    later,
    log,
  })
  const runs = labRuns(testing.onDidProgress)
  const guide = labGuide({
    extension: context.extensionUri,
    folder,
    content,
    progress,
    hints,
    runs,
    later,
    log,
  })
  const offers = labOffers({ folder, progress, hints, content, testing, later, log })
  const version = String(context.extension.packageJSON.version)

  context.subscriptions.push(
    log,
    tour,
    panel,
    logs,
    networkTree(service, node => panel.select(node)),
    networkStatus(service),
    watchNetwork(service, tour, later, log),
    recordingEditor(context.extensionUri, later, log),
    lazyCommands(
      NETWORK_COMMANDS,
      async () =>
        (await later()).networkActions({
          service,
          logs,
          openView: () => panel.show(true),
          folder,
          progress,
          log,
        }),
      log,
    ),
    scenarioTesting({
      service,
      storage: context.storageUri ?? context.globalStorageUri,
      openView: () => panel.show(true),
      folder,
      later,
      log,
    }),
    folder,
    progress,
    runs,
    testing,
    guide,
    openGuideBeside(folder, guide),
    documents,
    sameSeedCommand(testing, folder, progress, log),
    transcripts,
    captureCommand({ captures: kept, testing, transcripts, folder, progress, later, log }),
    offers,
    labsTree(folder, progress, offers),
    labsStatus(folder, progress),
    watchActiveExercise(folder),
    folderCommand(folder),
    folder.onDidChange(() => runs.clear()),
    labCodeLens(folder),
    lazyCommands(
      ['doctor'],
      async () => (await later()).doctorAction({ dist: dist.fsPath, workspace: folder.current, log }),
      log,
    ),
    lazyCommands(
      PROGRESS_COMMANDS,
      async () => {
        const { progressActions } = await later()
        return progressActions({ folder, progress, content, by: `P2P Lab ${version}`, log })
      },
      log,
    ),
    lazyCommands(
      LAB_COMMANDS,
      async () => {
        const { globalState } = context
        const keepWindow = () => liveNodes(service.state).length > 0
        const parts = { folder, progress, testing, guide, hints, runs, content, documents, globalState }
        return (await later()).labActions({ ...parts, keepWindow, log })
      },
      log,
    ),
    vscode.commands.registerCommand('p2plab.showNetwork', () => panel.show()),
    vscode.commands.registerCommand('p2plab.showLog', () => log.show()),
    vscode.commands.registerCommand('p2plab.openWalkthrough', () => tour.open()),
  )
  // After activation: the context keys that menus and the walkthrough wait for.
  setImmediate(async () => {
    void terminalCommand(context, dist.fsPath, log)
    try {
      await greet(context.globalState, await folder.current())
    } catch (error) {
      log.warn(sentence(error))
    }
  })
  return {
    network: service,
    testController: testing.controller,
    testing,
    labs: { ...progress, current: folder.current },
    terminals: context.environmentVariableCollection,
  }
}

/** The host waits for this, 5 s at most: the network process and its nodes end with the window, and the packets of its checks go. */
export const deactivate = (): Promise<unknown> => Promise.all([network?.dispose(), captures?.close()])
