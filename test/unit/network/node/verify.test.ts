import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { generateKeyPair, publicKeyFromProtobuf, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { readPublicKeysOnce } from '../../../../network/node/verify.ts'

describe('signatures of peers', () => {
  before(readPublicKeysOnce)

  it('are verified with the key that they belong to, again and again', async () => {
    const [a, b] = await Promise.all([generateKeyPair('Ed25519'), generateKeyPair('Ed25519')])
    const data = randomBytes(100)
    const signature = await a.sign(data)
    const again = () => publicKeyFromProtobuf(publicKeyToProtobuf(a.publicKey))
    for (const key of [a.publicKey, again(), again()]) {
      assert.equal(await key.verify(data, signature), true)
      assert.equal(await key.verify({ subarray: () => data } as unknown as Uint8Array, signature), true)
      assert.equal(await key.verify(data.subarray(1), signature), false)
      assert.equal(await key.verify(data, await b.sign(data)), false)
    }
    assert.equal(await b.publicKey.verify(data, signature), false)
  })

  it('are as long as they must be', async () => {
    const { publicKey } = await generateKeyPair('Ed25519')
    for (const length of [0, 63, 65])
      assert.throws(() => publicKey.verify(new Uint8Array(1), new Uint8Array(length)), /64 bytes/)
  })

  it('are not looked at when there is no time left', async () => {
    const { publicKey } = await generateKeyPair('Ed25519')
    const signal = AbortSignal.abort(new Error('over'))
    assert.throws(() => publicKey.verify(new Uint8Array(1), new Uint8Array(64), { signal }), /over/)
  })

  it('of many peers leave no more than a thousand keys behind', async () => {
    const data = randomBytes(10)
    const [first, ...others] = await Promise.all(
      Array.from({ length: 1_010 }, () => generateKeyPair('Ed25519')),
    )
    for (const key of [first!, ...others, first!])
      assert.equal(await key.publicKey.verify(data, await key.sign(data)), true)
  })

  it('of another kind of key are verified as before', async () => {
    for (const kind of ['secp256k1', 'ECDSA'] as const) {
      const key = await generateKeyPair(kind)
      const data = randomBytes(10)
      assert.equal(await key.publicKey.verify(data, await key.sign(data)), true)
    }
  })
})
