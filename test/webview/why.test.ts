import assert from 'node:assert/strict'
import type { NetworkEvent } from '../../network/events.ts'
import { initialState, reduce } from '../../network/state.ts'
import { createFanout } from '../../webview/graph/fanout.ts'
import { findNodes } from '../../webview/panes/search.ts'
import { whyNot } from '../../webview/panes/why.ts'
import { createLog } from '../../webview/time/log.ts'
import { spammer } from './kit/breaking.ts'
import { broadcast, peerOf, startUp, TOPIC } from './kit/recording.ts'
import { withView } from './kit/suite.ts'

const network = startUp(10)
const at = network.events.at(-1)!.at + 1_000
const ready = network.events.reduce(reduce, initialState)

/** What is said of `node` after `events`, in a network that is ready. */
function said(node: string, events: readonly NetworkEvent[], message = 'none'): string {
  const state = events.reduce(reduce, ready)
  return whyNot(
    state,
    state.nodes[node]!,
    state.messages.find(m => m.id === message),
  )
}
/** Everything that a node is connected to goes away. */
const alone = (node: string): NetworkEvent[] =>
  Object.keys(ready.nodes[node]!.connections).map(peer => ({ type: 'disconnected', at, node, peer }))

describe('why a node does not receive', () => {
  it('is the first step to a delivery that it has not taken', () => {
    const fresh: NetworkEvent = { type: 'node-starting', at, node: 'n11', degree: 2 }
    const listening: NetworkEvent = {
      type: 'node-listening',
      at,
      node: 'n11',
      pid: 9,
      peerId: peerOf('n11'),
      addresses: [],
    }
    const found: NetworkEvent = {
      type: 'discovered',
      at,
      node: 'n11',
      peer: peerOf('n1'),
      via: 'mdns',
      addresses: [],
    }
    const dialling: NetworkEvent = { type: 'dialling', at, node: 'n11', peer: peerOf('n1') }
    const connected: NetworkEvent = {
      type: 'connected',
      at,
      node: 'n11',
      peer: peerOf('n1'),
      direction: 'outbound',
      address: '',
    }
    const subscribed: NetworkEvent = { type: 'subscribed', at, node: 'n11', topic: TOPIC }
    const mesh: NetworkEvent = { type: 'mesh', at, node: 'n11', topic: TOPIC, peers: [peerOf('n1')] }
    const steps: [NetworkEvent, RegExp][] = [
      [fresh, /still starting/],
      [listening, /has not discovered any peers/],
      [found, /discovered 1 peer, but has no connection/],
      [dialling, /dialing 1 peer/],
      [connected, /connected to 1 peer, but not subscribed/],
      [subscribed, /in no other node’s mesh/],
      [mesh, /Nothing blocks it, but no message has arrived yet/],
    ]
    steps.forEach(([, expected], i) =>
      assert.match(
        said(
          'n11',
          steps.slice(0, i + 1).map(s => s[0]),
        ),
        expected,
      ),
    )
  })

  it('is that it is paused, or in another group than the publisher', () => {
    assert.match(said('n2', [{ type: 'node-paused', at, node: 'n2', how: 'SIGSTOP' }]), /is paused/)
    const sent = broadcast(network, 'n1', { at, without: ['n5'] })
    const others = network.nodes.filter(n => n !== 'n5')
    const groups = [
      { name: 'A', nodes: others },
      { name: 'B', nodes: ['n5'] },
    ]
    const split: NetworkEvent = { type: 'partitioned', at, groups }
    assert.match(
      said('n5', [split, ...sent.events], sent.id),
      /The network is split, and n1 is in another group/,
    )
    assert.match(said('n5', [split, ...alone('n5')]), /alone in its group, B/)
  })

  it('is that its peers do not trust it', () => {
    const scores: NetworkEvent = {
      type: 'scores',
      at,
      node: 'n3',
      scores: [{ peer: peerOf('n2'), score: -12 }],
    }
    assert.match(said('n2', [scores]), /below the gossip threshold of -10 at n3/)
    assert.doesNotMatch(said('n4', [scores]), /threshold/)
  })

  it('is that it has ended, and how', () => {
    assert.match(said('n2', [{ type: 'node-killed', at, node: 'n2', how: 'SIGKILL' }]), /was killed/)
    assert.match(said('n2', [{ type: 'node-stopped', at, node: 'n2' }]), /was stopped/)
    const crash = { step: 'a', cause: 'b', remedy: 'c', log: [] }
    assert.match(said('n2', [{ type: 'node-crashed', at, node: 'n2', ...crash }]), /crashed/)
  })

  it('is told of the message that is shown, and that all is well where it is', () => {
    const sent = broadcast(network, 'n1', { at, without: ['n5'] })
    assert.match(said('n3', sent.events, sent.id), /^Yes\. The latest message arrived \d/)
    assert.match(said('n5', sent.events, sent.id), /^Message 1 has not reached it. Nothing blocks it/)
    const later: NetworkEvent = { type: 'node-degree', at: at + 8_000, node: 'n1', degree: 4 }
    assert.match(said('n5', [...sent.events, later], sent.id), /8\.0 s old\. .* not going to arrive\.$/)
    assert.match(
      said('n5', [...sent.events, ...alone('n5')], sent.id),
      /^Message 1 has not reached it. .*no connection/,
    )
    const cut: NetworkEvent[] = Object.keys(ready.nodes)
      .filter(n => n !== 'n5')
      .map(node => ({
        type: 'mesh',
        at,
        node,
        topic: TOPIC,
        peers: ready.nodes[node]!.mesh.filter(p => p !== peerOf('n5')),
      }))
    assert.match(said('n5', [...sent.events, ...cut], sent.id), /The mesh has no path from n1 to it/)
  })
})

describe('why a node did not receive what was published during a split', () => {
  const open = withView()
  const groups = [
    { name: 'A', nodes: network.nodes.slice(0, 5) },
    { name: 'B', nodes: network.nodes.slice(5) },
  ]
  const sent = broadcast(network, 'n1', { at: at + 1_000, without: groups[1]!.nodes })
  const events: NetworkEvent[] = [
    { type: 'partitioned', at, groups },
    ...sent.events,
    { type: 'healed', at: at + 2_000 },
  ]
  const degree = (ms: number): NetworkEvent => ({ type: 'node-degree', at: at + ms, node: 'n1', degree: 4 })

  it('is the split, also after it was healed', async () => {
    assert.match(said('n9', events.slice(0, -1), sent.id), /n1 is in another group\.$/)
    assert.match(
      said('n9', [...events, degree(3_000)], sent.id),
      /n1 was in another group\. .*gossip may still/,
    )
    const late = said('n9', [...events, degree(60_000)], sent.id)
    assert.match(late, /^Message 1 has not reached it\. It was published while the network was split/)
    assert.doesNotMatch(late, /may still/)

    const view = await open()
    await view.snapshot()
    await view.send([...network.events, ...events, degree(60_000)])
    await view.page.getByRole('row', { name: /hello/ }).click()
    await view.page.getByRole('row', { name: /^n9 / }).click()
    const details = view.page.getByRole('region', { name: 'Selected node' })
    await details.getByText('after the heal there was nobody left to get it from', { exact: false }).waitFor()
  })

  it('is not that nobody has published, when somebody has', () => {
    assert.equal(
      said('n9', [...sent.events.slice(0, 1), degree(1)]),
      'Nothing blocks it, but no message has arrived yet.',
    )
    assert.match(said('n9', []), /No other node has published since it joined/)
  })
})

describe('the search for a node', () => {
  const names = (text: string) => findNodes(ready, text).map(n => n.name)
  it('knows names, process ids and peer ids, and the exact one comes first', () => {
    assert.deepEqual(names('n1'), ['n1', 'n10'])
    assert.deepEqual(names('10'), ['n10'])
    assert.deepEqual(names(' N7 '), ['n7'])
    assert.deepEqual(names('4003'), ['n3'])
    assert.deepEqual(names(peerOf('n6')), ['n6'])
    assert.deepEqual(names('nothing'), [])
    assert.deepEqual(names(''), [])
  })
})

describe('the fanout of a log', () => {
  const { mesh } = ready.nodes['n1']!
  const beside = ['n8', 'n9', 'n10']
  const connected: NetworkEvent[] = beside.map(node => ({
    type: 'connected',
    at,
    node: 'n1',
    peer: peerOf(node),
    direction: 'outbound',
    address: '',
  }))
  const common = { type: 'published', node: 'n1', message: 'aa', topic: TOPIC, bytes: 1 } as const
  const published: NetworkEvent = {
    ...common,
    at,
    recipients: [...mesh, ...beside.map(peerOf).filter(peer => !mesh.includes(peer))],
  }
  const outside = beside.filter(node => !mesh.includes(peerOf(node))).map(to => ({ from: 'n1', to }))

  it('is to whom a node published outside of its mesh, for a minute', () => {
    const log = createLog()
    const fanout = createFanout(log)
    const now = (time: number, position = log.last) => fanout(position, time, log.stateAt(position))
    log.append([...network.events, ...connected])
    assert.deepEqual(now(at), [])
    log.append([published])
    assert(outside.length > 0)
    assert.deepEqual(now(at), outside)
    log.append([{ ...common, at: at + 5, recipients: [peerOf(outside[0]!.to)] }])
    assert.deepEqual(now(at + 10), outside.slice(0, 1))
    assert.deepEqual(now(at + 4, log.last - 1), outside)
    assert.deepEqual(now(at + 70_000), [])
  })

  it('ends with the nodes, their connections, and the mesh', () => {
    const gone = outside[0]!.to
    const after = (...events: NetworkEvent[]) => {
      const log = createLog()
      log.append([...network.events, ...connected, published, ...events])
      return createFanout(log)(log.last, at + 10, log.state).map(edge => edge.to)
    }
    const others = outside.slice(1).map(edge => edge.to)
    assert.deepEqual(after({ type: 'node-killed', at: at + 5, node: gone, how: 'SIGKILL' }), others)
    assert.deepEqual(after({ type: 'disconnected', at: at + 5, node: 'n1', peer: peerOf(gone) }), others)
    assert.deepEqual(
      after({ type: 'mesh', at: at + 5, node: 'n1', topic: TOPIC, peers: [...mesh, peerOf(gone)] }),
      others,
    )
    assert.deepEqual(after({ type: 'node-killed', at: at + 5, node: 'n1', how: 'SIGKILL' }), [])
  })
})

describe('a fanout arrow on the graph', () => {
  const open = withView()

  it('is not drawn any more when its node is killed', async () => {
    const view = await open({ init: spyOnDashes })
    const { page } = view
    await view.snapshot()
    await view.send([...network.events, ...spammer('n11', 'n1', -1, at)])
    await view.send([
      {
        type: 'published',
        message: 'ab',
        topic: TOPIC,
        bytes: 1,
        at: at + 1,
        node: 'n11',
        recipients: [peerOf('n1')],
      },
    ])
    await page.waitForFunction(() => window.dashes.at(-1)!.includes('9 3 2 3'))
    await view.send([{ type: 'node-killed', at: at + 2, node: 'n11', how: 'SIGKILL' }])
    await page.getByRole('row', { name: /^n11.*killed/ }).waitFor()
    await page.waitForFunction(() => !window.dashes.at(-1)!.includes('9 3 2 3'))
  })
})

declare global {
  interface Window {
    /** The dashes of the lines of each frame. */
    dashes: string[][]
  }
}

/** Runs in the page before its script. */
function spyOnDashes(): void {
  window.dashes = [[]]
  const { setLineDash, clearRect } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.clearRect = function (...args) {
    window.dashes.push([])
    clearRect.apply(this, args)
  }
  CanvasRenderingContext2D.prototype.setLineDash = function (dashes) {
    window.dashes.at(-1)!.push([...dashes].join(' '))
    setLineDash.call(this, dashes)
  }
}

describe('finding a node in the live view', () => {
  const open = withView()

  it('selects what is typed, goes on with Enter, and says why the node does not receive', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.send([{ type: 'node-stopped', at, node: 'n10' }])
    await view.page.getByRole('row', { name: /^n10.*stopped/ }).waitFor()
    await view.page.keyboard.press('Control+f')
    await view.page.keyboard.type('n1')
    await view.page.locator('tr[data-key="n1"][aria-selected="true"]').waitFor()
    await view.page.getByText('1 of 2').waitFor()
    await view.page.keyboard.press('Enter')
    await view.page.locator('tr[data-key="n10"][aria-selected="true"]').waitFor()
    await view.page
      .getByRole('region', { name: 'Selected node' })
      .getByText('It was stopped. Restart it to bring it back.')
      .waitFor()
  })

  it('explains the terms', async () => {
    const view = await open()
    await view.snapshot()
    await view.send(network.events)
    await view.page.getByText('Glossary').click()
    await view.page.getByText(/^Asking a connected peer to add this node to its mesh/).waitFor()
  })
})
