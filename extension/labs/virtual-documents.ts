/** Read-only documents that are not files: `p2plab:/1.1/solution.ts`, `p2plab:/4.8/Report of 4.8.md`. */
import * as vscode from 'vscode'

export interface VirtualDocuments extends vscode.Disposable {
  /** Sets the text of a document, also when it is open, and returns its address. */
  put(path: string, text: string): vscode.Uri
}

/** `restore` makes the text of a document that was open when the window was last closed. */
export function virtualDocuments(
  scheme: string,
  restore: (path: string) => Promise<string>,
): VirtualDocuments {
  const texts = new Map<string, string>()
  const changed = new vscode.EventEmitter<vscode.Uri>()
  const registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: async uri => texts.get(uri.path) ?? (await restore(uri.path)),
  })
  return {
    put(path, text) {
      const uri = vscode.Uri.from({ scheme, path })
      const before = texts.get(path)
      texts.set(path, text)
      if (before !== undefined && before !== text) changed.fire(uri)
      return uri
    },
    dispose() {
      registration.dispose()
      changed.dispose()
    },
  }
}
