/**
 * Puts one of our pages into a webview: its bundle and its styles from dist/, a nonce of its own, and access to dist/ and nothing else.
 * What crosses the border afterwards is the business of who opened it, but for what every page may send.
 */
import * as vscode from 'vscode'
import { randomBytes } from 'node:crypto'
import { parseFromAnyPage } from '../webview/shared/failure-messages.ts'
import type { PageOptions } from '../webview/shared/html.ts'
import { parseSavePicture } from '../webview/shared/picture-messages.ts'
import { showError, type Log } from './errors.ts'
import { savePicture } from './save-picture.ts'

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
    startUri: address('start.js'),
    styleUri: address(`${name}.css`),
    cspSource: webview.cspSource,
    nonce: randomBytes(18).toString('base64'),
  })
}

/**
 * Listens to a page. Its own messages go to `receive`, in their order, once what parses them is there; what fails in it goes to the log, as
 * does what is no message. `page` begins those lines: "The guide".
 */
export const receiveFromPage = <M>(
  webview: vscode.Webview,
  { page, parser, log }: { page: string; parser: () => Promise<(value: unknown) => M | undefined>; log: Log },
  receive: (message: M) => unknown,
): vscode.Disposable =>
  webview.onDidReceiveMessage(async (value: unknown) => {
    const common = parseFromAnyPage(value)
    if (common?.type === 'openLog') return log.show(true)
    if (common) return log.error(`${page}: ${common.what}: ${common.error}`)
    const picture = parseSavePicture(value)
    if (picture) return void savePicture(picture, log)
    let message
    try {
      message = (await parser())(value)
    } catch (error) {
      return showError(log, error)
    }
    if (message !== undefined) return receive(message)
    log.warn(`${page} sent an unknown message: ${JSON.stringify(value)?.slice(0, 200)}`)
  })

/** The icon of a panel's tab. */
export const pageIcon = (extension: vscode.Uri) => ({
  light: vscode.Uri.joinPath(extension, 'media/view-light.svg'),
  dark: vscode.Uri.joinPath(extension, 'media/view-dark.svg'),
})
