import assert from 'node:assert/strict'
import vscode from 'vscode'
import type { P2pLabApi } from '../../../extension/api.ts'

/** How long nothing may happen where something must come with an event, in milliseconds. */
const EVENT_MS = 90_000

/** What the extension offers to tests. Activates it. */
export async function api(): Promise<P2pLabApi> {
  const extension = vscode.extensions.getExtension<P2pLabApi>('p2p-lab.p2p-lab')
  assert(extension, 'VS Code does not know the extension p2p-lab.p2p-lab')
  return extension.activate()
}

/** Resolves with what `look` finds now or after one of the events. */
export function until<T>(event: vscode.Event<unknown>, look: () => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (how: () => void) => {
      clearTimeout(timer)
      subscription.dispose()
      how()
    }
    const check = () => {
      try {
        const found = look()
        if (found !== undefined) settle(() => resolve(found))
      } catch (error) {
        settle(() => reject(error))
      }
    }
    const subscription = event(() => {
      // As long as something happens, it goes on.
      timer.refresh()
      check()
    })
    const timer = setTimeout(
      () => settle(() => reject(new Error(`nothing within ${EVENT_MS / 1000} s satisfied ${look}`))),
      EVENT_MS,
    )
    check()
  })
}
