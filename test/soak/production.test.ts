import assert from 'node:assert/strict'
import { watched, type WatchedNetwork } from '../process/network-kit.ts'

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
      /^Production values: .*5 new connections a second.*flood publish/,
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
})
