/**
 * The live view in a real browser, on the very page the extension makes, served from 127.0.0.1. In place of VS Code stands
 * only `acquireVsCodeApi`: it records what the view posts and keeps what it saves. Messages reach the view with
 * window.postMessage, as VS Code sends them.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { NetworkEvent } from '../../network/events.ts'
import { initialState, reduce, type NetworkState } from '../../network/state.ts'
import { viewHtml } from '../../webview/html.ts'
import type { FromView } from '../../webview/messages.ts'
import { THEMES, type Theme } from './themes.ts'

const dist = path.join(path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url)))), 'dist')
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' }

export interface ViewServer {
  url: string
  close(): Promise<void>
}

/** Serves the page at /, with a new nonce each time, and the two files of dist/ that belong to it, as they are now. */
export async function serveView(): Promise<ViewServer> {
  const files = new Map<string, Buffer>()
  for (const name of ['view.js', 'view.css']) files.set(name, await readFile(path.join(dist, name)))
  const server: Server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1)
    if (name === '') {
      const nonce = randomBytes(16).toString('base64')
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(viewHtml({ scriptUri: '/view.js', styleUri: '/view.css', cspSource: "'self'", nonce }))
    } else if (files.has(name)) {
      response.setHeader('content-type', TYPES[path.extname(name)]!)
      response.end(files.get(name))
    } else {
      response.writeHead(404).end()
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

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

declare global {
  interface Window {
    stand: { posted: unknown[]; saved(): Record<string, unknown> | undefined; violations: string[] }
  }
}

/** Runs in the page before its own script. What is saved outlives a reload, as in VS Code. */
function standIn(theme: Theme): void {
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
