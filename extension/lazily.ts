/** Loading what activation does not need when it is first needed, and commands that are there before what they do is loaded. */
import * as vscode from 'vscode'
import { showError, type Log } from './errors.ts'
import { t } from './l10n.ts'

/** `load`, which rejects with one sentence and the way on. What failed is tried again when it is next needed. */
export const lazily =
  <Part>(load: () => Promise<Part>) =>
  async (): Promise<Part> => {
    try {
      return await load()
    } catch (cause) {
      // Node appends the files that asked for it.
      const [why] = String(cause instanceof Error ? cause.message : cause).split('\n')
      throw new Error(
        t('P2P Lab could not load a part of itself ({0}). Reinstall P2P Lab and reload the window.', why!),
        { cause },
      )
    }
  }

/** What commands do, by name without "p2plab.". Each shows what goes wrong. */
export type Actions<Name extends string = string> = Readonly<
  Record<Name, (...args: never[]) => Promise<unknown>>
>

/** Registers commands. `load` is called when one of them is first run, and again while it rejects. */
export function lazyCommands<Name extends string>(
  names: readonly Name[],
  load: () => Promise<Actions<Name>>,
  log: Log,
): vscode.Disposable {
  let actions: Promise<Actions<Name>> | undefined
  const loaded = () =>
    (actions ??= load().catch((error: unknown) => {
      actions = undefined
      throw error
    }))
  return vscode.Disposable.from(
    ...names.map(name =>
      vscode.commands.registerCommand(`p2plab.${name}`, async (...args: never[]) => {
        let action
        try {
          action = (await loaded())[name]
        } catch (error) {
          showError(log, error)
          return undefined
        }
        return action(...args)
      }),
    ),
  )
}
