/** Exercise 2.2 and a real Bitcoin node, each dialing the other. */
import assert from 'node:assert/strict'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { btcd, REGTEST, startBtcd, type Node } from '../../../kit/btcd.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { startSolution } from '../../../kit/running-solution.ts'

/** The payload of a version message: https://developer.bitcoin.org/reference/p2p_networking.html#version */
function versionPayload(agent: string): Buffer {
  const head = Buffer.alloc(80)
  head.writeInt32LE(70016, 0)
  head.writeBigInt64LE(BigInt(Math.floor(Date.now() / 1000)), 12)
  head.writeBigUInt64LE(0x1234_5678_9abcn, 72)
  const tail = Buffer.alloc(5)
  return Buffer.concat([head, Buffer.of(agent.length), Buffer.from(agent), tail])
}

describe('a real Bitcoin node', function () {
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

  it('is understood when it dials the solution of 2.2', async () => {
    solution = await startSolution('2.2')
    const { port } = await solution.call('listen', { host: '127.0.0.1', port: 0, magic: REGTEST })
    node = await startBtcd(program, { connect: `127.0.0.1:${String(port)}` })
    const { data } = await solution.told.next('message')
    const { command, length, payload } = data as { command: string; length: number; payload: string }
    assert.equal(command, 'version')
    const bytes = Buffer.from(payload, 'hex')
    assert.equal(bytes.length, length)
    assert.ok(bytes.readInt32LE(0) >= 70016)
    assert.match(bytes.toString('latin1'), /btcd:/)
  })

  it('understands what the solution of 2.2 sends', async () => {
    solution = await startSolution('2.2')
    node = await startBtcd(program)
    await solution.call('send', {
      peer: node.address,
      magic: REGTEST,
      command: 'version',
      payload: versionPayload('/p2plab-test:0.1/').toString('hex'),
    })
    await node.logged(/Received version \(agent \/p2plab-test:0\.1\//)
  })
})
