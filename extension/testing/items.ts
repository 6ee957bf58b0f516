/** The items of the Testing view: one for each exercise, with its checks as children. */
import type * as vscode from 'vscode'
import { exercise, EXERCISES, type ExerciseEntry } from '../../labs/catalogue.ts'
import { fileIn } from '../labs/tracks.ts'
import { sameFile } from '../same-file.ts'
import { checkItemId, exerciseItemId, parseItemId } from './item-id.ts'
import { symbolIn } from './locate.ts'
import type { Chosen } from './chosen.ts'

export async function populate(
  controller: vscode.TestController,
  folder: vscode.Uri | undefined,
  /** Stands beside each exercise, where the window shows several lab workspaces. */
  name: string | undefined,
  /** When an exercise was last reset: what came out before is forgotten. */
  resetOf: (exercise: string) => string | undefined,
): Promise<void> {
  if (!folder) return controller.items.replace([])
  const items = EXERCISES.map(entry => {
    const uri = fileIn(folder, entry)
    const id = exerciseItemId(entry.id, resetOf(entry.id))
    const known = controller.items.get(id)
    // An item that is kept keeps its results.
    return known && known.uri && sameFile(known.uri, uri) ? known : itemFor(controller, id, entry, uri)
  })
  // An accessor of VS Code's, which cannot be deleted.
  for (const item of items) Object.assign(item, { description: name })
  controller.items.replace(items)
  await Promise.all(items.map(locateItem))
}

function itemFor(
  controller: vscode.TestController,
  id: string,
  entry: ExerciseEntry,
  uri: vscode.Uri,
): vscode.TestItem {
  const item = controller.createTestItem(id, `${entry.id} ${entry.title}`, uri)
  item.sortText = entry.id
  item.children.replace(
    entry.checks.map((check, index) => {
      const child = controller.createTestItem(checkItemId(entry.id, check.id), check.title, uri)
      child.sortText = String(index).padStart(3, '0')
      return child
    }),
  )
  return item
}

/** The item's place is the exercise's first function; while there is none it has no place. */
async function locateItem(item: vscode.TestItem): Promise<void> {
  const op = exerciseOfItem(item)?.ops[0]
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
  // By what they stand for: a continuous run goes on after a reset, which makes new items.
  const included = new Set((request.include ?? roots).map(subjectOf))
  const excluded = new Set(request.exclude?.map(subjectOf))
  const isIn = (items: ReadonlySet<string>, item: vscode.TestItem) => items.has(subjectOf(item))
  return roots.flatMap(item => {
    const entry = exerciseOfItem(item)
    if (!entry || isIn(excluded, item)) return []
    const all = [...item.children].map(([, check]) => check)
    const checks = all.filter(
      check => (isIn(included, item) || isIn(included, check)) && !isIn(excluded, check),
    )
    if (checks.length === 0) return []
    const only = checks.length === all.length ? undefined : checks.map(checkOf)
    return [{ entry, folder, item, checks, only }]
  })
}

const subjectOf = (item: vscode.TestItem) => `${String(item.uri)} ${checkOf(item)}`

const exerciseOfItem = (item: vscode.TestItem) => exercise(parseItemId(item.id).exercise)

/** The id of the check that an item stands for. */
export const checkOf = (item: vscode.TestItem): string => parseItemId(item.id).check ?? ''

/** The item of an exercise, whenever it was reset. */
export const itemOf = (
  controller: vscode.TestController,
  entry: ExerciseEntry,
): vscode.TestItem | undefined =>
  [...controller.items].map(([, item]) => item).find(item => exerciseOfItem(item)?.id === entry.id)

/** The items that ask for just this, as the `include` of a request. */
export const itemsOf = ({ item, checks, only }: Chosen): readonly vscode.TestItem[] =>
  only === undefined ? [item] : checks
