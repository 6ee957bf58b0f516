/**
 * `http://127.0.0.1:PORT/metrics`, for Prometheus or a browser on this machine. Nobody else reaches it: it listens on loopback, and a
 * request must name a loopback host, so that a web page cannot read it by a name of its own (DNS rebinding). The port may be another
 * one: that of a forwarded port at the other end of an SSH connection.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NetworkError } from '../../failure.ts'
import { CONTENT_TYPE, expose, type Family } from '../../metrics/exposition.ts'

const HOST = '127.0.0.1'
const PATH = '/metrics'
/** As a request names it; no domain name that somebody could register, and no address of another interface. */
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i
/** For the head of a request to arrive. Milliseconds. */
const REQUEST_MS = 5_000

export interface MetricsEndpoint {
  readonly url: string
  /** Resolves when nothing listens any more; requests under way are cut off. */
  close(): Promise<void>
}

/** `port` 0 takes a free one. Rejects with a NetworkError where it cannot be had. */
export async function openEndpoint(port: number, gather: () => Promise<Family[]>): Promise<MetricsEndpoint> {
  let underWay: Promise<string> | undefined
  // Scrapes that come together are one: counters of what went by since the last scrape would be shared out among them.
  const scrape = () =>
    (underWay ??= gather()
      .then(expose)
      .finally(() => (underWay = undefined)))
  const server = createServer(
    { headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS },
    (request, response) => {
      answer(request, response, (server.address() as AddressInfo).port, scrape).catch(() =>
        response.destroy(),
      )
    },
  )
  server.listen(port, HOST)
  try {
    await once(server, 'listening')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new NetworkError({
      step: 'open the metrics endpoint',
      cause: code === 'EADDRINUSE' ? `port ${port} is in use by another program` : message,
      remedy: 'Choose another port, or leave it out to use a free port',
    })
  }
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}${PATH}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  { method, url = '', headers: { host } }: IncomingMessage,
  response: ServerResponse,
  port: number,
  scrape: () => Promise<string>,
): Promise<void> {
  const refuse = (status: number, text: string, headers = {}) =>
    void response
      .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers })
      .end(`${text}\n`)
  if (!LOOPBACK_HOST.test(host ?? ''))
    return refuse(403, `Use http://${HOST}:${port}${PATH}. Other host names are refused.`)
  if (url.split('?', 1)[0] !== PATH) return refuse(404, `Only ${PATH} is available here.`)
  if (method !== 'GET') return refuse(405, 'Only GET is supported.', { allow: 'GET' })
  const body = await scrape()
  response.writeHead(200, { 'content-type': CONTENT_TYPE, 'cache-control': 'no-store' }).end(body)
}
