import * as vscode from 'vscode'
import { Cancelled } from './errors.ts'

/** What takes longer than this shows its progress, with a way to cancel it. */
const SLOW_MS = 500

/**
 * Runs `task`; once it takes long, a notification says so. With `undo` it has a Cancel button: what the task has done
 * by then is undone, and the promise rejects with Cancelled.
 */
export async function slowly<T>(
  title: string,
  task: () => Promise<T>,
  undo?: (result: T) => Promise<unknown>,
): Promise<T> {
  const running = task()
  let timer: NodeJS.Timeout | undefined
  const slow = new Promise<boolean>(resolve => (timer = setTimeout(() => resolve(true), SLOW_MS)))
  const done = running.then(
    () => false,
    () => false,
  )
  const isSlow = await Promise.race([slow, done])
  clearTimeout(timer)
  if (!isSlow) return await running
  const location = vscode.ProgressLocation.Notification
  return await vscode.window.withProgress(
    { location, title, cancellable: !!undo },
    async (_progress, token) => {
      const result = await running
      if (!undo || !token.isCancellationRequested) return result
      await undo(result)
      throw new Cancelled()
    },
  )
}
