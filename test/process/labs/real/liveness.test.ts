/** Exercise 2.5 and a real Bitcoin node: each answers the other's pings, and the node bans by the rule that the text says. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { encodeVersion } from '../../../../labs/exercise/version-message.ts'
import { envelope } from '../../../../labs/2-protocol/shared/envelope.ts'
import { REGTEST, type Node } from '../../../kit/btcd.ts'
import { BTCD_TIMEOUT_MS, withBtcd } from '../../../kit/with-btcd.ts'

const rules = {
  magic: REGTEST,
  pingTimeoutMs: 60_000,
  halfLifeMs: 60_000,
  banScore: 100,
  banMs: 60_000,
  banBy: 'address and port',
}

/** Of getpeerinfo: microseconds, 0 while no pong has come. */
interface PeerInfo {
  subver: string
  pingtime: number
}

describe('liveness of a real Bitcoin node', function () {
  this.timeout(BTCD_TIMEOUT_MS)
  const start = withBtcd()

  /** Several pings of ours at once, and one of the node's. */
  async function bothPing(solution: Program, node: Node, connection: string): Promise<void> {
    const pings = Array.from({ length: 5 }, () => solution.call('ping', { connection }, 60_000))
    for (const { ms } of await Promise.all(pings)) assert.equal(typeof ms, 'number')
    await node.rpc('ping')
    await node.logged(/Received pong from /)
    // It writes that before it looks at the nonce.
    for (let pingtime = 0; pingtime === 0;) {
      const [peer] = (await node.rpc('getpeerinfo')) as PeerInfo[]
      assert.equal(peer?.subver, '/p2plab:2.5/')
      pingtime = peer.pingtime
    }
    assert.deepEqual(solution.told.waiting('misbehavior'), [])
    assert.deepEqual(solution.told.waiting('closed'), [])
  }

  it('is told when the solution dials it', async () => {
    const solution = await start.solution('2.5')
    const node = await start.node()
    await solution.call('connect', { peer: node.address, ...rules }, 60_000)
    await bothPing(solution, node, node.address)
  })

  it('is told when it dials the solution', async () => {
    const solution = await start.solution('2.5')
    const { port } = await solution.call('listen', { host: '127.0.0.1', port: 0, ...rules })
    const node = await start.node({ connect: `127.0.0.1:${String(port)}` })
    const { data } = await solution.told.next('peer')
    await bothPing(solution, node, (data as { connection: string }).connection)
  })

  it('ends for an address that has sent four mempools', async () => {
    const solution = await start.solution('2.5')
    const node = await start.node()
    const [host, port] = node.address.split(':')
    const socket = net.connect(Number(port), host)
    await once(socket, 'connect')
    socket.on('error', () => {}).resume()
    const closed = once(socket, 'close')
    const send = (command: string, payload?: Buffer) =>
      socket.write(envelope({ magic: Buffer.from(REGTEST, 'hex'), command, ...(payload && { payload }) }))
    send(
      'version',
      encodeVersion({ version: 70016, services: 9n, nonce: 1n, userAgent: '/bad:1.0/', height: 0 }),
    )
    await node.logged(/Received version \(agent \/bad:1\.0\//)
    send('verack')
    for (let i = 0; i < 4; i++) send('mempool')
    // Seconds may pass between them on a busy machine: its clock has whole seconds, and 132 points are 101 after 23 s.
    await node.logged(/mempool -- ban score increased to (99|9\d)\b/)
    await node.logged(/mempool -- ban score increased to 1[0-3]\d\b/)
    await node.logged(/Banned peer 127\.0\.0\.1 \(inbound\) for 24h0m0s/)
    await closed
    // btcd refuses only after the handshake, so connect may have returned by then.
    await solution.call('connect', { peer: node.address, ...rules }, 60_000).catch(() => {})
    await node.logged(/Peer 127\.0\.0\.1 is banned for another .* disconnecting/)
    const { data } = await solution.told.next('closed')
    assert.deepEqual(data, { connection: node.address, reason: 'ended' })
  })
})
