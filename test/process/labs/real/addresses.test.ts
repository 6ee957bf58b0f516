/** Exercise 3.1 and a real Bitcoin node: each asks the other for addresses, and reads what comes. */
import assert from 'node:assert/strict'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { REGTEST } from '../../../kit/btcd.ts'
import { BTCD_TIMEOUT_MS, withBtcd } from '../../../kit/with-btcd.ts'

const options = {
  host: '127.0.0.1',
  port: 0,
  magic: REGTEST,
  maxPeers: 1,
  maxHeard: 1000,
  timeoutMs: 60_000,
}

interface Known {
  heard: string[]
  answered: string[]
}

/** Both bytes of each port differ. */
const ADDRESSES = Array.from({ length: 20 }, (_, i) => `127.9.8.${i + 1}:${18_444 + 257 * i}`)

describe('addresses of a real Bitcoin node', function () {
  this.timeout(BTCD_TIMEOUT_MS)
  const start = withBtcd()

  const known = async (solution: Program) => (await solution.call('known', {}, 60_000)) as unknown as Known

  it('are told when the solution dials it, and asks', async () => {
    const solution = await start.solution('3.1')
    const node = await start.node({ known: ADDRESSES, trace: true })
    const { port } = await solution.call('start', { ...options, seeds: [node.address] }, 60_000)
    await node.logged(/Received addr \(1 addr\) from/)
    await node.logged(
      new RegExp(`IP: \\(net\\.IP\\) .* 127\\.0\\.0\\.1,\\s+Port: \\(uint16\\) ${String(port)}\\b`),
    )
    await node.logged(/Received getaddr from/)
    // Of 20 that it knows, btcd tells 23%.
    let heard: string[] = []
    while (heard.length < 4) ({ heard } = await known(solution))
    assert.equal(heard.length, 4)
    for (const address of heard) assert.ok(ADDRESSES.includes(address), address)
    assert.deepEqual((await known(solution)).answered, [node.address])
  })

  it('come from the solution when it dials the solution, and asks', async () => {
    const solution = await start.solution('3.1')
    const seeds = ADDRESSES.slice(0, 3)
    const { port } = await solution.call('start', { ...options, maxPeers: 0, seeds }, 60_000)
    const node = await start.node({ connect: `127.0.0.1:${String(port)}`, trace: true })
    await node.logged(/Received addr \(3 addr\) from/)
    for (const seed of seeds) {
      const [host, at] = seed.split(':')
      const fields = `Services: \\(wire\\.ServiceFlag\\) SFNodeNetwork\\|SFNodeWitness,\\s+IP: \\(net\\.IP\\) .* ${host!.replaceAll('.', '\\.')},\\s+Port: \\(uint16\\) ${at}\\b`
      await node.logged(new RegExp(fields))
    }
    assert.deepEqual(await known(solution), { heard: seeds, answered: [] })
  })
})
