import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { generateKeyPairFromSeed, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { privateKeyOf } from '../../../../network/node/private-key.ts'

describe('a node’s private key', () => {
  it('is the one that libp2p makes of the same seed', async () => {
    for (const seed of [Buffer.alloc(32), Buffer.alloc(32, 255), randomBytes(32), randomBytes(32)]) {
      const ours = privateKeyOf(seed)
      const theirs = await generateKeyPairFromSeed('Ed25519', seed)
      assert.ok(theirs.equals(ours))
      assert.ok(ours.publicKey.equals(theirs.publicKey))
      assert.equal(ours.publicKey.toString(), theirs.publicKey.toString())
      assert.ok(privateKeyFromProtobuf(privateKeyToProtobuf(ours)).equals(theirs))
    }
  })

  it('signs the same bytes with the same signature, also in parts', async () => {
    const seed = randomBytes(32)
    const ours = privateKeyOf(seed)
    const theirs = await generateKeyPairFromSeed('Ed25519', seed)
    const data = randomBytes(100)
    const signature = await ours.sign(data)
    assert.deepEqual(Buffer.from(signature), Buffer.from(await theirs.sign(data)))
    assert.equal(await theirs.publicKey.verify(data, signature), true)
    // As what libp2p hands over in parts is put together.
    const parts = { subarray: () => data } as unknown as Uint8Array
    assert.deepEqual(await ours.sign(parts), signature)
    assert.throws(() => ours.sign(data, { signal: AbortSignal.abort(new Error('over')) }), /over/)
  })

  it('is made of 32 bytes', () => {
    assert.throws(() => privateKeyOf(randomBytes(31)), /expected a seed of 32 bytes, got 31/)
  })
})
