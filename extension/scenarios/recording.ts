/** Records the network of a scenario's run, from its first event to the last step. */
import path from 'node:path'
import * as vscode from 'vscode'
import { sentence, type Log } from '../errors.ts'
import { freeName } from '../dated-name.ts'
import { recordingName } from '../network/recording-name.ts'
import type { NetworkService } from '../network/service.ts'

/** Recordings of earlier runs that are kept: they are large, and the last ones are those that somebody compares. */
const KEPT = 20

export interface RunRecording {
  /** Resolves to the file when it is whole; undefined where nothing was recorded. Never rejects. */
  end(): Promise<string | undefined>
}

/** Begins with the next network that starts. Where the user records it already, that recording is the one. */
export function recordRun(
  service: NetworkService,
  storage: vscode.Uri,
  title: string,
  log: Log,
): RunRecording {
  let recording: Promise<string | undefined> | undefined
  const subscription = service.onDidChange(({ events }) => {
    if (!events.some(({ type }) => type === 'network-started')) return
    recording ??= begin().catch((error: unknown) => {
      log.warn(sentence(error))
      return undefined
    })
  })
  const begin = async () => {
    const folder = vscode.Uri.joinPath(storage, 'scenarios')
    await vscode.workspace.fs.createDirectory(folder)
    const there = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name)
    await removeOldest(folder, there)
    const name = `${title.replaceAll(/[^\w-]+/g, '-').slice(0, 60)}-${recordingName(new Date())}`
    const file = path.join(folder.fsPath, freeName(name, new Set(there)))
    await service.request({ op: 'record', file })
    return file
  }
  return {
    async end() {
      subscription.dispose()
      const file = await recording
      if (file === undefined) return undefined
      try {
        await service.request({ op: 'stopRecording' })
      } catch (error) {
        // It ended with its network, and is whole.
        log.info(sentence(error))
      }
      return file
    },
  }
}

async function removeOldest(folder: vscode.Uri, names: readonly string[]): Promise<void> {
  // Their names end with when they were made.
  const byAge = names.toSorted((a, b) => (madeAt(a) < madeAt(b) ? -1 : 1))
  for (const name of byAge.slice(0, Math.max(0, names.length - KEPT + 1)))
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, name))
}

const madeAt = (name: string): string => /p2p-(\d{4}-\d\d-\d\d-\d{4})/.exec(name)?.[1] ?? ''
