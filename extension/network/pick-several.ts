/** A question with several answers. Enter without an answer is no way to say "none": it says what is missing, and stays open. */
import * as vscode from 'vscode'
import { Cancelled } from '../errors.ts'

export interface SeveralOptions {
  title: string
  placeholder: string
  /** In place of the placeholder, after Enter with nothing selected: what to do. */
  missing: string
}

/** At least one of the items; those with `picked` are selected at first. @throws Cancelled */
export function pickSeveral<T extends vscode.QuickPickItem>(
  items: readonly T[],
  { title, placeholder, missing }: SeveralOptions,
): Promise<T[]> {
  const pick = vscode.window.createQuickPick<T>()
  pick.title = title
  pick.placeholder = placeholder
  pick.canSelectMany = true
  pick.items = items
  pick.selectedItems = items.filter(item => item.picked)
  return new Promise((resolve, reject) => {
    pick.onDidAccept(() => {
      if (pick.selectedItems.length === 0) {
        // What is typed would hide it.
        pick.value = ''
        pick.placeholder = missing
        return
      }
      resolve([...pick.selectedItems])
      pick.hide()
    })
    pick.onDidHide(() => (reject(new Cancelled()), pick.dispose()))
    pick.show()
  })
}
