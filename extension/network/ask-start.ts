/** What Start Local Network… asks. Enter, Enter starts what the settings say; what else there is stands below the topologies. */
import * as vscode from 'vscode'
import type { Topology } from '../../network/events.ts'
import { parseTopologyFile } from '../../network/orchestrator/topology-file.ts'
import type { StartOptions } from '../../network/start-options.ts'
import { isUtf16, textOf } from '../../network/written-text.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import { nodesProblem, seedProblem } from './input.ts'
import { nodeCount } from './labels.ts'
import { startItems, type StartItem } from './start-items.ts'

interface Defaults {
  nodes: number
  topology: Topology
  productionValues: boolean
}

/** A topology file is a few kilobytes: 200 nodes with all their links are less than this. Bytes. */
const MAX_FILE = 1024 * 1024

/** Going back from the second step returns to the first. `chosen` hears of each number of nodes. Undefined when the user gives up. */
export async function askStart(
  defaults: Defaults,
  running: number,
  chosen: (nodes: number) => void,
): Promise<StartOptions | undefined> {
  let value = String(defaults.nodes)
  const options = { production: defaults.productionValues, seed: undefined as number | undefined }
  for (;;) {
    const typed = await askNodes(value, running)
    if (typed === undefined) return undefined
    value = typed
    const nodes = Number(value)
    chosen(nodes)
    let answer: Answer
    while ((answer = await askTopology(defaults.topology, nodes, options)) === 'seed')
      options.seed = await askSeed(options.seed)
    if (answer === 'back') continue
    if (answer === undefined) return undefined
    const { production, seed } = options
    return {
      ...(answer === 'file' ? await readTopology() : { nodes, topology: answer }),
      ...(production && { production }),
      ...(seed !== undefined && { seed }),
    }
  }
}

type Answer = Topology | 'file' | 'seed' | 'back' | undefined

function askNodes(value: string, running: number): Promise<string | undefined> {
  const box = vscode.window.createInputBox()
  box.title = t('Start Local Network')
  box.step = 1
  // A view that opens meanwhile takes the focus; that is no answer.
  box.ignoreFocusOut = true
  box.totalSteps = 2
  box.prompt =
    running > 0
      ? t('How many nodes? The running network ({0}) stops first.', nodeCount(running))
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

/** Turns production values on and off in `options` while it is open. */
function askTopology(
  preferred: Topology,
  nodes: number,
  options: { production: boolean; seed: number | undefined },
): Promise<Answer> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & StartItem>()
  pick.title = t('Start Local Network: {0}', nodeCount(nodes))
  pick.step = 2
  pick.ignoreFocusOut = true
  pick.totalSteps = 2
  pick.placeholder = t('Which nodes should connect to each other?')
  pick.buttons = [vscode.QuickInputButtons.Back]
  const fill = () => {
    pick.items = startItems(preferred, options).map(item =>
      item.is === 'separator' ? { ...item, kind: vscode.QuickPickItemKind.Separator } : item,
    )
  }
  fill()
  return new Promise(resolve => {
    pick.onDidTriggerButton(() => (resolve('back'), pick.hide()))
    pick.onDidAccept(() => {
      const chosen = pick.selectedItems[0]?.is
      if (chosen === undefined || chosen === 'separator') return
      if (chosen === 'production') {
        options.production = !options.production
        fill()
        pick.activeItems = pick.items.filter(item => item.is === 'production')
        return
      }
      resolve(chosen)
      pick.hide()
    })
    pick.onDidHide(() => (resolve(undefined), pick.dispose()))
    pick.show()
  })
}

/** Undefined: drawn at random. Giving up keeps `before`. */
async function askSeed(before: number | undefined): Promise<number | undefined> {
  const typed = await vscode.window.showInputBox({
    title: t('Network Seed'),
    prompt: t(
      'The same seed gives the same identities and the same random links. Leave empty for a random seed.',
    ),
    value: before === undefined ? '' : String(before),
    ignoreFocusOut: true,
    validateInput: seedProblem,
  })
  if (typed === undefined) return before
  return typed.trim() === '' ? undefined : Number(typed)
}

/** The file says how many nodes there are. @throws Cancelled, and an Error that says what is wrong with the file. */
async function readTopology(): Promise<StartOptions> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: t('Open Topology File'),
      filters: { [t('Topologies')]: ['json'] },
    })) ?? []
  if (!file) throw new Cancelled()
  const { size } = await vscode.workspace.fs.stat(file)
  if (size > MAX_FILE) throw new Error(t('{0} is too large for a topology file.', file.fsPath))
  const bytes = await vscode.workspace.fs.readFile(file)
  if (isUtf16(bytes)) throw new Error(t('{0} is a UTF-16 file. Save it as UTF-8.', file.fsPath))
  const written = parseTopologyFile(textOf(bytes))
  if ('problem' in written)
    throw new Error(t('{0} is not a valid topology: {1}', file.fsPath, written.problem))
  return { topology: 'file', ...written }
}
