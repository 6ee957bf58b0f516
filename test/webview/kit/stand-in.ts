/** What stands in place of VS Code in a page under test: it records what the page posts and keeps what it saves. */
import type { Theme } from './themes.ts'

declare global {
  interface Window {
    stand: { posted: unknown[]; saved(): Record<string, unknown> | undefined; violations: string[] }
  }
}

/** Runs in the page before its own script. What is saved outlives a reload, as in VS Code. */
export function standIn(theme: Theme): void {
  const key = 'vscode-state'
  const posted: unknown[] = []
  const violations: string[] = []
  const saved = () => JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined
  window.stand = { posted, saved, violations }
  document.addEventListener('securitypolicyviolation', event => {
    violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
  })
  let taken = false
  Object.assign(window, {
    acquireVsCodeApi() {
      if (taken) throw new Error('An instance of the VS Code API has already been acquired')
      taken = true
      return {
        postMessage: (message: unknown) => posted.push(structuredClone(message)),
        getState: saved,
        setState: (state: unknown) => sessionStorage.setItem(key, JSON.stringify(state)),
      }
    },
  })
  // The document is still empty: its root and its body are dressed as they come.
  const dress = () => {
    const root = document.documentElement as HTMLElement | null
    for (const [name, value] of Object.entries(theme.variables))
      root?.style.setProperty(`--vscode-${name}`, value)
    const body = document.body as HTMLElement | null
    if (body) body.className = theme.body
    return body !== null
  }
  const observer = new MutationObserver(() => {
    if (dress()) observer.disconnect()
  })
  if (!dress()) observer.observe(document, { childList: true, subtree: true })
}
