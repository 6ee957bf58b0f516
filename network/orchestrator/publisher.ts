/** Publishes through a node process and pairs each answer with its request. */
import { NetworkError } from '../failure.ts'
import type { FromNode } from '../node-messages.ts'
import type { NodeProcess } from './node-process.ts'

/** A publish is a signature and some socket writes; a process that takes longer than this is stuck. Milliseconds. */
const DEADLINE_MS = 10_000

export interface Publisher {
  /** The message id. */
  publish(node: string, data: Uint8Array, process: NodeProcess): Promise<string>
  answered(message: Extract<FromNode, { type: 'published' | 'publish-failed' }>): void
  /** The node is gone: what it was asked to publish will not be answered. */
  failed(node: string, cause: string): void
}

export function createPublisher(): Publisher {
  const waiting = new Map<
    number,
    { node: string; resolve: (message: string) => void; reject: (cause: string) => void }
  >()
  let nextId = 1
  return {
    publish(node, data, process) {
      const id = nextId++
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const fail = (cause: string) =>
        reject(
          new NetworkError({
            node,
            step: 'publish',
            cause,
            remedy: 'Try again, or broadcast from another node',
          }),
        )
      const timer = setTimeout(fail, DEADLINE_MS, `it did not answer within ${DEADLINE_MS / 1000} s`)
      waiting.set(id, { node, resolve, reject: fail })
      process.send({ type: 'publish', id, node, data: Buffer.from(data).toString('base64') })
      return promise.finally(() => {
        clearTimeout(timer)
        waiting.delete(id)
      })
    },
    answered(message) {
      const request = waiting.get(message.id)
      if (message.type === 'published') request?.resolve(message.message)
      else request?.reject(message.cause)
    },
    failed(node, cause) {
      for (const request of waiting.values()) if (request.node === node) request.reject(cause)
    },
  }
}
