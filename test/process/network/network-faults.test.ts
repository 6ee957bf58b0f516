/** Each fault of a network: what the messages show while it is on, and that nothing of it is left when it is undone. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { nameOf } from '../../../network/state.ts'
import { gone, isAlive } from '../../kit/alive.ts'
import { watched, type WatchedNetwork } from '../../kit/network.ts'
import { skipBecause } from '../../kit/platform.ts'

describe('Faults of a network', () => {
  let network: WatchedNetwork
  beforeEach(() => {
    network = watched()
  })
  afterEach(() => network.stopAll())

  const node = (name: string) => network.state.nodes[name]!
  const deliveriesOf = (message: string) => network.state.messages.find(m => m.id === message)!.deliveries
  const propagation = (message: string, to: string) => {
    const m = network.state.messages.find(m => m.id === message)!
    return m.deliveries[to]!.at - m.at
  }

  describe('pause', () => {
    it('stops a process: nothing reaches the node until it is resumed, and then all that was sent', async function () {
      if (process.platform === 'win32')
        skipBecause(this, 'Windows has no SIGSTOP; the next two show what it has')
      await network.start({ nodes: 4, topology: 'full', discovery: 'assigned' })
      const { pid } = node('n2')
      await network.pauseNode('n2')
      assert.equal(node('n2').paused, 'SIGSTOP')
      // The kernel stops each thread when it gets to it.
      const state = () => (process.platform === 'linux' ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') T ')
      while (!state().includes(') T ')) await new Promise(resolve => setTimeout(resolve, 5))
      const message = await network.deliver({ node: 'n1', count: 2 })
      assert.deepEqual(Object.keys(deliveriesOf(message)).sort(), ['n3', 'n4'])
      await assert.rejects(
        network.broadcast({ node: 'n2' }),
        /n2: reach the node: it is paused\. Resume it first/,
      )
      await assert.rejects(network.pauseNode('n2'), /it is already paused/)
      await network.resumeNode('n2')
      assert.equal(node('n2').paused, undefined)
      await network.until('what was sent meanwhile arrives', () => 'n2' in deliveriesOf(message))
      assert.equal(node('n2').pid, pid)
      await network.deliver({ node: 'n2', count: 3 })
    })

    it('of one node of a shared process stops only that one', async () => {
      await network.start({ nodes: 14, topology: 'random', discovery: 'assigned' })
      await network.pauseNode('n5')
      assert.equal(node('n5').paused, 'sockets')
      const message = await network.deliver({ node: 'n6', count: 12 })
      assert.ok(!('n5' in deliveriesOf(message)))
      await network.resumeNode('n5')
      await network.until('what was sent meanwhile arrives', () => 'n5' in deliveriesOf(message))
      await network.deliver({ node: 'n5', count: 13 })
    })

    it('ends with the network, and a paused node can be killed, stopped and restarted', async () => {
      await network.start({ nodes: 4, topology: 'full', discovery: 'assigned' })
      const pids = Object.values(network.state.nodes).map(n => n.pid!)
      for (const name of ['n1', 'n2', 'n3']) await network.pauseNode(name)
      await network.killNode('n1')
      await network.stopNode('n2')
      await network.restartNode('n3')
      assert.equal(node('n3').phase, 'listening')
      assert.equal(node('n3').paused, undefined)
      await network.pauseNode('n4')
      await network.stopAll()
      await gone(pids)
    })
  })

  describe('partition', () => {
    it('keeps messages within each part, and after healing they cross again', async () => {
      await network.start({ nodes: 6, topology: 'ring', discovery: 'assigned' })
      await network.partition([{ name: 'left', nodes: ['n1', 'n2', 'n3'] }])
      assert.deepEqual(network.state.partition, [
        { name: 'left', nodes: ['n1', 'n2', 'n3'] },
        { name: 'rest', nodes: ['n4', 'n5', 'n6'] },
      ])
      const inLeft = await network.deliver({ node: 'n1', text: 'left', count: 2 })
      const inRest = await network.deliver({ node: 'n6', text: 'rest', count: 2 })
      await network.heal()
      assert.equal(network.state.partition, undefined)
      await network.deliver({ node: 'n1', text: 'whole', count: 5 })
      // Only now is it certain that they never crossed while it was split, in a mesh that is otherwise quick.
      const received = (message: string) =>
        network
          .eventsOf('received')
          .filter(e => e.message === message && e.at < network.eventsOf('healed')[0]!.at)
      assert.deepEqual(
        received(inLeft)
          .map(e => e.node)
          .sort(),
        ['n2', 'n3'],
      )
      assert.deepEqual(
        received(inRest)
          .map(e => e.node)
          .sort(),
        ['n4', 'n5'],
      )
    })

    it('is kept by a node that restarts while the network is split', async () => {
      await network.start({ nodes: 6, topology: 'full', discovery: 'assigned' })
      await network.partition([
        { name: 'a', nodes: ['n1', 'n2', 'n3'] },
        { name: 'b', nodes: ['n4', 'n5', 'n6'] },
      ])
      await network.restartNode('n2')
      assert.deepEqual(
        Object.keys(node('n2').connections)
          .map(peer => nameOf(network.state, peer))
          .sort(),
        ['n1', 'n3'],
      )
      await network.heal()
      await network.deliver({ node: 'n2', count: 5 })
    })

    it('of halves that each have all the mesh peers they want is joined again', async () => {
      await network.start({ nodes: 12, topology: 'full', discovery: 'assigned' })
      const left = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6']
      await network.partition([{ name: 'left', nodes: left }])
      await network.heal()
      await network.deliver({ node: 'n1', count: 11 })
    })

    it('says what is wrong with the groups', async () => {
      await network.start({ nodes: 2, topology: 'line', discovery: 'assigned' })
      const split = (...groups: string[][]) =>
        network.partition(groups.map((nodes, i) => ({ name: `g${i + 1}`, nodes })))
      await assert.rejects(split(['n1', 'n2']), /one group contains every node/)
      await assert.rejects(split(['n1'], ['n1', 'n2']), /n1 is in g1 and in g2\. Put each node in one group/)
      await assert.rejects(split(['n7']), /there is no node n7/)
      assert.equal(network.state.partition, undefined)
      await network.deliver({ node: 'n1', count: 1 })
    })
  })

  describe('on a link', () => {
    it('latency holds back every message of that link, and only while it is set', async () => {
      await network.start({ nodes: 3, topology: 'line', discovery: 'assigned' })
      await network.setLinkFault('n1', 'n2', { latencyMs: 150 })
      await network.waitReady()
      const slow = await network.deliver({ node: 'n1', count: 2 })
      assert.ok(propagation(slow, 'n2') >= 145, `n2 after ${propagation(slow, 'n2')} ms`)
      await network.until('the proxy reports', state => (state.faultyLinks['n1 n2']?.acted?.delayed ?? 0) > 0)
      await network.clearLinkFault('n1', 'n2')
      assert.deepEqual(network.state.faultyLinks, {})
      const acted = network.eventsOf('link-acted').length
      await network.waitReady()
      const quick = await network.deliver({ node: 'n1', count: 2 })
      // The message went over the direct connection again: no proxy saw it.
      assert.equal(network.eventsOf('link-acted').length, acted)
      assert.ok(deliveriesOf(quick)['n2'])
    })

    it('bandwidth lets a large message pass no faster than it says', async () => {
      await network.start({ nodes: 2, topology: 'line', discovery: 'assigned' })
      await network.setLinkFault('n1', 'n2', { bytesPerSecond: 50_000 })
      await network.waitReady()
      const { message } = await network.broadcast({ node: 'n1', size: 25_000 })
      await network.until('it arrives', () => 'n2' in (deliveriesOf(message) ?? {}))
      assert.ok(propagation(message, 'n2') >= 450, `${propagation(message, 'n2')} ms`)
      await network.until('the proxy reports', state => (state.faultyLinks['n1 n2']?.acted?.paced ?? 0) > 0)
    })

    it('loss shows as gaps, and every message arrives all the same', async () => {
      await network.start({ nodes: 2, topology: 'line', discovery: 'assigned' })
      await network.setLinkFault('n1', 'n2', { loss: 0.3 })
      await network.waitReady()
      let lost = 0
      for (let i = 0; i < 10 || lost === 0; i++) {
        await network.deliver({ node: 'n1', text: `message ${i}`, count: 1 })
        lost = network.state.faultyLinks['n1 n2']?.acted?.lost ?? 0
      }
      const slowest = Math.max(...network.state.messages.map(m => propagation(m.id, 'n2')))
      assert.ok(slowest >= 195, `slowest ${slowest} ms`)
    })

    it('stays over a restart of either end', async () => {
      await network.start({ nodes: 2, topology: 'line', discovery: 'assigned' })
      await network.setLinkFault('n1', 'n2', { latencyMs: 100 })
      for (const name of ['n1', 'n2']) {
        await network.restartNode(name)
        const message = await network.deliver({ node: 'n1', count: 1 })
        assert.ok(
          propagation(message, 'n2') >= 95,
          `${propagation(message, 'n2')} ms after a restart of ${name}`,
        )
      }
    })

    it('works where nodes discovered each other, too', async () => {
      await network.start({ nodes: 2, topology: 'line' })
      await network.setLinkFault('n1', 'n2', { latencyMs: 100 })
      await network.waitReady()
      const slow = await network.deliver({ node: 'n2', count: 1 })
      assert.ok(propagation(slow, 'n1') >= 95)
      await network.clearLinkFault('n2', 'n1')
      await network.waitReady()
      await network.deliver({ node: 'n1', count: 1 })
    })

    it('that does not exist is refused with those that do', async () => {
      await network.start({ nodes: 3, topology: 'line', discovery: 'assigned' })
      await assert.rejects(
        network.setLinkFault('n1', 'n3', {}),
        /n1 and n3 are not linked\. n1 is linked to n2/,
      )
      await assert.rejects(network.setLinkFault('n1', 'n1', {}), /n1 cannot have a link to itself/)
    })
  })

  describe('churn', () => {
    it('kills and restarts one node after another, and leaves them all running', async () => {
      await network.start({ nodes: 5, topology: 'full', discovery: 'assigned' })
      const ids = Object.values(network.state.nodes).map(n => n.peerId)
      network.startChurn({ perMinute: 600, turns: 3, seed: 7 })
      assert.equal(network.state.churn?.turns, 3)
      assert.throws(() => network.startChurn({ perMinute: 1 }), /churn is already running\. Stop it first/)
      await network.churnDone()
      assert.equal(network.state.churn, undefined)
      assert.equal(network.eventsOf('node-killed').length, 3)
      await network.waitReady()
      assert.deepEqual(
        Object.values(network.state.nodes).map(n => n.peerId),
        ids,
      )
      await network.deliver({ count: 4 })
    })

    it('that is stopped half-way brings back the node that is down', async () => {
      await network.start({ nodes: 4, topology: 'full', discovery: 'assigned' })
      network.startChurn({ perMinute: 60, turns: 1_000, downMs: 50 })
      await network.until('one is down', state => Object.values(state.nodes).some(n => n.phase === 'killed'))
      await network.stopChurn()
      await network.waitReady()
      await network.deliver({ count: 3 })
    })

    it('ends with the network', async () => {
      await network.start({ nodes: 4, topology: 'full', discovery: 'assigned' })
      network.startChurn({ perMinute: 600, turns: 1_000 })
      await network.until('three were killed', () => network.eventsOf('node-killed').length >= 3)
      await network.stopAll()
      const pids = network.eventsOf('node-listening').map(e => e.pid)
      await gone(pids)
      assert.ok(!pids.some(isAlive))
    })
  })

  describe('a hostile node', () => {
    it('that sends invalid messages is rejected, loses its score everywhere it is connected, and is kept out of the mesh', async () => {
      await network.start({ nodes: 5, topology: 'full', discovery: 'assigned' })
      const { node: bad } = await network.addHostile('invalid', 20)
      const { peerId } = node(bad)
      const honest = ['n1', 'n2', 'n3', 'n4', 'n5']
      await network.until('all score it below graylisting', state =>
        honest.every(name => (state.nodes[name]!.scores?.[peerId!] ?? 0) < -80),
      )
      assert.ok(network.eventsOf('rejected').every(e => e.from === peerId))
      await network.until('it is in no mesh', state =>
        honest.every(name => !state.nodes[name]!.mesh.includes(peerId!)),
      )
      // Nobody passed one on: no honest node has a bad score, and what is honest still arrives everywhere.
      const judged = network.eventsOf('scores').flatMap(e => (e.node === bad ? [] : e.scores))
      assert.ok(judged.every(({ peer }) => peer === peerId))
      await network.waitReady()
      await network.deliver({ node: 'n2', count: 4 })
    })

    it('that sends more than it may is ignored beyond that, and loses its score', async () => {
      await network.start({ nodes: 4, topology: 'full', discovery: 'assigned' })
      const { node: bad } = await network.addHostile('spam')
      assert.match(network.state.notices.at(-1)!.text, /^n5 is a spammer\. .* accepts 20 messages per second/)
      const { peerId } = node(bad)
      await network.until('all score it low', state =>
        ['n1', 'n2', 'n3', 'n4'].every(name => (state.nodes[name]!.scores?.[peerId!] ?? 0) < -80),
      )
      assert.ok(
        network.eventsOf('received').some(e => e.from === peerId),
        'some of it was within the limit',
      )
      assert.ok(network.eventsOf('rejected').every(e => e.from === peerId && e.reason === 'ignore'))
      const judged = network.eventsOf('scores').flatMap(e => (e.node === bad ? [] : e.scores))
      assert.ok(judged.every(({ peer }) => peer === peerId))
      await network.waitReady()
      await network.deliver({ node: 'n1', count: 3 })
      await network.killNode(bad)
      assert.deepEqual(
        network.state.notices.filter(n => n.text.includes('spammer')),
        [],
        'the notice ends with the spammer',
      )
    })
  })

  it('cost a network nothing that has none: no score, no proxy, no rejection', async () => {
    await network.start({ nodes: 6, topology: 'random', discovery: 'assigned' })
    for (let i = 0; i < 5; i++) await network.deliver({ text: `message ${i}` })
    const types = new Set(network.events.map(e => e.type))
    for (const type of ['scores', 'link-acted', 'rejected', 'disconnected'] as const)
      assert.ok(!types.has(type), type)
  })
})
