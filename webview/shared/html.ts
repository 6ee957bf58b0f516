/** The HTML of the webviews' pages. */

export interface PageOptions {
  /** Address of the page's script, as the webview can load it. */
  scriptUri: string
  /** Address of dist/start.js, which says on the page what fails in its script. */
  startUri: string
  /** Address of its style sheet. */
  styleUri: string
  /** Where styles may come from: `webview.cspSource`. */
  cspSource: string
  /** Drawn anew for every page, from crypto, in base64 or hex. */
  nonce: string
}

/**
 * The live view's page: dist/view.js and dist/view.css. The layout's worker comes from a blob that the script makes.
 * `source` is what it shows: a network that runs, or a recording.
 */
export const viewHtml = (options: PageOptions, source: 'network' | 'recording' = 'network'): string =>
  pageHtml(source, source === 'network' ? 'P2P Lab: Network' : 'P2P Lab: Recording', options, [
    `worker-src blob:`,
  ])

/** The guide's page: dist/guide.js and dist/guide.css. */
export const guideHtml = (options: PageOptions): string => pageHtml('guide', 'P2P Lab: Guide', options)

/** The page of a check's transcript: dist/transcript.js and dist/transcript.css. */
export const transcriptHtml = (options: PageOptions): string =>
  pageHtml('transcript', 'P2P Lab: Transcript', options)

/** Which page it is, in `main#app[data-page]`: its script and tests read it. */
export type PageName = 'network' | 'recording' | 'guide' | 'transcript'

/** The whole page. Only our own script runs (by its nonce), without eval, and nothing may be fetched. */
function pageHtml(name: PageName, title: string, options: PageOptions, more: readonly string[] = []): string {
  const { scriptUri, startUri, styleUri, cspSource, nonce } = options
  const csp = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    ...more,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  // A script of another origin, which a webview's are, tells what failed in it only when it is asked for like this.
  const script = (uri: string) =>
    `<script nonce="${escape(nonce)}" src="${escape(uri)}" crossorigin="anonymous"></script>`
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8" />
    <meta http-equiv="Content-Security-Policy" content="${escape(csp)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    ${script(startUri)}
    <link rel="stylesheet" href="${escape(styleUri)}" />
    <title>${escape(title)}</title>
  </head>
  <body>
    <p id="starting">This page could not start because its files are missing. Reload the window. If that does not help, reinstall P2P Lab.</p>
    <main id="app" data-page="${name}"></main>
    ${script(scriptUri)}
  </body>
</html>
`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replace(/[&<>"]/g, c => ENTITIES[c] ?? c)
