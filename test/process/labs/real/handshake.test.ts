/** Exercise 2.4 and a real Bitcoin node: each dials the other, and both take the handshake for complete. */
import assert from 'node:assert/strict'
import { REGTEST } from '../../../kit/btcd.ts'
import { BTCD_TIMEOUT_MS, withBtcd } from '../../../kit/with-btcd.ts'

/** NODE_NETWORK and NODE_WITNESS: btcd dials nobody without them. */
const SERVICES = '9'
const AGENT = '/p2plab-test:2.4/'

const own = { magic: REGTEST, services: SERVICES, userAgent: AGENT, height: 0, timeoutMs: 60_000 }

describe('a handshake with a real Bitcoin node', function () {
  this.timeout(BTCD_TIMEOUT_MS)
  const start = withBtcd()

  const isBtcd = (said: Record<string, unknown>) => {
    assert.equal(said['version'], 70016)
    assert.match(said['userAgent'] as string, /^\/btcwire:[\d.]+\/btcd:[\d.]+\/$/)
    assert.equal(said['height'], 0)
  }

  it('is complete when the solution dials it', async () => {
    const solution = await start.solution('2.4')
    const node = await start.node()
    isBtcd(await solution.call('connect', { peer: node.address, ...own }, 60_000))
    await node.logged(/Received version \(agent \/p2plab-test:2\.4\//)
    // It says so after our verack.
    await node.logged(/New valid peer 127\.0\.0\.1:\d+ \(inbound\) \(\/p2plab-test:2\.4\//)
  })

  it('is complete when it dials the solution', async () => {
    const solution = await start.solution('2.4')
    const { port } = await solution.call('listen', { host: '127.0.0.1', port: 0, ...own })
    const node = await start.node({ connect: `127.0.0.1:${String(port)}` })
    const { data } = await solution.told.next('peer')
    isBtcd(data as Record<string, unknown>)
    assert.equal((data as { direction: string }).direction, 'inbound')
    await node.logged(/New valid peer 127\.0\.0\.1:\d+ \(outbound\) \(\/p2plab-test:2\.4\//)
    await node.end()
    const closed = await solution.told.next('closed')
    assert.equal((closed.data as { reason: string }).reason, 'ended')
  })

  it('comes to nothing when the solution is of another network', async () => {
    const solution = await start.solution('2.4')
    const node = await start.node()
    const other = { ...own, magic: 'f9beb4d9' }
    await assert.rejects(
      solution.call('connect', { peer: node.address, ...other }, 60_000),
      /closed \(ended\)/,
    )
  })
})
