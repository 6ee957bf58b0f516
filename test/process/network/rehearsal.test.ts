/** A process that waits for its node runs what a start runs, and nobody can tell afterwards. */
import assert from 'node:assert/strict'
import { readdir, readlink } from 'node:fs/promises'
import type { NetworkEvent } from '../../../network/events.ts'
import type { FromNode } from '../../../network/node-messages.ts'
import { rehearse } from '../../../network/node/rehearsal.ts'
import { startNodeProcess, type NodeProcess } from '../../../network/orchestrator/node-process.ts'
import { dist } from '../../kit/network.ts'

describe('The rehearsal of a node process', () => {
  let process_: NodeProcess
  let events: NetworkEvent[]
  let messages: FromNode['type'][]
  let heard = () => {}

  beforeEach(async () => {
    events = []
    messages = []
    process_ = startNodeProcess(
      dist,
      { kind: 'node', alone: true },
      {
        events: batch => (events.push(...batch), heard()),
        message: ({ type }) => (messages.push(type), heard()),
        exit: () => heard(),
      },
    )
    await process_.up
  })
  afterEach(async () => {
    process_.end()
    await process_.gone
  })

  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>(resolve => (heard = resolve))
  }
  const start = () =>
    process_.send({
      type: 'start',
      spec: { name: 'n1', seed: 'ab'.repeat(32), topic: 'p2plab/broadcast' },
    })
  const isListening = () => events.some(({ type }) => type === 'node-listening')

  it('tells nothing, writes nothing, and leaves no socket open', async function () {
    const sockets = async () => {
      const folder = `/proc/${process_.pid}/fd`
      const links = await Promise.all(
        (await readdir(folder)).map(fd => readlink(`${folder}/${fd}`).catch(() => '')),
      )
      return links.filter(link => link.startsWith('socket:')).length
    }
    const isLinux = process.platform === 'linux'
    const before = isLinux ? await sockets() : 0
    process_.send({ type: 'rehearse' })
    await until(() => messages.includes('rehearsed'))
    assert.deepEqual(events, [])
    assert.deepEqual(process_.log, [])
    // A socket that was closed is gone with a later turn of its process.
    if (isLinux) while ((await sockets()) > before) await new Promise(resolve => setTimeout(resolve, 10))
  })

  it('has two nodes of libp2p meet in a gossip mesh', async () => {
    assert.equal(await rehearse(new AbortController().signal), true)
    assert.equal(await rehearse(AbortSignal.abort()), false)
  })

  it('gives way to a start, which tells of its own node only', async () => {
    process_.send({ type: 'rehearse' })
    start()
    await until(() => isListening() && messages.includes('rehearsed'))
    const told = new Set(
      events.map(event => `${'node' in event && event.node} ${'topic' in event ? event.topic : ''}`.trim()),
    )
    assert.deepEqual([...told], ['n1', 'n1 p2plab/broadcast'])
  })

  it('is as good as none to the node that starts after it', async () => {
    process_.send({ type: 'rehearse' })
    await until(() => messages.includes('rehearsed'))
    start()
    await until(isListening)
    process_.send({ type: 'publish', id: 1, node: 'n1', data: 'aGVsbG8=' })
    await until(() => messages.includes('published') || messages.includes('publish-failed'))
    process_.send({ type: 'stop', node: 'n1' })
    await until(() => messages.includes('ended'))
    assert.deepEqual(messages, ['rehearsed', 'published', 'ended'])
  })
})
