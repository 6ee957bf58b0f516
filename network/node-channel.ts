/**
 * A node process's end of the channel to the orchestrator (node-messages.ts), the same for nodes of libp2p (network/node/main.ts) and for copies of a
 * learner's program (labs/run/main.ts).
 */
import { readClock } from './clock.ts'
import type { NetworkEvent } from './events.ts'
import { parseToNode, type FromNode, type ToNode } from './node-messages.ts'
import { usage } from './usage.ts'

/**
 * Events wait this long for company before they are sent: one IPC message costs more than one event. Milliseconds. In a process of many nodes, so long as a
 * screen shows a picture; with one node, what waits for its events would notice.
 */
const BATCH_MS = { ofOne: 4, ofMany: 16 }

export type NodeRequest = Exclude<ToNode, { type: 'heartbeat' | 'clock' | 'usage' }>

export interface NodeChannel {
  /** Nothing happens when the parent is gone. */
  send(message: FromNode): void
  /** Sends the event with others. */
  emit(event: NetworkEvent): void
  /** Sends now what waits. */
  flush(): void
  /** Says that the process is up, and hands over what is asked of it from then on; `beat` is called for each message. */
  listen(beat: () => void, handle: (message: NodeRequest) => Promise<void>): void
}

/** `nodes`: how many are in the process. */
export function createNodeChannel(nodes: () => number = () => 1): NodeChannel {
  const send = (message: FromNode) => {
    if (process.connected) process.send?.(message)
  }
  let batch: NetworkEvent[] = []
  const flush = () => {
    const events = batch
    batch = []
    if (events.length > 0) send({ type: 'events', events })
  }
  return {
    send,
    flush,
    emit(event) {
      if (batch.push(event) === 1) setTimeout(flush, nodes() > 1 ? BATCH_MS.ofMany : BATCH_MS.ofOne)
    },
    listen(beat, handle) {
      process.on('message', (value: unknown) => {
        const message = parseToNode(value)
        if (!message) return console.error('dropped a message that could not be parsed')
        beat()
        switch (message.type) {
          case 'heartbeat':
            return
          case 'clock':
            return send({ type: 'clock', ...readClock() })
          case 'usage':
            return send({ type: 'usage', id: message.id, ...usage() })
          default:
            void handle(message)
        }
      })
      send({ type: 'up' })
    },
  }
}
