/** What the network commands ask. Each resolves to undefined when the user gives up. */
import * as vscode from 'vscode'
import type { NodeState } from '../../network/state.ts'
import { t } from '../l10n.ts'
import { broadcastProblem } from './input.ts'
import { describeNode, type Nodes } from './labels.ts'

export async function askNode(
  title: string,
  nodes: readonly NodeState[],
  network: Nodes,
): Promise<string | undefined> {
  const items = nodes.map(node => ({ label: node.name, description: describeNode(node, network) }))
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t('Select a node'),
    matchOnDescription: true,
  })
  return picked?.label
}

export const askMessage = (from: string | undefined, value: string): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: from ? t('Broadcast from {0}', from) : t('Broadcast from a random node'),
    prompt: t('Enter the text to send to every node in the network.'),
    value,
    validateInput: broadcastProblem,
  })
