import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import vscode from 'vscode'
import type { P2pLabApi } from '../../../extension/api.ts'
import { progress, type NodeState } from '../../../network/state.ts'
import { TEST_MS } from '../../kit/deadlines.ts'
import { gone, isRunning } from '../harness/pids.ts'
import { api, until } from './extension.ts'

/** More than one hop is possible with these, and a laptop does not notice them. */
const NODES = 4

describe('a local network', function () {
  this.timeout(TEST_MS)
  let network: P2pLabApi['network']
  const node = (name: string): NodeState => {
    const found = network.state.nodes[name]
    assert(found, `there is no node ${name}`)
    return found
  }
  const command = (name: string, ...args: unknown[]) =>
    vscode.commands.executeCommand(`p2plab.${name}`, ...args)

  before(async () => {
    network = (await api()).network
    assert.equal(network.pid, undefined, 'no network process runs before it is needed')
    const result = await command('startNetwork', { nodes: NODES, topology: 'ring', seed: 1 })
    assert(result, 'the command startNetwork failed; VS Code shows why')
  })

  after(() => command('stopNetwork'))

  it('is ready, and every node is a process that accepts connections on this computer only', async () => {
    assert.equal(network.state.phase, 'ready')
    const nodes = Object.values(network.state.nodes)
    assert.deepEqual(
      nodes.map(({ name, phase }) => ({ name, phase })),
      ['n1', 'n2', 'n3', 'n4'].map(name => ({ name, phase: 'listening' })),
    )
    assert.equal(new Set(nodes.map(n => n.pid)).size, NODES)
    for (const { name, pid, addresses } of nodes) {
      assert(pid && isRunning(pid), `${name} has no running process`)
      assert.notEqual(pid, process.pid, `${name} runs in the extension host`)
      assert(addresses.length > 0)
      for (const address of addresses) await connect(address)
    }
  })

  it('opens the view beside it', async () => {
    const views = vscode.window.tabGroups.all
      .flatMap(group => group.tabs)
      .map(tab => tab.input)
      .filter(input => input instanceof vscode.TabInputWebview)
    assert.deepEqual(
      views.map(view => view.viewType.replace(/^mainThreadWebview-/, '')),
      ['p2plab.view'],
    )
  })

  it('carries a broadcast to every other node', async () => {
    const result = (await command('broadcast', 'n2', 'héllo')) as { node: string; message: string }
    assert.equal(result.node, 'n2')
    const message = await until(network.onDidChange, () => {
      const found = network.state.messages.find(m => m.id === result.message)
      return found && progress(found).reached === NODES - 1 ? found : undefined
    })
    assert.equal(message.text, 'héllo')
    assert.deepEqual(Object.keys(message.deliveries).toSorted(), ['n1', 'n3', 'n4'])
  })

  it('loses a node that is killed, and gets it back when it is restarted', async () => {
    const { pid = 0, peerId } = node('n3')
    await command('killNode', 'n3')
    await until(network.onDidChange, () => node('n3').phase === 'killed' || undefined)
    await gone([pid])

    await command('restartNode', 'n3')
    await until(network.onDidChange, () => node('n3').phase === 'listening' || undefined)
    assert.notEqual(node('n3').pid, pid)
    assert.equal(node('n3').peerId, peerId, 'a restarted node keeps its identity')
  })

  it('grows by a node', async () => {
    const result = await command('addNode')
    assert.deepEqual(result, { node: 'n5' })
    await until(network.onDidChange, () => Object.keys(node('n5').connections).length > 0 || undefined)
  })

  it('refuses an impossible size and goes on', async () => {
    for (const nodes of [0, -1, 1e9, 'ten']) {
      // The message stays until somebody closes it: the command must not wait for that.
      assert.equal(await command('startNetwork', { nodes }), undefined)
    }
    assert.equal(network.state.phase, 'ready')
    assert.equal(node('n1').phase, 'listening')
  })

  it('stops with all of its processes', async () => {
    const pids = Object.values(network.state.nodes).flatMap(n => n.pid ?? [])
    await command('stopNetwork')
    assert.equal(network.state.phase, 'stopped')
    await gone(pids)
  })
})

/** Connects to a multiaddr such as /ip4/127.0.0.1/tcp/4001, with or without a peer id after it. */
async function connect(address: string): Promise<void> {
  const [, host, port] = /^\/ip4\/([^/]+)\/tcp\/(\d+)/.exec(address) ?? []
  assert.equal(host, '127.0.0.1', `${address} can be reached from other computers`)
  const socket = net.connect(Number(port), host)
  await once(socket, 'connect')
  socket.destroy()
}
