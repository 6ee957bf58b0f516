/** Which command each button of the live view is. Pure: knows no vscode. */
import type { FromView } from '../../webview/shared/view-messages.ts'

/** What the view asks of the palette's commands; the rest is the panel's own affair. */
export type CommandMessage = Exclude<FromView, { type: 'ready' | 'history' | 'watched' | 'copy' | 'addNote' }>

export interface CommandCall {
  command: string
  args: readonly unknown[]
}

/** The command of the same name, with what the view knows; the command asks for the rest and reports what goes wrong. */
export function commandOf(message: CommandMessage): CommandCall {
  const call = (...args: unknown[]): CommandCall => ({ command: `p2plab.${message.type}`, args })
  switch (message.type) {
    case 'showLog':
      return { command: 'p2plab.showNodeLog', args: [message.node] }
    case 'startNetwork':
    case 'stopNetwork':
    case 'addNode':
    case 'splitNetwork':
    case 'healNetwork':
    case 'startChurn':
    case 'stopChurn':
    case 'addHostileNode':
    case 'runScenario':
      return call()
    case 'broadcast':
    case 'stopNode':
    case 'killNode':
    case 'restartNode':
    case 'pauseNode':
    case 'resumeNode':
      return call(message.node)
    case 'setLinkFault':
      // Its first argument is the node of the tree's menu.
      return call(undefined, linkOf(message))
    case 'clearLinkFault':
      return call(linkOf(message))
  }
}

const linkOf = ({ a, b }: { a?: string | undefined; b?: string | undefined }) =>
  a === undefined || b === undefined ? undefined : { links: [{ a, b }] }
