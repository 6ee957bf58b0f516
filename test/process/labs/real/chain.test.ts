/** Exercise 4.5 and a real Bitcoin node: headers go both ways, and of two nodes that never met the solution follows the one with more work. */
import assert from 'node:assert/strict'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { REGTEST, type Node } from '../../../kit/btcd.ts'
import { BTCD_TIMEOUT_MS, withBtcd } from '../../../kit/with-btcd.ts'

/** chaincfg/genesis.go of btcd: regTestGenesisBlock, and its hash. */
const GENESIS = `01000000${'00'.repeat(32)}3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000`
const GENESIS_HASH = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206'

const options = { host: '127.0.0.1', port: 0, magic: REGTEST, genesis: GENESIS }
/** Regtest's address of the hash that is 20 zeros: nobody can spend what goes there. */
const BURN = 'mfWxJ45yp2SFn7UciZyNpvDKrzbhyfKrY8'
/** Regtest allows no others. */
const BITS = 0x207fffff

describe('the chain of a real Bitcoin node', function () {
  this.timeout(BTCD_TIMEOUT_MS)
  const start = withBtcd()

  const generate = async (node: Node, count: number) => (await node.rpc('generate', count)) as string[]
  /** Resolves when the solution has told this tip. */
  const untilTip = async (solution: Program, hash: string) => {
    for (;;) {
      const { data } = await solution.told.next('tip')
      if ((data as { hash: string }).hash === hash) return
    }
  }

  it('is synced from it, and followed while it mines', async () => {
    const solution = await start.solution('4.5')
    const node = await start.node({ pays: BURN })
    const first = await generate(node, 30)
    await solution.call('start', { ...options, peers: [node.address] }, 60_000)
    await untilTip(solution, first.at(-1)!)
    // It sends headers unasked: it has read our sendheaders.
    const second = await generate(node, 3)
    await untilTip(solution, second.at(-1)!)
    // A block of the easiest target has the work 2.
    assert.deepEqual(await solution.call('tip', {}, 60_000), { hash: second.at(-1)!, height: 33, work: '68' })
    assert.deepEqual(solution.told.waiting('reorg'), [])
  })

  it('takes the headers of the solution when it dials it', async () => {
    const solution = await start.solution('4.5')
    const { port } = await solution.call('start', { ...options, peers: [] }, 60_000)
    let time = Math.floor(Date.now() / 1000) - 3_600
    let hash = ''
    for (let i = 0; i < 25; i++) {
      time += 60
      const mined = await solution.call('mine', { merkleRoot: '07'.repeat(32), time, bits: BITS }, 60_000)
      hash = mined['hash'] as string
    }
    const node = await start.node({ connect: `127.0.0.1:${String(port)}` })
    await node.logged(new RegExp(`downloaded headers to ${hash}\\(25\\)`))
  })

  it('is left for that of another node with more work', async () => {
    const solution = await start.solution('4.5')
    const [one, other] = [await start.node({ pays: BURN }), await start.node({ pays: BURN })]
    await solution.call('start', { ...options, peers: [one.address, other.address] }, 60_000)
    const lost = await generate(one, 5)
    await untilTip(solution, lost.at(-1)!)
    const won = await generate(other, 8)
    await untilTip(solution, won.at(-1)!)
    const { data } = await solution.told.next('reorg')
    const { from, to, fork } = data as { from: string; to: string; fork: string }
    assert.equal(from, lost.at(-1))
    assert.ok(won.slice(5).includes(to), to)
    assert.equal(fork, GENESIS_HASH)
  })
})
