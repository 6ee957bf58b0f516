import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { defaultCrypto } from '@chainsafe/libp2p-noise/crypto'
import { noiseCrypto } from '../../../../network/node/noise-crypto.ts'

describe('the keys of Noise', () => {
  it('give the shared secret that libp2p works out from the same bytes', () => {
    const [ours, theirs] = [noiseCrypto.generateX25519KeyPair(), defaultCrypto.generateX25519KeyPair()]
    assert.deepEqual([ours.publicKey.length, ours.privateKey.length], [32, 32])
    const secret = Buffer.from(defaultCrypto.generateX25519SharedKey(theirs.privateKey, ours.publicKey))
    const inParts = { subarray: () => theirs.publicKey } as Uint8Array
    // Twice each: the second time it is known.
    for (const publicKey of [
      theirs.publicKey,
      theirs.publicKey,
      inParts,
      inParts,
      Uint8Array.from(theirs.publicKey),
    ])
      assert.deepEqual(Buffer.from(noiseCrypto.generateX25519SharedKey(ours.privateKey, publicKey)), secret)
    assert.deepEqual(
      Buffer.from(defaultCrypto.generateX25519SharedKey(Uint8Array.from(ours.privateKey), theirs.publicKey)),
      secret,
    )
  })

  it('may be of another origin', () => {
    const pair = noiseCrypto.generateX25519KeyPairFromSeed(randomBytes(32))
    const other = noiseCrypto.generateX25519KeyPair()
    assert.deepEqual(
      Buffer.from(noiseCrypto.generateX25519SharedKey(pair.privateKey, other.publicKey)),
      Buffer.from(noiseCrypto.generateX25519SharedKey(other.privateKey, pair.publicKey)),
    )
  })

  it('are never shared: each pair is new', () => {
    const pairs = Array.from({ length: 3 }, () => noiseCrypto.generateX25519KeyPair())
    assert.equal(new Set(pairs.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'))).size, 3)
    const [a, b, c] = pairs as [(typeof pairs)[0], (typeof pairs)[0], (typeof pairs)[0]]
    assert.notDeepEqual(
      noiseCrypto.generateX25519SharedKey(a.privateKey, b.publicKey),
      noiseCrypto.generateX25519SharedKey(a.privateKey, c.publicKey),
    )
  })

  it('that hide nothing are refused', () => {
    const { privateKey } = noiseCrypto.generateX25519KeyPair()
    assert.throws(() => noiseCrypto.generateX25519SharedKey(privateKey, new Uint8Array(32)))
    assert.throws(() => noiseCrypto.generateX25519SharedKey(privateKey, new Uint8Array(31)))
  })
})
