/**
 * The way to the extension. VS Code gives a page `acquireVsCodeApi` and lets it be called once.
 */
import type { FromView } from './messages.ts'

interface VsCodeApi {
  postMessage(message: unknown): void
  getState(): unknown
  setState(state: unknown): void
}
declare function acquireVsCodeApi(): VsCodeApi

export interface Host {
  post(message: FromView): void
  /** What `save` kept, also over a reload of the window; undefined the first time. Untrusted: parse it. */
  saved(): unknown
  save(state: unknown): void
}

export function connectHost(): Host {
  const api = acquireVsCodeApi()
  return {
    post: message => api.postMessage(message),
    saved: () => api.getState(),
    save: state => api.setState(state),
  }
}
