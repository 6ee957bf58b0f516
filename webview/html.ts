/**
 * The page of the live view. Beside messages.ts the only file of webview/ that extension/ imports.
 */

export interface ViewHtmlOptions {
  /** Address of dist/view.js, as the webview can load it. */
  scriptUri: string
  /** Address of dist/view.css. */
  styleUri: string
  /** Where styles may come from: `webview.cspSource`. */
  cspSource: string
  /** Drawn anew for every page, from crypto, in base64 or hex. */
  nonce: string
}

/**
 * The whole page. Only our own script runs (by its nonce), without eval; the layout's worker comes from a blob that the
 * script itself makes; nothing may be fetched.
 */
export function viewHtml({ scriptUri, styleUri, cspSource, nonce }: ViewHtmlOptions): string {
  const csp = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `worker-src blob:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8" />
    <meta http-equiv="Content-Security-Policy" content="${escape(csp)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${escape(styleUri)}" />
    <title>P2P Lab: Network</title>
  </head>
  <body>
    <main id="app"></main>
    <script nonce="${escape(nonce)}" src="${escape(scriptUri)}"></script>
  </body>
</html>
`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replace(/[&<>"]/g, c => ENTITIES[c] ?? c)
