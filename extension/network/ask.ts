/** What the network commands ask. Each resolves to undefined when the user gives up. */
import * as vscode from 'vscode'
import { TOPOLOGIES, type Topology } from '../../network/events.ts'
import type { NodeState } from '../../network/state.ts'
import { t } from '../l10n.ts'
import { broadcastProblem, nodesProblem } from './input.ts'
import { describeNode, nodeCount } from './labels.ts'

/** Enter, Enter starts what the settings say. Going back from the second step returns to the first. */
export async function askStart(
  defaults: { nodes: number; topology: Topology },
  running: number,
): Promise<{ nodes: number; topology: Topology } | undefined> {
  let value = String(defaults.nodes)
  for (;;) {
    const typed = await askNodes(value, running)
    if (typed === undefined) return undefined
    value = typed
    const topology = await askTopology(defaults.topology, Number(value))
    if (topology !== 'back') return topology && { nodes: Number(value), topology }
  }
}

function askNodes(value: string, running: number): Promise<string | undefined> {
  const box = vscode.window.createInputBox()
  box.title = t('Start Local Network')
  box.step = 1
  // A view that opens meanwhile takes the focus; that is no answer.
  box.ignoreFocusOut = true
  box.totalSteps = 2
  box.prompt =
    running > 0
      ? t('How many nodes? The running network of {0} is stopped first.', nodeCount(running))
      : t('How many nodes?')
  box.value = value
  box.valueSelection = [0, value.length]
  const judge = () => {
    box.validationMessage = nodesProblem(box.value) ?? ''
    return box.validationMessage === ''
  }
  return new Promise(resolve => {
    box.onDidChangeValue(judge)
    box.onDidAccept(() => judge() && (resolve(box.value.trim()), box.hide()))
    box.onDidHide(() => (resolve(undefined), box.dispose()))
    box.show()
  })
}

function askTopology(preferred: Topology, nodes: number): Promise<Topology | 'back' | undefined> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { topology: Topology }>()
  pick.title = t('Start Local Network: {0}', nodeCount(nodes))
  pick.step = 2
  pick.ignoreFocusOut = true
  pick.totalSteps = 2
  pick.placeholder = t('Who connects to whom?')
  pick.buttons = [vscode.QuickInputButtons.Back]
  const order = [preferred, ...TOPOLOGIES.filter(other => other !== preferred)]
  pick.items = order.map(topology => ({ topology, ...describeTopology(topology) }))
  return new Promise(resolve => {
    pick.onDidTriggerButton(() => (resolve('back'), pick.hide()))
    pick.onDidAccept(() => (resolve(pick.selectedItems[0]?.topology), pick.hide()))
    pick.onDidHide(() => (resolve(undefined), pick.dispose()))
    pick.show()
  })
}

function describeTopology(topology: Topology): { label: string; description: string } {
  switch (topology) {
    case 'random':
      return {
        label: t('Random'),
        description: t('each node connects to a few others, like most real networks'),
      }
    case 'line':
      return {
        label: t('Line'),
        description: t('each node connects to the next: the longest way for a message'),
      }
    case 'ring':
      return { label: t('Ring'), description: t('a line whose ends are joined') }
    case 'star':
      return { label: t('Star'), description: t('every node connects to the first: kill that one and see') }
    case 'grid':
      return { label: t('Grid'), description: t('rows and columns: each node connects to those beside it') }
    case 'tree':
      return {
        label: t('Tree'),
        description: t('a root, two children each: every link that fails cuts a branch off'),
      }
    case 'full':
      return { label: t('Full'), description: t('every node connects to every other: many connections') }
  }
}

export async function askNode(title: string, nodes: readonly NodeState[]): Promise<string | undefined> {
  const items = nodes.map(node => ({ label: node.name, description: describeNode(node) }))
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t('Which node?'),
    matchOnDescription: true,
  })
  return picked?.label
}

export const askMessage = (from: string | undefined, value: string): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: from ? t('Broadcast from {0}', from) : t('Broadcast from a random node'),
    prompt: t('The text to send to every node of the network.'),
    value,
    validateInput: broadcastProblem,
  })
