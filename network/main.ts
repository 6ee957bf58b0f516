/**
 * The network process: one orchestrator, driven by messages of protocol.ts. Started by the extension with
 * child_process.fork; everything it starts ends with it.
 */
import { fileURLToPath } from 'node:url'
import path from 'node:path'
import type { NetworkEvent } from './events.ts'
import { NetworkError, toFailure } from './failure.ts'
import { createEventBuffer } from './event-buffer.ts'
import { lifeline } from './lifeline.ts'
import { createNetwork } from './orchestrator/network.ts'
import { perform, type Operation } from './operations/table.ts'
import { explainBadRequest, parseToNetwork, type FromNetwork } from './protocol.ts'
import { createRecorder } from './recorder.ts'

/** Events are sent at most this often, all that came in one message: about two a frame. Milliseconds. */
const BATCH_MS = 8
/** What a recording gets to come to its end when the host is gone. Milliseconds. */
const LAST_WRITE_MS = 1_000

const network = createNetwork({ dist: path.dirname(fileURLToPath(import.meta.url)) })
const send = (message: FromNetwork) => {
  if (process.connected) process.send?.(message, () => undefined)
}

const recorder = createRecorder(network, { kept: createEventBuffer(network) })

// The nodes watch us as we watch our host, so ending is enough. No orderly stop: nobody is left to see it. Only a recording is made whole.
const { beat } = lifeline(() => {
  setTimeout(() => process.exit(0), LAST_WRITE_MS)
  void recorder.close().finally(() => process.exit(0))
})

let pending: { first: number; events: NetworkEvent[] } | undefined
const flush = () => {
  const batch = pending
  pending = undefined
  if (batch) send({ type: 'events', ...batch })
}
network.subscribe((first, events) => {
  if (pending) pending.events.push(...events)
  else {
    pending = { first, events: [...events] }
    setTimeout(flush, BATCH_MS)
  }
})

const cancels = new Map<number, AbortController>()

process.on('message', (value: unknown) => {
  const message = parseToNetwork(value)
  beat()
  if (!message) {
    const bad = explainBadRequest(value)
    const failure = new NetworkError({
      step: 'read the request',
      cause: bad?.problem ?? 'it could not be parsed',
      remedy: 'See network/protocol.ts',
    })
    if (bad) send({ type: 'failure', id: bad.id, failure: failure.failure })
    else console.error('dropped a message that could not be parsed')
    return
  }
  if (message.type === 'request') void answer(message.id, message.operation)
  if (message.type === 'cancel') cancels.get(message.id)?.abort()
})

async function answer(id: number, operation: Operation): Promise<void> {
  const cancel = new AbortController()
  cancels.set(id, cancel)
  try {
    const result = await perform({ network, recorder, signal: cancel.signal }, operation)
    // What the operation did is known before its end is.
    flush()
    send({ type: 'reply', id, result })
  } catch (error) {
    flush()
    send({ type: 'failure', id, failure: toFailure(error, operation.op) })
  } finally {
    cancels.delete(id)
  }
}
