/** A check under VS Code's debugger: one attach session for each program that the check starts. */
import * as vscode from 'vscode'
import type { InspectedProgram } from '../../labs/check/client.ts'
import { t } from '../l10n.ts'

/** Marks our sessions: their number, in the configuration of the session that we start. Others are its children. */
const KEY = 'p2plab'

interface Debugged {
  program: InspectedProgram
  /** Threads that are paused, by session. */
  paused: Set<string>
  /** The user ended the session. */
  ended: () => void
}

export interface DebugChecks extends vscode.Disposable {
  /** Attaches to a program that waits. Rejects when VS Code does not. */
  attach(program: InspectedProgram, to: Attachment): Promise<void>
}

export interface Attachment {
  folder: vscode.Uri
  /** As in "1.1 Echo: Echoes every byte unchanged". */
  name: string
  run: vscode.TestRun
  /** The folder of our own code, which nobody steps into. */
  dist: string
  /** Called when the user ends the session, and not when the program ends by itself. */
  onEndedByUser(): void
}

export function debugChecks(): DebugChecks {
  const debugged = new Map<number, Debugged>()
  let last = 0

  const of = (session: vscode.DebugSession | undefined): Debugged | undefined => {
    for (let one = session; one; one = one.parentSession) {
      const found = debugged.get(Number(one.configuration[KEY]))
      if (found) return found
    }
    return undefined
  }
  const tracker = vscode.debug.registerDebugAdapterTrackerFactory('*', {
    createDebugAdapterTracker(session) {
      const check = of(session)
      return check && track(session.id, check)
    },
  })
  return {
    async attach(program, { folder, name, run, dist, onEndedByUser }) {
      const id = ++last
      debugged.set(id, { program, paused: new Set(), ended: onEndedByUser })
      const terminated = vscode.debug.onDidTerminateDebugSession(session => {
        if (session.configuration[KEY] !== id) return
        terminated.dispose()
        debugged.delete(id)
        program.resume()
      })
      const configuration: vscode.DebugConfiguration = {
        type: 'node',
        request: 'attach',
        name,
        address: '127.0.0.1',
        port: program.port,
        // The program is on this machine and ends with its check: nothing to come back to.
        continueOnAttach: true,
        autoAttachChildProcesses: false,
        restart: false,
        cwd: folder.fsPath,
        // Columns and lines of a learner's file are those that run; maps are only for our own code, which nobody steps into.
        sourceMaps: false,
        skipFiles: ['<node_internals>/**', `${dist.replaceAll('\\', '/')}/**`],
        [KEY]: id,
      }
      const options: vscode.DebugSessionOptions = { testRun: run, suppressSaveBeforeStart: true }
      const started = await vscode.debug.startDebugging(
        vscode.workspace.getWorkspaceFolder(folder),
        configuration,
        options,
      )
      if (started) return
      terminated.dispose()
      debugged.delete(id)
      throw new Error(t('VS Code could not attach its debugger to the program, so P2P Lab ended the check.'))
    },
    dispose: () => tracker.dispose(),
  }
}

/** Tells the checker when the program stands still. https://microsoft.github.io/debug-adapter-protocol/specification */
function track(session: string, { program, paused, ended }: Debugged): vscode.DebugAdapterTracker {
  let over = false
  const stopped = () => {
    paused.add(session)
    program.suspend()
  }
  const goesOn = () => {
    if (paused.delete(session) && paused.size === 0) program.resume()
  }
  return {
    onDidSendMessage(message: { type: string; event?: string }) {
      if (message.type !== 'event') return
      if (message.event === 'stopped') stopped()
      // Also after a step: there the next 'stopped' follows at once.
      if (message.event === 'continued') goesOn()
      if (message.event === 'terminated' || message.event === 'exited') {
        over = true
        goesOn()
      }
    },
    onWillReceiveMessage(message: { type: string; command?: string }) {
      if (message.type !== 'request') return
      // The adapter need not say that it continues when it was asked to.
      if (message.command !== undefined && RESUMING.has(message.command)) goesOn()
      const ends = message.command === 'disconnect' || message.command === 'terminate'
      if (ends && !over) {
        over = true
        ended()
      }
    },
    onExit: goesOn,
    onError: goesOn,
  }
}

const RESUMING = new Set(['continue', 'next', 'stepIn', 'stepOut', 'stepBack', 'reverseContinue', 'goto'])
