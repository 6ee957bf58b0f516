/** Exercise 2.4 and a real Bitcoin node: each dials the other, and both take the handshake for complete. */
import assert from 'node:assert/strict'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { btcd, REGTEST, startBtcd, type Node } from '../../../kit/btcd.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { startSolution } from '../../../kit/running-solution.ts'

/** NODE_NETWORK and NODE_WITNESS: btcd dials nobody without them. */
const SERVICES = '9'
const AGENT = '/p2plab-test:2.4/'

const own = { magic: REGTEST, services: SERVICES, userAgent: AGENT, height: 0, timeoutMs: 60_000 }

describe('a handshake with a real Bitcoin node', function () {
  this.timeout(12 * 60_000)
  let program: string
  let solution: Program | undefined
  let node: Node | undefined

  before(async function () {
    const found = await btcd()
    if (found.program === undefined) {
      console.log(`    ${found.reason}`)
      return this.skip()
    }
    program = found.program
  })
  afterEach(async () => {
    await node?.end()
    await solution?.stop()
    await removeFolders()
  })

  const isBtcd = (said: Record<string, unknown>) => {
    assert.equal(said['version'], 70016)
    assert.match(said['userAgent'] as string, /^\/btcwire:[\d.]+\/btcd:[\d.]+\/$/)
    assert.equal(said['height'], 0)
  }

  it('is complete when the solution dials it', async () => {
    solution = await startSolution('2.4')
    node = await startBtcd(program)
    isBtcd(await solution.call('connect', { peer: node.address, ...own }, 60_000))
    await node.logged(/Received version \(agent \/p2plab-test:2\.4\//)
    // It says so after our verack.
    await node.logged(/New valid peer 127\.0\.0\.1:\d+ \(inbound\) \(\/p2plab-test:2\.4\//)
  })

  it('is complete when it dials the solution', async () => {
    solution = await startSolution('2.4')
    const { port } = await solution.call('listen', { host: '127.0.0.1', port: 0, ...own })
    node = await startBtcd(program, { connect: `127.0.0.1:${String(port)}` })
    const { data } = await solution.told.next('peer')
    isBtcd(data as Record<string, unknown>)
    assert.equal((data as { direction: string }).direction, 'inbound')
    await node.logged(/New valid peer 127\.0\.0\.1:\d+ \(outbound\) \(\/p2plab-test:2\.4\//)
    await node.end()
    const closed = await solution.told.next('closed')
    assert.equal((closed.data as { reason: string }).reason, 'ended')
  })

  it('comes to nothing when the solution is of another network', async () => {
    solution = await startSolution('2.4')
    node = await startBtcd(program)
    const other = { ...own, magic: 'f9beb4d9' }
    await assert.rejects(
      solution.call('connect', { peer: node.address, ...other }, 60_000),
      /closed \(ended\)/,
    )
  })
})
