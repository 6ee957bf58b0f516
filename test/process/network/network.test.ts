import assert from 'node:assert/strict'
import { readFile, readlink, readdir } from 'node:fs/promises'
import { edges, nameOf } from '../../../network/state.ts'
import { gone, isAlive } from '../../kit/alive.ts'
import { watched, type WatchedNetwork } from '../../kit/network.ts'

describe('A network of real nodes', () => {
  let network: WatchedNetwork
  beforeEach(() => {
    network = watched()
  })
  afterEach(() => network.stopAll())

  const node = (name: string) => network.state.nodes[name]!
  const pids = () => Object.values(network.state.nodes).flatMap(n => n.pid ?? [])

  it('discovers by mDNS, connects, forms a mesh, and from "ready" on reaches every node', async () => {
    const { readyMs, discovery } = await network.start({ nodes: 6, topology: 'random' })
    assert.equal(discovery, 'mdns')
    assert.equal(network.state.phase, 'ready')
    assert.equal(network.state.readyMs, readyMs)
    await network.deliver({ text: 'first words', count: 5 })
    const [message] = network.state.messages
    assert.equal(message?.text, 'first words')
    assert.equal(message?.bytes, 11)
    // What was connected was discovered first, by the node that dialled.
    for (const { node, peer, at } of network.eventsOf('dialling')) {
      const discovered = network.eventsOf('discovered').find(e => e.node === node && e.peer === peer)
      assert.equal(discovered?.via, 'mdns')
      assert.ok(discovered.at <= at)
    }
  })

  it('gives each of up to 12 nodes a process of its own', async () => {
    await network.start({ nodes: 3, topology: 'ring' })
    assert.equal(new Set(pids()).size, 3)
    assert.ok(pids().every(isAlive))
  })

  it('carries a broadcast hop by hop along a line, each hop over a link that exists', async () => {
    await network.start({ nodes: 5, topology: 'line', discovery: 'assigned' })
    await network.deliver({ node: 'n1' })
    const { deliveries } = network.state.messages[0]!
    const hops = Object.entries(deliveries).map(([to, { from }]) => `${nameOf(network.state, from)}>${to}`)
    assert.deepEqual(hops.sort(), ['n1>n2', 'n2>n3', 'n3>n4', 'n4>n5'])
    assert.deepEqual(
      edges(network.state).map(e => [e.a, e.b, e.mesh].join()),
      ['n1,n2,mutual', 'n2,n3,mutual', 'n3,n4,mutual', 'n4,n5,mutual'],
    )
    // One clock: a message is nowhere before it was where it came from (each clock's offset is known to microseconds).
    const at = (name: string) => deliveries[name]?.at ?? network.state.messages[0]!.at
    for (const n of [1, 2, 3, 4])
      assert.ok(at(`n${n + 1}`) > at(`n${n}`) - 1, `hop ${n} of ${JSON.stringify(deliveries)}`)
  })

  it('counts every copy beyond the first as a duplicate', async () => {
    await network.start({ nodes: 4, topology: 'full', discovery: 'assigned' })
    for (let i = 0; i < 5; i++) await network.deliver({ text: `message ${i}` })
    await network.until('duplicates are seen', state => state.totals.duplicates > 0)
    assert.equal(network.state.totals.received, 15)
  })

  it('shows a killed node as killed, goes on without it, and restarts it with the same identity', async () => {
    await network.start({ nodes: 5, topology: 'full', discovery: 'assigned' })
    const { pid, peerId } = node('n3')
    await network.killNode('n3')
    assert.equal(node('n3').phase, 'killed')
    assert.equal(network.eventsOf('node-killed')[0]?.how, 'SIGKILL')
    await gone([pid!])
    await network.until('the others noticed', state =>
      Object.values(state.nodes).every(n => !(peerId! in n.connections)),
    )
    await network.deliver({ text: 'without n3', count: 3 })
    await network.restartNode('n3')
    assert.equal(node('n3').peerId, peerId)
    assert.notEqual(node('n3').pid, pid)
    await network.deliver({ node: 'n1', text: 'with n3', count: 4 })
    assert.ok(network.state.messages.at(-1)!.deliveries['n3'])
  })

  it('restarts and adds nodes by mDNS too', async () => {
    await network.start({ nodes: 4, topology: 'random' })
    await network.restartNode('n2')
    const { node: added } = await network.addNode()
    assert.equal(added, 'n5')
    await network.deliver({ node: 'n5', count: 4 })
    assert.ok(network.eventsOf('discovered').every(e => e.via === 'mdns'))
  })

  it('shows a node that was killed from outside as crashed, with its last lines, and restarts it', async () => {
    await network.start({ nodes: 3, topology: 'full', discovery: 'assigned' })
    process.kill(node('n2').pid!, 'SIGKILL')
    await network.until('n2 is seen as crashed', state => state.nodes['n2']?.phase === 'crashed')
    const { failure } = node('n2')
    assert.match(failure!.cause, process.platform === 'win32' ? /exited/ : /ended by SIGKILL/)
    assert.match(failure!.log.join('\n'), /n2 listening on \/ip4\/127\.0\.0\.1/)
    await network.deliver({ node: 'n1', count: 1 })
    await network.restartNode('n2')
    await network.deliver({ node: 'n2', count: 2 })
  })

  it('stops one node in good order', async () => {
    await network.start({ nodes: 3, topology: 'full', discovery: 'assigned' })
    await network.stopNode('n1')
    assert.equal(node('n1').phase, 'stopped')
    await network.until(
      'the others noticed',
      state => Object.keys(state.nodes['n2']!.connections).length === 1,
    )
    await assert.rejects(
      network.broadcast({ node: 'n1' }),
      /n1: reach the node: it is stopped\. Restart it first/,
    )
  })

  it('packs more than 12 nodes into few processes, and still kills one without the others', async () => {
    await network.start({ nodes: 14, topology: 'random', discovery: 'assigned' })
    assert.ok(new Set(pids()).size < 14)
    const before = Object.values(network.state.nodes).find(n => n.name !== 'n5' && n.pid === node('n5').pid)!
    await network.killNode('n5')
    assert.equal(network.eventsOf('node-killed')[0]?.how, 'sockets')
    assert.equal(node(before.name).phase, 'listening')
    await network.until('the others noticed', state =>
      Object.values(state.nodes).every(n => !(node('n5').peerId! in n.connections)),
    )
    await network.deliver({ node: before.name, count: 12 })
    await network.restartNode('n5')
    await network.deliver({ node: 'n5', count: 13 })
  })

  it('leaves no process when it is stopped', async () => {
    await network.start({ nodes: 4, topology: 'random' })
    const all = pids()
    await network.stopAll()
    assert.equal(network.state.phase, 'stopped')
    await gone(all)
  })

  it('leaves no process when its start is cancelled', async () => {
    const cancel = new AbortController()
    const started = network.start({ nodes: 6, topology: 'random' }, { signal: cancel.signal })
    const listening = network.until('one node listens', state =>
      Object.values(state.nodes).some(n => n.phase === 'listening'),
    )
    await listening
    const some = pids()
    cancel.abort()
    await assert.rejects(started, /start: it was canceled/)
    await gone(some)
  })

  it('starts again after a stop, with the same peer ids for the same seed', async () => {
    await network.start({ nodes: 2, topology: 'line', discovery: 'assigned', seed: 5 })
    const first = node('n1').peerId
    await network.start({ nodes: 2, topology: 'line', discovery: 'assigned', seed: 5 })
    assert.equal(node('n1').peerId, first)
    await network.start({ nodes: 2, topology: 'line', discovery: 'assigned', seed: 6 })
    assert.notEqual(node('n1').peerId, first)
  })

  it('of one node is ready, and a broadcast reaches nobody', async () => {
    await network.start({ nodes: 1, topology: 'random', discovery: 'assigned' })
    await network.deliver({ count: 0 })
    await network.addNode()
    await network.deliver({ node: 'n1', count: 1 })
  })

  it('names what is wrong with an operation and what to do', async () => {
    await assert.rejects(network.broadcast({}), /no network is running\. Start one first/)
    await assert.rejects(network.start({ nodes: 50, topology: 'full' }), /1225 connections.*at most 40 nodes/)
    await assert.rejects(
      network.start({ nodes: 30, topology: 'random', discovery: 'mdns' }),
      /at most 25 nodes/,
    )
    await network.start({ nodes: 2, topology: 'line', discovery: 'assigned' })
    await assert.rejects(network.killNode('n9'), /there is no node n9\. Use one of n1, n2/)
  })

  it('is told the addresses above 25 nodes, and says so', async function () {
    this.timeout(120_000)
    const { discovery } = await network.start({ nodes: 26, topology: 'random' })
    assert.equal(discovery, 'assigned')
    assert.match(network.state.notices[0]!.text, /Above 25 nodes, mDNS floods/)
    assert.ok(network.eventsOf('discovered').every(e => e.via === 'assigned'))
    await network.deliver({ count: 25 })
    assert.equal(network.state.totals.failedDials, 0)
  })

  it('does not see another network beside it', async () => {
    const other = watched()
    try {
      await Promise.all([
        network.start({ nodes: 3, topology: 'full' }),
        other.start({ nodes: 3, topology: 'full' }),
      ])
      const ours = new Set(Object.keys(network.state.names))
      assert.ok(network.eventsOf('discovered').every(e => ours.has(e.peer)))
      await network.deliver({ text: 'ours', count: 2 })
      assert.equal(other.state.messages.length, 0)
    } finally {
      await other.stopAll()
    }
  })

  it('listens on 127.0.0.1 only', async function () {
    await network.start({ nodes: 3, topology: 'full' })
    assert.ok(
      Object.values(network.state.nodes).every(n => n.addresses.every(a => a.startsWith('/ip4/127.0.0.1/'))),
    )
    if (process.platform !== 'linux') return
    // What the kernel says: every listening TCP socket of the node processes is bound to 127.0.0.1 (0100007F).
    const listening = await listeningSockets()
    for (const pid of pids()) {
      const inodes = await socketInodes(pid)
      const addresses = listening.filter(s => inodes.has(s.inode)).map(s => s.address)
      assert.deepEqual([...new Set(addresses)], ['0100007F'])
    }
  })
})

/** From /proc/net/tcp and tcp6: state 0A is LISTEN. */
async function listeningSockets(): Promise<{ address: string; inode: string }[]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map(t => readFile(`/proc/net/${t}`, 'utf8').catch(() => '')),
  )
  return tables
    .flatMap(table => table.split('\n').slice(1))
    .map(line => line.trim().split(/\s+/))
    .filter(f => f[3] === '0A')
    .map(f => ({ address: f[1]!.split(':')[0]!, inode: f[9]! }))
}

async function socketInodes(pid: number): Promise<Set<string>> {
  const fds = await readdir(`/proc/${pid}/fd`)
  const links = await Promise.all(fds.map(fd => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
  return new Set(links.flatMap(link => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
}
