/**
 * `t` is vscode.l10n.t once the extension is active, and plain English in tests of the files that know no vscode.
 * Placeholders are `{0}`, `{1}` and so on.
 */
type Translate = (message: string, ...args: (string | number)[]) => string

let translate: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole))

export const t: Translate = (message, ...args) => translate(message, ...args)

export const translateWith = (other: Translate): void => {
  translate = other
}
