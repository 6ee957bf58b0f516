/**
 * The node process: hosts one libp2p node, or several in a large network. Started by the orchestrator with
 * child_process.fork; messages in ../node-messages.ts.
 */
import { saveCompiled } from '../compile-cache.ts'
import { lifeline } from '../lifeline.ts'
import { merge } from '../metrics/exposition.ts'
import { usage } from '../usage.ts'
import { createNodeChannel, type NodeRequest } from '../node-channel.ts'
import type { NodeSpec } from '../node-messages.ts'
import { causeOf } from './cause-of.ts'
import { flushLog, logOf } from './log-lines.ts'
import { startNode, type RunningNode } from './node.ts'
import { rehearse } from './rehearsal.ts'

/** By then, in milliseconds, what a start and the first messages use has been used. */
const USED_MS = 5_000

const nodes = new Map<string, RunningNode>()
const started = new AbortController()
const { send, emit, flush, listen } = createNodeChannel(() => nodes.size)

// A parent that is gone leaves nothing to tell and nobody to tell it to.
const { beat } = lifeline(() => process.exit(0))

process.on('uncaughtException', error => {
  flushLog()
  console.error(error)
  flush()
  process.exit(1)
})

listen(beat, handle)

async function handle(message: NodeRequest): Promise<void> {
  switch (message.type) {
    case 'metrics': {
      const counting = [...nodes].filter(([, node]) => node.metrics)
      const families = await Promise.all(counting.map(([, node]) => node.metrics?.() ?? []))
      const names = counting.map(([name]) => name)
      return send({
        type: 'metrics',
        id: message.id,
        nodes: names,
        families: merge(families.flat()),
        ...usage(),
      })
    }
    case 'rehearse':
      await rehearse(started.signal)
      return send({ type: 'rehearsed' })
    case 'start':
      started.abort()
      return start(message.spec)
    case 'links':
      return nodes.get(message.node)?.setLinks(message.links)
    case 'deny':
      return nodes.get(message.node)?.deny(message.peers)
    case 'limit':
      return nodes.get(message.node)?.limit(message.perSecond)
    case 'graft':
      return nodes.get(message.node)?.graft(message.peer)
    case 'offer':
      return nodes.get(message.node)?.joining.offer(message.peers)
    case 'join':
      try {
        const peers = await nodes.get(message.node)!.joining.askToJoin(message.code)
        return send({ type: 'joined', id: message.id, peers })
      } catch (error) {
        return send({ type: 'join-failed', id: message.id, cause: causeOf(error) })
      }
    case 'pause':
    case 'resume':
      nodes.get(message.node)?.[message.type]()
      return flush()
    case 'publish': {
      const node = nodes.get(message.node)
      try {
        if (!node) throw new Error(`${message.node} is not running in this process`)
        const published = await node.publish(Buffer.from(message.data, 'base64'))
        flush()
        return send({ type: 'published', id: message.id, message: published })
      } catch (error) {
        return send({ type: 'publish-failed', id: message.id, cause: causeOf(error) })
      }
    }
    case 'stop':
    case 'kill': {
      const node = nodes.get(message.node)
      nodes.delete(message.node)
      await node?.[message.type]()
      flush()
      return send({ type: 'ended', node: message.node, how: message.type === 'stop' ? 'stopped' : 'killed' })
    }
  }
}

async function start(spec: NodeSpec): Promise<void> {
  try {
    nodes.set(spec.name, await startNode(spec, emit, logOf(spec.name)))
    flush()
    // One process of a network is enough: they all run the same code.
    if (spec.name === 'n1') setTimeout(saveCompiled, USED_MS).unref()
  } catch (error) {
    flush()
    flushLog()
    console.error(error)
    send({ type: 'failed', node: spec.name, step: 'start libp2p', cause: causeOf(error) })
  }
}
