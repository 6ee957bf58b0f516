/**
 * Ticks the steps of the walkthrough when they are really done, also those that were done before it was opened.
 *
 * VS Code ticks a step when a context key becomes true while the walkthrough is loaded, which it is from when it is
 * first shown; a key that is true already at that moment is never looked at again. So a key is true for an instant
 * only, each time that somebody may be looking.
 */
import * as vscode from 'vscode'
import { setContext } from './context-keys.ts'

/** The ids of the steps in package.json. */
export type Step = 'workspace' | 'network' | 'broadcast' | 'exercise' | 'kill'

const KEY = 'p2plab.walkthrough'

export interface Walkthrough extends vscode.Disposable {
  done(step: Step): void
  open(): Promise<void>
}

/** `id` is the walkthrough's, with that of the extension: "publisher.name#id". */
export function walkthrough(id: string, globalState: vscode.Memento): Walkthrough {
  const remembered = () => globalState.get<Step[]>(KEY) ?? []
  const tick = (step: Step) => {
    setContext(`p2plab.done.${step}`, true)
    setContext(`p2plab.done.${step}`, false)
  }
  const tickAll = () => remembered().forEach(tick)
  // A walkthrough is a tab without an input that extensions may know.
  const subscription = vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
    if ([...opened, ...changed].some(tab => tab.isActive && tab.input === undefined)) tickAll()
  })
  return {
    done(step) {
      tick(step)
      if (!remembered().includes(step)) void globalState.update(KEY, [...remembered(), step])
    },
    async open() {
      await vscode.commands.executeCommand('workbench.action.openWalkthrough', id, false)
      tickAll()
    },
    dispose: () => subscription.dispose(),
  }
}
