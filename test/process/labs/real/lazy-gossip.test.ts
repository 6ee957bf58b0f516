/** Exercise 4.2 and a real Bitcoin node: valid transactions go from each to the other, announced first. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { REGTEST, type Node } from '../../../kit/btcd.ts'
import { BTCD_TIMEOUT_MS, withBtcd } from '../../../kit/with-btcd.ts'

/** A script that anybody can spend: OP_TRUE, paid to by its hash (BIP 16), as an output and as an address of regtest's. */
const REDEEM = Buffer.of(0x51)
const OUTPUT = Buffer.from('a914da1745e9b549bd0bfa1a569971c77eba30cd5a4b87', 'hex')
const ADDRESS = '2ND8PB9RrfCaAcjfjP1Y6nAgFd9zWHYX4DN'
/** Blocks before what one of them pays can be spent: 100 in Bitcoin's chainparams, CoinbaseMaturity. */
const MATURITY = 100
const FEE = 100_000n

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const idOf = (transaction: Uint8Array) => sha256(sha256(transaction))
/** As RPC and explorers write it. */
const shown = (id: Uint8Array) => Buffer.from(id).reverse().toString('hex')

/** A transaction that spends the first output of another one, to the same script. */
function spend(id: Uint8Array, amount: bigint): Buffer {
  const value = Buffer.alloc(8)
  value.writeBigUInt64LE(amount)
  return Buffer.concat([
    Buffer.from('0100000001', 'hex'),
    id,
    Buffer.alloc(4),
    Buffer.of(REDEEM.length + 1, REDEEM.length),
    REDEEM,
    Buffer.from('ffffffff01', 'hex'),
    value,
    Buffer.of(OUTPUT.length),
    OUTPUT,
    Buffer.alloc(4),
  ])
}

describe('announcements to and from a real Bitcoin node', function () {
  this.timeout(BTCD_TIMEOUT_MS)
  const start = withBtcd()

  /** What a new node's first block has paid, once it can be spent. */
  const mine = async (node: Node): Promise<{ id: Buffer; amount: bigint }> => {
    const [first] = (await node.rpc('generate', MATURITY + 1)) as string[]
    const block = (await node.rpc('getblock', first, 1)) as { tx: string[] }
    return { id: Buffer.from(block.tx[0]!, 'hex').reverse(), amount: 5_000_000_000n }
  }
  const until = async (what: string, look: () => Promise<boolean>) => {
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      if (await look()) return
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    assert.fail(`not within a minute: ${what}`)
  }

  it('gets and gives transactions', async () => {
    const node = await start.node({ pays: ADDRESS })
    const coin = await mine(node)
    const solution = await start.solution('4.2')
    await solution.call('start', {
      host: '127.0.0.1',
      port: 0,
      magic: REGTEST,
      peers: [node.address],
      announceMs: 20,
      requestMs: 60_000,
      retryMs: 1_000,
      maxAnnounced: 100,
    })
    await node.logged(/New valid peer 127\.0\.0\.1:\d+ \(inbound\) \(\/p2plab:4\.2\//)

    const theirs = spend(coin.id, coin.amount - FEE)
    assert.equal(await node.rpc('sendrawtransaction', theirs.toString('hex')), shown(idOf(theirs)))
    const { data } = await solution.told.next('delivered')
    assert.deepEqual(data, { id: idOf(theirs).toString('hex'), payload: theirs.toString('hex') })

    const ours = spend(idOf(theirs), coin.amount - 2n * FEE)
    const { id } = await solution.call('publish', { payload: ours.toString('hex') })
    assert.equal(id, idOf(ours).toString('hex'))
    await until('btcd has the transaction', async () =>
      ((await node.rpc('getrawmempool')) as string[]).includes(shown(idOf(ours))),
    )
  })
})
