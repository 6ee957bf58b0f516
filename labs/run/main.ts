/**
 * The process of a node that is a copy of a learner's program. Started by the orchestrator with child_process.fork, as that of a libp2p node is;
 * the messages are the same (network/node-messages.ts). It hosts one node.
 */
import { rmdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { lifeline } from '../../network/lifeline.ts'
import { createNodeChannel, type NodeRequest } from '../../network/node-channel.ts'
import type { NodeSpec } from '../../network/node-messages.ts'
import { usage } from '../../network/usage.ts'
import { createAddressBook } from './address-book.ts'
import { startProgramNode, type RunningProgram } from './node.ts'

const dist = path.dirname(fileURLToPath(import.meta.url))
let node: RunningProgram | undefined
let starting: Promise<void> | undefined
const { send, emit, flush, listen } = createNodeChannel()

const book = createAddressBook()
let dataDir: string | undefined
/** Nobody else is left to do it. */
const removeData = () => {
  if (dataDir === undefined) return
  try {
    rmSync(dataDir, { recursive: true, force: true })
    rmdirSync(path.dirname(dataDir))
  } catch {
    // The last of the nodes removes the folder of all.
  }
}

// The program ends with its standard input; it is not left to that.
const { beat } = lifeline(() => {
  setTimeout(() => process.exit(0), 1_000)
  void Promise.resolve(node?.kill())
    .then(removeData)
    .finally(() => process.exit(0))
})

process.on('uncaughtException', error => {
  console.error(error)
  flush()
  void Promise.resolve(node?.kill()).finally(() => process.exit(1))
})

listen(beat, handle)

async function handle(message: NodeRequest): Promise<void> {
  switch (message.type) {
    case 'metrics':
      return send({ type: 'metrics', id: message.id, nodes: [], families: [], ...usage() })
    case 'start':
      starting = start(message.spec)
      return starting
    case 'links':
      return node?.setLinks(message.links)
    case 'doors':
      return book.know(message.doors)
    case 'deny':
      return node?.deny(message.peers)
    case 'publish':
      try {
        if (!node) throw new Error(`${message.node} is not running in this process`)
        const published = await node.publish(Buffer.from(message.data, 'base64'))
        flush()
        return send({ type: 'published', id: message.id, message: published })
      } catch (error) {
        return send({ type: 'publish-failed', id: message.id, cause: (error as Error).message })
      }
    case 'pause':
    case 'resume':
      await node?.[message.type]()
      return flush()
    case 'stop':
    case 'kill':
      await starting
      await node?.[message.type]()
      node = undefined
      // What it has stored is there for its next start: the orchestrator removes it when the network ends.
      dataDir = undefined
      flush()
      return send({ type: 'ended', node: message.node, how: message.type === 'stop' ? 'stopped' : 'killed' })
    case 'join':
      return send({
        type: 'join-failed',
        id: message.id,
        cause: 'a learner’s program does not join another network',
      })
    case 'limit':
    case 'graft':
    case 'offer':
      return
  }
}

async function start(spec: NodeSpec): Promise<void> {
  const failed = (cause: string, step: string) => {
    node = undefined
    flush()
    send({ type: 'failed', node: spec.name, step, cause })
  }
  dataDir = spec.program?.dataDir
  try {
    node = await startProgramNode(spec, {
      dist,
      emit,
      book,
      opened: doors => send({ type: 'doors', node: spec.name, doors }),
      log: (stream, text) => void process[stream].write(text),
      failed: cause => failed(cause, 'run'),
    })
    flush()
  } catch (error) {
    failed((error as Error).message, 'start the program')
  }
}
