/** Exercise 2.2 and a real Bitcoin node, each dialing the other. */
import assert from 'node:assert/strict'
import { encodeVersion } from '../../../../labs/exercise/version-message.ts'
import { REGTEST } from '../../../kit/btcd.ts'
import { BTCD_TIMEOUT_MS, withBtcd } from '../../../kit/with-btcd.ts'

describe('a real Bitcoin node', function () {
  this.timeout(BTCD_TIMEOUT_MS)
  const start = withBtcd()

  it('is understood when it dials the solution of 2.2', async () => {
    const solution = await start.solution('2.2')
    const { port } = await solution.call('listen', { host: '127.0.0.1', port: 0, magic: REGTEST })
    await start.node({ connect: `127.0.0.1:${String(port)}` })
    const { data } = await solution.told.next('message')
    const { command, length, payload } = data as { command: string; length: number; payload: string }
    assert.equal(command, 'version')
    const bytes = Buffer.from(payload, 'hex')
    assert.equal(bytes.length, length)
    assert.ok(bytes.readInt32LE(0) >= 70016)
    assert.match(bytes.toString('latin1'), /btcd:/)
  })

  it('understands what the solution of 2.2 sends', async () => {
    const solution = await start.solution('2.2')
    const node = await start.node()
    await solution.call('send', {
      peer: node.address,
      magic: REGTEST,
      command: 'version',
      payload: encodeVersion({
        version: 70016,
        nonce: 0x1234_5678_9abcn,
        userAgent: '/p2plab-test:0.1/',
        height: 0,
      }).toString('hex'),
    })
    await node.logged(/Received version \(agent \/p2plab-test:0\.1\//)
  })
})
