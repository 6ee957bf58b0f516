/**
 * Takes the place of network/node/observe-gossip.ts in the node processes of `npm run bench -- watching`, and nowhere else: the
 * same observer, which can be taken off and put on again while the network runs. Off, gossipsub is as it came: no listener of the
 * observer's is left on it and no method is wrapped, so no event is made, sent or read. When a message arrives is noted here,
 * the same way with and without the observer, and told to the bench over a socket once a message.
 */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { NetworkEvent } from '../../network/events.ts'
import type { GossipSub } from '../../network/node/gossip.ts'
import { observeGossip as observe, type GossipObserver } from '../../network/node/observe-gossip.ts'
import { keyOf, type FromProcess, type ToProcess } from './control.ts'

export { readable, type GossipObserver } from '../../network/node/observe-gossip.ts'

/** Milliseconds of the clock that all processes of a machine share. */
const now = () => Number(process.hrtime.bigint()) / 1e6

interface Local {
  put(on: boolean): void
}
const local: Local[] = []
/** By message: when it was published, if it was by a node of this process, and when it reached each of the others. */
const messages = new Map<number, { publishedAt?: number; arrivals: number[] }>()
const messageOf = (key: number) => {
  const found = messages.get(key) ?? { arrivals: [] }
  messages.set(key, found)
  return found
}
/** Told when all nodes of this process have it: once a message. */
const tellWhenComplete = (key: number) => {
  const message = messageOf(key)
  if (message.arrivals.length < local.length - (message.publishedAt === undefined ? 0 : 1)) return
  messages.delete(key)
  tell({ type: 'arrived', key, ...message })
}

let socket: Socket | undefined
const tell = (message: FromProcess) => void socket?.write(`${JSON.stringify(message)}\n`)
function listen(): void {
  if (socket) return
  socket = connect(Number(process.env['P2PLAB_BENCH_PORT']), '127.0.0.1')
  // The bench is gone, and with it the orchestrator: the node process ends by itself.
  socket.on('error', () => undefined).unref()
  createInterface(socket).on('line', line => {
    const message = JSON.parse(line) as ToProcess
    if (message.type === 'observe') for (const one of local) one.put(message.on)
    const { user, system } = process.cpuUsage()
    tell({ type: 'done', cpuMs: (user + system) / 1_000 })
  })
}

export function observeGossip(
  pubsub: GossipSub,
  node: string,
  topic: string,
  emit: (event: NetworkEvent) => void,
): GossipObserver {
  listen()
  const listeners: Parameters<GossipSub['addEventListener']>[] = []
  const add = pubsub.addEventListener.bind(pubsub)
  pubsub.addEventListener = ((...args: Parameters<GossipSub['addEventListener']>) => {
    listeners.push(args)
    add(...args)
  }) as GossipSub['addEventListener']
  const { score, publishedMessageIds } = pubsub as unknown as Record<string, object>
  const wraps = [swap(score!, ['duplicateMessage', 'rejectMessage']), swap(publishedMessageIds!, ['put'])]
  const observer = observe(pubsub, node, topic, emit)
  Reflect.deleteProperty(pubsub, 'addEventListener')
  const swaps = wraps.map(wrapped => wrapped())
  pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }) => {
    const key = keyOf(msg.data)
    if (key === undefined) return
    messageOf(key).arrivals.push(now())
    tellWhenComplete(key)
  })
  let isOn = true
  local.push({
    put(on) {
      if (on === isOn) return
      isOn = on
      for (const args of listeners) {
        if (on) pubsub.addEventListener(...args)
        else pubsub.removeEventListener(...args)
      }
      for (const to of swaps) to(on)
    },
  })
  return {
    ...observer,
    async publish(data) {
      const key = keyOf(data)
      if (key !== undefined) {
        messageOf(key).publishedAt = now()
        tellWhenComplete(key)
      }
      if (isOn) return observer.publish(data)
      await pubsub.publish(topic, data)
      return ''
    },
  }
}

/** Call before methods are replaced, and what it returns after that: the result puts the one or the other in their place. */
function swap(target: object, names: readonly string[]): () => (on: boolean) => void {
  const own = names.map(name => Object.getOwnPropertyDescriptor(target, name))
  return () => {
    const replaced = names.map(name => Object.getOwnPropertyDescriptor(target, name)!)
    return on =>
      names.forEach((name, i) => {
        const property = on ? replaced[i] : own[i]
        if (property) Object.defineProperty(target, name, property)
        else Reflect.deleteProperty(target, name)
      })
  }
}
