/** The live view's panel: one at most, restored after a reload of the window, movable, and gone while it is hidden. */
import * as vscode from 'vscode'
import { viewHtml } from '../../webview/shared/html.ts'
import type { FromView, parseFromView } from '../../webview/shared/view-messages.ts'
import { showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import type { NetworkService } from '../network/service.ts'
import type { Walkthrough } from '../walkthrough.ts'
import { commandOf, type CommandMessage } from './view-commands.ts'
import { feed, type Feed } from './feed.ts'
import { createHistory } from './history.ts'
import { fillPage, pageIcon, receiveFromPage } from '../web-page.ts'

const VIEW_TYPE = 'p2plab.view'

export interface NetworkPanel extends vscode.Disposable {
  /** Opens or reveals it, without taking the focus when `preserveFocus`. */
  show(preserveFocus?: boolean): void
  /** Selects a node in it, if it is open. */
  select(node: string): void
}

export function networkPanel(
  extension: vscode.Uri,
  service: NetworkService,
  { done }: Walkthrough,
  /** What reads the messages of the page. */
  later: () => Promise<{ parseFromView: typeof parseFromView }>,
  log: Log,
): NetworkPanel {
  const parser = async () => (await later()).parseFromView
  const history = createHistory(service.state)
  const recording = service.onDidChange(({ state, first, events }) => history.add(state, first, events))
  let isStarting = false
  const starting = service.onDidStarting(is => {
    isStarting = is
    open?.feed.starting(is)
  })
  let open: { panel: vscode.WebviewPanel; feed: Feed } | undefined

  const adopt = (panel: vscode.WebviewPanel) => {
    open?.panel.dispose()
    const { webview } = panel
    const toView = feed(
      () => service.state,
      message => void webview.postMessage(message),
    )
    toView.starting(isStarting)
    const opened = { panel, feed: toView }
    open = opened
    panel.iconPath = pageIcon(extension)
    const subscriptions = [
      service.onDidChange(({ first, events }) => toView.push(first, events)),
      panel.onDidChangeViewState(() => panel.visible || toView.hidden()),
      receiveFromPage(webview, { page: 'The network view', parser, log }, message =>
        receive(message, toView),
      ),
    ]
    panel.onDidDispose(() => {
      toView.dispose()
      for (const subscription of subscriptions) subscription.dispose()
      if (open === opened) open = undefined
    })
    fillPage(webview, extension, 'view', options => viewHtml(options))
  }

  const receive = (message: FromView, toView: Feed) => {
    if (message.type === 'ready') return toView.ready()
    if (message.type === 'history') return toView.log(history.part(message.from))
    if (message.type === 'watched') return done('broadcast')
    if (message.type === 'addNote') return void addNote(message)
    void act(message)
  }

  const addNote = async ({ moment, text }: Extract<FromView, { type: 'addNote' }>) => {
    try {
      await service.request({ op: 'addNote', moment, text })
    } catch (error) {
      showError(log, error)
    }
  }

  const serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    deserializeWebviewPanel: async panel => adopt(panel),
  })

  const goLive = vscode.commands.registerCommand('p2plab.returnToLive', () => open?.feed.goLive())

  return {
    show(preserveFocus = false) {
      if (open) return open.panel.reveal(undefined, preserveFocus)
      const where = { viewColumn: vscode.ViewColumn.Active, preserveFocus }
      adopt(vscode.window.createWebviewPanel(VIEW_TYPE, t('P2P Network'), where, { enableScripts: true }))
    },
    select: node => open?.feed.select(node),
    dispose() {
      serializer.dispose()
      goLive.dispose()
      starting.dispose()
      recording.dispose()
      open?.panel.dispose()
    },
  }
}

function act(message: CommandMessage | Extract<FromView, { type: 'copy' }>): unknown {
  if (message.type === 'copy') return vscode.env.clipboard.writeText(message.text)
  const { command, args } = commandOf(message)
  return vscode.commands.executeCommand(command, ...args)
}
