/** The scenarios in the Testing view: those that come with the product and the files of the window, each with its steps. */
import * as vscode from 'vscode'
import { describeStep } from '../../network/scenario/describe.ts'
import { parseScenario } from '../../network/scenario/parse.ts'
import { SHIPPED } from '../../network/scenario/shipped.ts'
import { sentence } from '../errors.ts'

const FILES = '**/*.p2pscenario.json'
/** A folder with more than so many of them is not one that somebody picks a scenario from. */
const MAX_FILES = 200

export interface ScenarioItems extends vscode.Disposable {
  /** Looks for them anew. Never rejects. */
  refresh(): Promise<void>
  /** The text of a scenario as it is now, also where it is not saved. */
  textOf(item: vscode.TestItem): Promise<string>
  /** The item of a scenario: of a step, the one that it is in. */
  scenarioOf(item: vscode.TestItem): vscode.TestItem
}

export function scenarioItems(controller: vscode.TestController): ScenarioItems {
  const builtIn = new Map(SHIPPED.map(({ name, text }) => [`built-in/${name}`, text]))

  const textOf = async (item: vscode.TestItem) =>
    builtIn.get(item.id) ?? (await vscode.workspace.openTextDocument(item.uri!)).getText()
  const fill = async (item: vscode.TestItem) => {
    try {
      const text = await textOf(item)
      const parsed = parseScenario(text)
      item.error = 'problem' in parsed ? parsed.problem : undefined
      if ('problem' in parsed) return item.children.replace([])
      const { title, steps } = parsed.scenario
      // No descriptions: a screen reader would be told those instead of the labels.
      item.label = title
      const lines = item.uri ? stepLines(text) : []
      item.children.replace(
        steps.map((step, i) => {
          const child = controller.createTestItem(
            `step ${i + 1}`,
            `${i + 1}. ${describeStep(step)}`,
            item.uri,
          )
          child.sortText = String(i).padStart(4, '0')
          const line = lines[i]
          if (line !== undefined) child.range = new vscode.Range(line, 0, line, 0)
          return child
        }),
      )
      if (lines.length > 0) item.range = new vscode.Range(0, 0, 0, 0)
    } catch (error) {
      item.error = sentence(error)
    }
  }
  const refresh = async () => {
    const files = await filesOfScenarios()
    const wanted = [
      ...SHIPPED.map(({ name, title }) => ({ id: `built-in/${name}`, title, uri: undefined })),
      ...files.map(uri => ({ id: String(uri), title: uri.path.split('/').at(-1)!, uri })),
    ]
    const items = wanted.map(({ id, title, uri }, i) => {
      const item = controller.items.get(id) ?? controller.createTestItem(id, title, uri)
      // The order in which they teach, then files by their path.
      item.sortText = `${uri ? 1 : 0}${uri ? id : String(i).padStart(3, '0')}`
      return item
    })
    controller.items.replace(items)
    await Promise.all(items.map(fill))
  }
  const watcher = vscode.workspace.createFileSystemWatcher(FILES)
  // Until somebody has looked at the Testing view there is nothing to keep up to date.
  const changed = () => controller.items.size > 0 && void refresh()
  const subscriptions = [
    watcher,
    watcher.onDidChange(changed),
    watcher.onDidCreate(changed),
    watcher.onDidDelete(changed),
  ]
  return {
    refresh,
    textOf,
    scenarioOf: item => item.parent ?? item,
    dispose: () => vscode.Disposable.from(...subscriptions).dispose(),
  }
}

/** None where VS Code cannot search: the shipped scenarios and the exercises are there all the same. */
async function filesOfScenarios(): Promise<readonly vscode.Uri[]> {
  try {
    return await vscode.workspace.findFiles(FILES, '**/node_modules/**', MAX_FILES)
  } catch {
    return []
  }
}

/** The lines, from 0, on which the steps begin to say what they do. */
const stepLines = (text: string): number[] =>
  text.split('\n').flatMap((line, i) => (/"do"\s*:/.test(line) ? [i] : []))
