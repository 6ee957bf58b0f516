import assert from 'node:assert/strict'
import { watched, type WatchedNetwork } from '../kit/network.ts'

describe('A network with production values', () => {
  let network: WatchedNetwork
  beforeEach(() => {
    network = watched()
  })
  afterEach(() => network.stopAll())

  it('says what differs, and its publisher floods: it sends to every peer at once', async () => {
    await network.start({ nodes: 4, topology: 'full', discovery: 'assigned', production: true })
    assert.match(
      network.state.notices[0]!.text,
      /^Production values: .*5 new connections per second.*flood publish/,
    )
    await network.deliver({ node: 'n1', count: 3 })
    assert.equal(network.eventsOf('published')[0]!.recipients.length, 3)
  })

  it('takes more than ten peers on one address for an attack, prunes them, and starts with a warning', async () => {
    await network.start({ nodes: 14, topology: 'full', discovery: 'assigned', production: true })
    const low = () => network.eventsOf('scores').some(e => e.scores.some(({ score }) => score < 0))
    await network.until('scores fall below zero by IP colocation', low)
    await network.until('peers are pruned', () => network.eventsOf('pruned').length > 0)
    assert.equal(network.state.phase, 'ready')
    assert.match(
      network.state.notices.find(n => n.level === 'warning')!.text,
      /not healthy after 15 s \(n\d+ has/,
    )
  })

  it('refuses new connections above five a second from one host; who was refused comes in later', async function () {
    this.timeout(900_000)
    // With this seed nine nodes dial the hub: one less than libp2p's limit of pending connections, which refuses, too.
    const star = { nodes: 13, topology: 'star', discovery: 'assigned', seed: 2 } as const
    const diallers = () => {
      const hub = network.state.nodes['n1']!.peerId
      return new Set(network.eventsOf('dialling').flatMap(e => (e.peer === hub ? [e.node] : []))).size
    }
    await network.start(star)
    assert.deepEqual([diallers(), network.state.totals.failedDials], [9, 0])

    // A machine that is very busy may spread nine dials over two seconds, and let others time out.
    const refused = () => network.eventsOf('dial-failed').filter(e => e.cause.includes('ECONNRESET'))
    for (let attempt = 0; attempt < 12 && refused().length === 0; attempt++)
      await network.start({ ...star, production: true })
    assert.ok(refused().length > 0, 'no dial was refused')
    for (const { peer } of refused()) assert.equal(peer, network.state.nodes['n1']!.peerId)
    await network.until(
      'all are connected with the hub',
      state => Object.keys(state.nodes['n1']!.connections).length === 12,
      60_000,
    )
  })
})
