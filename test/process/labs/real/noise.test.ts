/** Exercise 2.6 and two implementations of Noise that real libp2p nodes use, each dialing the other. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { peerIdOf } from '../../../../labs/exercise/noise-payload.ts'
import { ed25519PublicKey } from '../../../../labs/exercise/noise-primitives.ts'
import {
  createNoisePeer,
  type NoisePeer,
  type SecuredConnection,
} from '../../../../network/node/noise-peer.ts'
import { flynnNoise, startFlynnPeer, type FlynnPeer } from '../../../kit/flynn-noise.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { startSolution } from '../../../kit/running-solution.ts'

const HOST = '127.0.0.1'

describe('the solution of 2.6', function () {
  this.timeout(12 * 60_000)
  const identity = randomBytes(32)
  const publicKey = ed25519PublicKey(identity)
  const keys = { identity: identity.toString('hex'), static: randomBytes(32).toString('hex') }
  let solution: Program

  const listening = async () => {
    const { port } = await solution.call('listen', { host: HOST, port: 0, ...keys })
    return port as number
  }

  before(async () => void (solution = await startSolution('2.6')))
  after(async () => {
    await solution.stop()
    await removeFolders()
  })

  describe("and js-libp2p's Noise", () => {
    let peer: NoisePeer
    let arrived: Promise<SecuredConnection>
    beforeEach(async () => {
      const { promise, resolve, reject } = Promise.withResolvers<SecuredConnection>()
      arrived = promise
      arrived.catch(() => {})
      peer = await createNoisePeer({
        seed: randomBytes(32),
        onSecured: resolve,
        onRefused: why => reject(new Error(why)),
      })
    })
    afterEach(() => peer.stop())

    it('understand each other when libp2p dials', async () => {
      const connection = await peer.dial(await listening())
      assert.equal(connection.remote, peerIdOf(publicKey))
      const { data } = await solution.told.next('secured')
      assert.deepEqual(data, { remote: peer.id })
      await echoes(connection)
    })

    it('understand each other when the solution dials', async () => {
      const { remote } = await solution.call('dial', {
        peer: peer.address,
        expect: peer.id,
        ...keys,
        bytes: '',
      })
      assert.equal(remote, peer.id)
      const connection = await arrived
      assert.equal(connection.remote, peerIdOf(publicKey))
      await echoes(connection)
    })
  })

  describe('and flynn/noise, which go-libp2p stands on', () => {
    let program: string
    let peer: FlynnPeer | undefined
    before(async function () {
      const found = await flynnNoise()
      if (found.program === undefined) {
        console.log(`    ${found.reason}`)
        return this.skip()
      }
      program = found.program
    })
    afterEach(() => peer?.end())

    it('understand each other when Go dials', async () => {
      peer = startFlynnPeer(program, `${HOST}:${await listening()}`)
      const [, key] = await peer.printed(/^ok ([0-9a-f]+)$/m)
      assert.equal(key, publicKey.toString('hex'))
    })

    it('understand each other when the solution dials', async () => {
      peer = startFlynnPeer(program)
      const [, address] = await peer.printed(/^listening (\S+)$/m)
      await solution.call('dial', { peer: address, ...keys, bytes: '' })
      const [, key] = await peer.printed(/^ok ([0-9a-f]+)$/m)
      assert.equal(key, publicKey.toString('hex'))
    })
  })
})

/** Sends more than fits into one message, and waits until as much has come back. */
async function echoes(connection: SecuredConnection): Promise<void> {
  const bytes = randomBytes(100_000)
  const parts: Uint8Array[] = []
  const whole = new Promise<void>((resolve, reject) => {
    let length = 0
    connection.watch({
      data(part) {
        parts.push(part)
        length += part.length
        if (length >= bytes.length) resolve()
      },
      end: why => reject(new Error(`the connection ended: ${why}`)),
    })
  })
  connection.send(bytes)
  await whole
  assert.ok(Buffer.concat(parts).equals(bytes))
}
