/** Serves one of our pages on 127.0.0.1, as the extension makes it. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { PageOptions } from '../../../webview/shared/html.ts'

const dist = path.join(path.resolve(import.meta.dirname, '../../..'), 'dist')
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' }

export interface PageServer {
  url: string
  close(): Promise<void>
}

/**
 * Serves the page at /, with a new nonce each time, and dist/NAME.js and dist/NAME.css as they are now. `change` may put other
 * files in their place, or take them away.
 */
export async function servePage(
  html: (options: PageOptions) => string,
  bundle: string,
  change?: (files: Map<string, Buffer>) => void,
): Promise<PageServer> {
  const files = new Map<string, Buffer>()
  for (const name of ['start.js', `${bundle}.js`, `${bundle}.css`])
    files.set(name, await readFile(path.join(dist, name)))
  change?.(files)
  const server: Server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1)
    if (name === '') {
      const nonce = randomBytes(16).toString('base64')
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(
        html({
          scriptUri: `/${bundle}.js`,
          startUri: '/start.js',
          styleUri: `/${bundle}.css`,
          cspSource: "'self'",
          nonce,
        }),
      )
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
