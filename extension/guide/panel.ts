/** The guide's panel: one at most, beside the editor, restored after a reload of the window. */
import * as vscode from 'vscode'
import { exercise } from '../../labs/catalogue.ts'
import type { FromGuide, Guide, ToGuide } from '../../webview/shared/guide-messages.ts'
import { guideHtml } from '../../webview/shared/html.ts'
import type { Log } from '../errors.ts'
import { t } from '../l10n.ts'
import { fillPage, pageIcon, receiveFromPage } from '../web-page.ts'

const VIEW_TYPE = 'p2plab.guide'

export interface GuidePanel extends vscode.Disposable {
  readonly isOpen: boolean
  /** It is open and not behind another tab. */
  readonly isVisible: boolean
  /** Where it is, when it is open. */
  readonly column: vscode.ViewColumn | undefined
  /** Opens it in `column`, or brings it to the front, without taking the focus. */
  open(column: vscode.ViewColumn): void
  /** Shows this, if it is open. */
  show(guide: Guide | undefined): void
  /** Puts the focus on the newest hint. */
  revealHint(): void
}

export interface GuideEvents {
  /** The page has loaded and wants to know what to show. */
  onReady: () => void
  /** The panel of a window that was reloaded showed this exercise. */
  onRestored: (exercise: string) => void
  onMessage: (message: Exclude<FromGuide, { type: 'ready' }>) => void
  /** What reads its messages. */
  parser: () => Promise<(value: unknown) => FromGuide | undefined>
}

export function guidePanel(extension: vscode.Uri, events: GuideEvents, log: Log): GuidePanel {
  let open: vscode.WebviewPanel | undefined
  /** Whether the page listens: it is made anew each time that the panel comes out of hiding. */
  let ready = false
  /** What the page is to do as soon as it listens. */
  let pending: ToGuide | undefined

  const post = (message: ToGuide) => void open?.webview.postMessage(message)
  const receive = (message: FromGuide) => {
    if (message.type !== 'ready') return events.onMessage(message)
    ready = true
    events.onReady()
    if (pending) post(pending)
    pending = undefined
  }
  const adopt = (panel: vscode.WebviewPanel) => {
    open?.dispose()
    open = panel
    ready = false
    const { webview } = panel
    panel.iconPath = pageIcon(extension)
    const subscriptions = [
      receiveFromPage(webview, { page: 'The guide', parser: events.parser, log }, receive),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) ready = false
      }),
    ]
    panel.onDidDispose(() => {
      for (const subscription of subscriptions) subscription.dispose()
      if (open === panel) open = undefined
    })
    fillPage(webview, extension, 'guide', guideHtml)
  }

  const serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    async deserializeWebviewPanel(panel, state: unknown) {
      const id = (state as { exercise?: unknown } | undefined)?.exercise
      if (typeof id === 'string' && exercise(id)) events.onRestored(id)
      adopt(panel)
    },
  })

  return {
    get isOpen() {
      return open !== undefined
    },
    get column() {
      return open?.viewColumn
    },
    get isVisible() {
      return open?.visible === true
    },
    open(column) {
      if (open) {
        if (!open.visible) open.reveal(undefined, true)
        return
      }
      const where = { viewColumn: column, preserveFocus: true }
      adopt(vscode.window.createWebviewPanel(VIEW_TYPE, t('Guide'), where, { enableScripts: true }))
    },
    show(guide) {
      if (open) open.title = guide ? t('Guide: {0} {1}', guide.id, guide.title) : t('Guide')
      // JSON leaves out what is undefined, as the page expects it.
      post({ type: 'show', ...(guide && { guide }) })
    },
    revealHint() {
      if (ready) post({ type: 'revealHint' })
      else pending = { type: 'revealHint' }
    },
    dispose() {
      serializer.dispose()
      open?.dispose()
    },
  }
}
