/**
 * The live view in a real browser, on the very page the extension makes, served from 127.0.0.1. In place of VS Code stands
 * only `acquireVsCodeApi`: it records what the view posts and keeps what it saves. Messages reach the view with
 * window.postMessage, as VS Code sends them.
 */
import assert from 'node:assert/strict'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { NetworkEvent } from '../../../network/events.ts'
import { initialState, reduce, type NetworkState } from '../../../network/state.ts'
import { viewHtml } from '../../../webview/shared/html.ts'
import type { FromView } from '../../../webview/shared/view-messages.ts'
import { servePage, type PageServer } from './serve-page.ts'
import { standIn } from './stand-in.ts'
import { THEMES, type Theme } from './themes.ts'

export const serveView = (): Promise<PageServer> => servePage(viewHtml, 'view')

/** The same page as the editor of recordings has it. */
export const serveRecording = (): Promise<PageServer> =>
  servePage(options => viewHtml(options, 'recording'), 'view')

export interface ViewPage {
  page: Page
  /** Everything the view posted since the page was opened; a reload begins anew. */
  posted(): Promise<FromView[]>
  /** What the view saved last. */
  saved(): Promise<Record<string, unknown> | undefined>
  /** The network as it stands on the extension's side: send and snapshot keep to it. */
  state(): NetworkState
  /** Adds events to the network and sends them as one batch. */
  send(events: readonly NetworkEvent[]): Promise<void>
  /** Adds events to the network that the view does not get. */
  lose(events: readonly NetworkEvent[]): void
  /** Sends the whole state, as the answer to `ready`. */
  snapshot(): Promise<void>
  /** Sends any message at all. */
  raw(message: unknown): Promise<void>
  /** Waits until the view has posted something like `wanted`. */
  untilPosted(wanted: Partial<FromView>, atLeast?: number): Promise<void>
  /** What the page complained about: errors, violations of its security policy. */
  complaints: string[]
  close(): Promise<void>
}

export async function openView(
  browser: Browser,
  url: string,
  options: { theme?: Theme; context?: BrowserContextOptions; init?: () => void } = {},
): Promise<ViewPage> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 720 }, ...options.context })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await context.addInitScript(standIn, options.theme ?? THEMES.dark)
  if (options.init) await context.addInitScript(options.init)
  await page.goto(url)
  await page
    .waitForFunction(() => window.stand.posted.length > 0)
    .catch(error => assert.fail(`the view did not start: ${[...complaints, error].join('; ')}`))

  let state = initialState
  const raw = (message: unknown) => page.evaluate(m => window.postMessage(m, '*'), message)
  const posted = () => page.evaluate(() => window.stand.posted) as Promise<FromView[]>
  return {
    page,
    complaints,
    posted,
    raw,
    state: () => state,
    saved: () => page.evaluate(() => window.stand.saved()),
    async send(events) {
      const first = state.count
      state = events.reduce(reduce, state)
      await raw({ type: 'events', first, events })
    },
    lose(events) {
      state = events.reduce(reduce, state)
    },
    snapshot: () => raw({ type: 'snapshot', state }),
    async untilPosted(wanted, atLeast = 1) {
      await page.waitForFunction(
        ([wanted, atLeast]) =>
          window.stand.posted.filter(m =>
            Object.entries(wanted).every(([k, v]) => (m as unknown as Record<string, unknown>)[k] === v),
          ).length >= atLeast,
        [wanted, atLeast] as const,
      )
    },
    async close() {
      await context.close()
      assert.deepEqual(complaints, [], 'the page complained')
    },
  }
}
