/** The page of a transcript: one at most. After a reload of the window it is there again, and says that there is none. */
import * as vscode from 'vscode'
import { transcriptHtml } from '../../webview/shared/html.ts'
import type {
  FromTranscript,
  ShownTranscript,
  ToTranscript,
} from '../../webview/shared/transcript-messages.ts'
import type { Log } from '../errors.ts'
import { t } from '../l10n.ts'
import { fillPage, pageIcon, receiveFromPage } from '../web-page.ts'

const VIEW_TYPE = 'p2plab.transcript'

export interface TranscriptPanel extends vscode.Disposable {
  readonly isOpen: boolean
  /** Whether it is the editor that the user works in. */
  readonly isActive: boolean
  /** Opens it, or brings it to the front. */
  reveal(column: vscode.ViewColumn): void
  /** Shows this, if it is open. */
  show(shown: ShownTranscript): void
}

export interface TranscriptEvents {
  onReady(): void
  /** The page of a window that was reloaded showed this. */
  onRestored(exercise: string, check: string): void
  onMessage(message: Exclude<FromTranscript, { type: 'ready' }>): void
  /** What reads its messages. */
  parser(): Promise<(value: unknown) => FromTranscript | undefined>
}

export function transcriptPanel(extension: vscode.Uri, events: TranscriptEvents, log: Log): TranscriptPanel {
  let open: vscode.WebviewPanel | undefined

  const receive = (message: FromTranscript) => {
    if (message.type === 'ready') events.onReady()
    else events.onMessage(message)
  }
  const adopt = (panel: vscode.WebviewPanel) => {
    open?.dispose()
    open = panel
    const { webview } = panel
    panel.iconPath = pageIcon(extension)
    const receiving = receiveFromPage(
      webview,
      { page: 'The transcript', parser: () => events.parser(), log },
      receive,
    )
    panel.onDidDispose(() => {
      receiving.dispose()
      if (open === panel) open = undefined
    })
    fillPage(webview, extension, 'transcript', transcriptHtml)
  }
  const serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    async deserializeWebviewPanel(panel, state: unknown) {
      const { exercise, check } = (state ?? {}) as { exercise?: unknown; check?: unknown }
      if (typeof exercise === 'string' && typeof check === 'string') events.onRestored(exercise, check)
      adopt(panel)
    },
  })
  return {
    get isOpen() {
      return open !== undefined
    },
    get isActive() {
      return open?.active === true
    },
    reveal(column) {
      if (open) return open.reveal()
      adopt(vscode.window.createWebviewPanel(VIEW_TYPE, t('Transcript'), column, { enableScripts: true }))
    },
    show(shown) {
      if (!open) return
      open.title = t('Transcript: {0} {1}', shown.exercise.id, shown.check.title)
      void open.webview.postMessage({ type: 'show', shown } satisfies ToTranscript)
    },
    dispose() {
      serializer.dispose()
      open?.dispose()
    },
  }
}
