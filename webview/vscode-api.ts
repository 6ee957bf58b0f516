/**
 * The way to the extension. VS Code gives a page `acquireVsCodeApi` and lets it be called once.
 */
interface VsCodeApi {
  postMessage(message: unknown): void
  getState(): unknown
  setState(state: unknown): void
}
declare function acquireVsCodeApi(): VsCodeApi

/** `M`: the messages that the page sends. */
export interface Host<M> {
  post(message: M): void
  /** What `save` kept, also over a reload of the window; undefined the first time. Untrusted: parse it. */
  saved(): unknown
  save(state: unknown): void
}

export function connectHost<M>(): Host<M> {
  const api = acquireVsCodeApi()
  return {
    post: message => api.postMessage(message),
    saved: () => api.getState(),
    save: state => api.setState(state),
  }
}
