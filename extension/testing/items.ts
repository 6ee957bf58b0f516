/** The items of the Testing view: one for each exercise, with its checks as children. */
import type * as vscode from 'vscode'
import { exercise, EXERCISES, type ExerciseEntry } from '../../labs/catalogue.ts'
import { fileIn } from '../labs/tracks.ts'
import { sameFile } from '../same-file.ts'
import { symbolIn } from './locate.ts'
import type { Chosen } from './run.ts'

export async function populate(
  controller: vscode.TestController,
  folder: vscode.Uri | undefined,
  /** Stands beside each exercise, where the window shows several lab workspaces. */
  name: string | undefined,
): Promise<void> {
  if (!folder) return controller.items.replace([])
  const items = EXERCISES.map(entry => {
    const uri = fileIn(folder, entry)
    const known = controller.items.get(entry.id)
    // An item that is kept keeps its results.
    return known && known.uri && sameFile(known.uri, uri) ? known : itemFor(controller, entry, uri)
  })
  // An accessor of VS Code's, which cannot be deleted.
  for (const item of items) Object.assign(item, { description: name })
  controller.items.replace(items)
  await Promise.all(items.map(locateItem))
}

function itemFor(controller: vscode.TestController, entry: ExerciseEntry, uri: vscode.Uri): vscode.TestItem {
  const item = controller.createTestItem(entry.id, `${entry.id} ${entry.title}`, uri)
  item.sortText = entry.id
  item.children.replace(
    entry.checks.map((check, index) => {
      const child = controller.createTestItem(`${entry.id}/${check.id}`, check.title, uri)
      child.sortText = String(index).padStart(3, '0')
      return child
    }),
  )
  return item
}

/** The item's place is the exercise's first function; while there is none it has no place. */
async function locateItem(item: vscode.TestItem): Promise<void> {
  const op = exercise(item.id)?.ops[0]
  const { locate } = await symbolIn(item.uri!)
  item.range = locate(op)?.range
}

/** What a request asks for, by exercise: whole exercises, or some of their checks. */
export function choose(
  controller: vscode.TestController,
  request: vscode.TestRunRequest,
  folder: vscode.Uri,
): Chosen[] {
  const roots = [...controller.items].map(([, item]) => item)
  const included = new Set(request.include ?? roots)
  const excluded = new Set(request.exclude ?? [])
  return roots.flatMap(item => {
    const entry = exercise(item.id)
    if (!entry || excluded.has(item)) return []
    const all = [...item.children].map(([, check]) => check)
    const checks = all.filter(check => (included.has(item) || included.has(check)) && !excluded.has(check))
    if (checks.length === 0) return []
    const only =
      checks.length === all.length ? undefined : checks.map(check => check.id.slice(entry.id.length + 1))
    return [{ entry, folder, item, checks, only }]
  })
}

/** The items that ask for just this, as the `include` of a request. */
export const itemsOf = ({ item, checks, only }: Chosen): readonly vscode.TestItem[] =>
  only === undefined ? [item] : checks
