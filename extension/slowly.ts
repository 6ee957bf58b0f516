import * as vscode from 'vscode'
import { Cancelled } from './errors.ts'

/** What takes longer than this shows its progress, with a way to cancel it. */
const SLOW_MS = 500

/**
 * What a Cancel button does. 'abort' aborts the signal that the task got; a function undoes what the task has done when
 * it is done, for tasks that cannot be stopped half-way.
 */
export type OnCancel<T> = 'abort' | ((result: T) => Promise<unknown>)

/**
 * Runs `task`; once it takes long, a notification says so, with a Cancel button if `onCancel` is given.
 * Rejects with Cancelled when the task was cancelled by undoing it.
 */
export async function slowly<T>(
  title: string,
  task: (signal: AbortSignal) => Promise<T>,
  onCancel?: OnCancel<T>,
): Promise<T> {
  const controller = new AbortController()
  const running = task(controller.signal)
  if (!(await takesLong(running))) return await running
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: !!onCancel }
  return await vscode.window.withProgress(options, async (_progress, token) => {
    const subscription = token.onCancellationRequested(() => {
      if (onCancel === 'abort') controller.abort(new Cancelled())
    })
    try {
      const result = await running
      if (typeof onCancel !== 'function' || !token.isCancellationRequested) return result
      await onCancel(result)
    } finally {
      subscription.dispose()
    }
    throw new Cancelled()
  })
}

/** False as soon as the promise settles. */
async function takesLong(running: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const slow = new Promise<boolean>(resolve => (timer = setTimeout(() => resolve(true), SLOW_MS)))
  const done = running.then(
    () => false,
    () => false,
  )
  const long = await Promise.race([slow, done])
  clearTimeout(timer)
  return long
}
