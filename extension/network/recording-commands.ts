/** Record Network… and Stop Recording. When a recording has ended, for whatever reason, it can be opened. */
import path from 'node:path'
import * as vscode from 'vscode'
import type { EventOf } from '../../network/events.ts'
import { homeFolder } from '../../network/user-folders.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import { freeName } from '../dated-name.ts'
import { recordingName, withSuffix } from './recording-name.ts'
import { NothingRuns, type NetworkService } from './service.ts'

/** Listens to the service until that is disposed of. */
export function recordingActions(service: NetworkService) {
  /** The events of a recording carry its name without its folder. */
  let last: string | undefined

  const record = async (given?: { file?: string }) => {
    const { phase } = service.state
    if (phase !== 'ready' && phase !== 'starting') throw new NothingRuns()
    const file = given?.file ?? (await askFile())
    const before = last
    // It may have ended before we are told that it has begun.
    last = file
    try {
      return await service.request({ op: 'record', file })
    } catch (error) {
      last = before
      throw error
    }
  }
  service.onDidChange(({ events }) => {
    const ended = events.findLast((e): e is EventOf<'recording-stopped'> => e.type === 'recording-stopped')
    // Others, such as that of a scenario's run, are told about by who made them.
    if (ended && last !== undefined && path.basename(last) === ended.file) tell(ended, last)
  })
  return {
    recordNetwork: record,
    stopRecording: () => service.request({ op: 'stopRecording' }),
  } satisfies Actions
}

/** Of a new file on the machine that runs the network. */
async function askFile(): Promise<string> {
  const folder = vscode.workspace.workspaceFolders?.find(f => f.uri.scheme === 'file')?.uri
  const where = folder ?? vscode.Uri.file(homeFolder() ?? '/')
  const there = await vscode.workspace.fs.readDirectory(where).then(
    entries => new Set(entries.map(([name]) => name)),
    () => new Set<string>(),
  )
  const chosen = await vscode.window.showSaveDialog({
    title: t('Record Network'),
    saveLabel: t('Record'),
    defaultUri: vscode.Uri.joinPath(where, freeName(recordingName(new Date()), there)),
    filters: { [t('Recordings')]: ['p2ptrace'] },
  })
  if (!chosen) throw new Cancelled()
  if (chosen.scheme === 'file') return withSuffix(chosen.fsPath)
  throw new Error(
    t('A recording must be a file on the machine that runs the network. Choose another location.'),
  )
}

function tell({ file, problem }: EventOf<'recording-stopped'>, path: string): void {
  const open = t('Open')
  const shown =
    problem === undefined
      ? vscode.window.showInformationMessage(t('Saved the recording to {0}.', file), open)
      : vscode.window.showWarningMessage(
          t('The recording {0} stopped: {1}. The network keeps running.', file, problem),
          open,
        )
  void shown.then(answer => {
    if (answer === open) void vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path))
  })
}
