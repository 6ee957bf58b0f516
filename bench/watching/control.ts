/** How the bench reaches its node processes beside the orchestrator's channel, so that it works the same when nothing is observed. */
import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import * as v from 'valibot'

export type ToProcess = { type: 'usage' } | { type: 'observe'; on: boolean }

const fromProcess = v.variant('type', [
  /** The answer to either. CPU time of the process since its start, milliseconds. */
  v.object({ type: v.literal('done'), cpuMs: v.number() }),
  /** Every node of the process has the message; times in milliseconds on the machine's clock. */
  v.object({
    type: v.literal('arrived'),
    key: v.number(),
    publishedAt: v.optional(v.number()),
    arrivals: v.array(v.number()),
  }),
])
export type FromProcess = v.InferOutput<typeof fromProcess>

const PREFIX = 'bench '
/** The text of message number `key`, of so many bytes. */
export const textOf = (key: number, bytes: number) => `${PREFIX}${key} `.padEnd(bytes, '.')
/** The number of one of the bench's messages. */
export function keyOf(data: Uint8Array): number | undefined {
  const text = Buffer.from(data.buffer, data.byteOffset, Math.min(data.length, 32)).toString('latin1')
  return text.startsWith(PREFIX) ? Number.parseInt(text.slice(PREFIX.length), 10) : undefined
}

export interface Control {
  port: number
  /** Puts the observer of all nodes on or takes it off. Resolves when that is done. */
  observe(on: boolean): Promise<void>
  /** CPU milliseconds of all node processes so far. */
  cpuMs(): Promise<number>
  /** Propagation times of a message, milliseconds, when `count` nodes have it. Rejects with the signal's reason. */
  arrived(key: number, count: number, signal: AbortSignal): Promise<number[]>
  close(): void
}

export async function createControl(): Promise<Control> {
  const sockets = new Set<Socket>()
  const answers = new Map<Socket, (cpuMs: number) => void>()
  const messages = new Map<number, { publishedAt?: number; arrivals: number[] }>()
  let wake: () => void = () => undefined
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    createInterface(socket).on('line', line => {
      const message = v.parse(v.pipe(v.string(), v.parseJson(), fromProcess), line)
      if (message.type === 'done') return answers.get(socket)?.(message.cpuMs)
      const { key, publishedAt, arrivals } = message
      const known = messages.get(key) ?? { arrivals: [] }
      known.arrivals.push(...arrivals)
      if (publishedAt !== undefined) known.publishedAt = publishedAt
      messages.set(key, known)
      wake()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const ask = (message: ToProcess) =>
    Promise.all(
      [...sockets].map(socket => {
        const { promise, resolve } = Promise.withResolvers<number>()
        answers.set(socket, resolve)
        socket.once('close', () => resolve(0)).write(`${JSON.stringify(message)}\n`)
        return promise
      }),
    )
  return {
    port: (server.address() as { port: number }).port,
    async observe(on) {
      await ask({ type: 'observe', on })
    },
    cpuMs: async () => (await ask({ type: 'usage' })).reduce((sum, ms) => sum + ms, 0),
    async arrived(key, count, signal) {
      for (;;) {
        signal.throwIfAborted()
        const { publishedAt, arrivals = [] } = messages.get(key) ?? {}
        if (publishedAt !== undefined && arrivals.length >= count) {
          messages.delete(key)
          return arrivals.map(at => at - publishedAt)
        }
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
        await promise
      }
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
