/**
 * Puts one of our pages into a webview: its bundle and its styles from dist/, a nonce of its own, and access to dist/ and nothing else.
 * What crosses the border afterwards is the business of who opened it.
 */
import * as vscode from 'vscode'
import { randomBytes } from 'node:crypto'
import type { PageOptions } from '../webview/shared/html.ts'

/** `name` is that of dist/NAME.js and dist/NAME.css; `html` makes the page (webview/shared/html.ts). */
export function fillPage(
  webview: vscode.Webview,
  extension: vscode.Uri,
  name: 'view' | 'guide' | 'transcript',
  html: (options: PageOptions) => string,
): void {
  const dist = vscode.Uri.joinPath(extension, 'dist')
  const address = (file: string) => String(webview.asWebviewUri(vscode.Uri.joinPath(dist, file)))
  webview.options = { enableScripts: true, localResourceRoots: [dist] }
  webview.html = html({
    scriptUri: address(`${name}.js`),
    styleUri: address(`${name}.css`),
    cspSource: webview.cspSource,
    nonce: randomBytes(18).toString('base64'),
  })
}

/** The icon of a panel's tab. */
export const pageIcon = (extension: vscode.Uri) => ({
  light: vscode.Uri.joinPath(extension, 'media/view-light.svg'),
  dark: vscode.Uri.joinPath(extension, 'media/view-dark.svg'),
})
