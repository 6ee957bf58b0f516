/** The cryptography and the payload that exercise 2.6 stands on. */
import assert from 'node:assert/strict'
import { decodeNoisePayload, encodeNoisePayload, peerIdOf } from '../../../../labs/exercise/noise-payload.ts'
import {
  chachaDecrypt,
  chachaEncrypt,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  noiseHkdf,
  x25519,
  x25519KeyPair,
} from '../../../../labs/exercise/noise-primitives.ts'
import { bytesField } from '../../../../labs/exercise/protobuf.ts'
import { conversation } from '../../../../labs/2-protocol/6-noise/checks/misconceptions.ts'
import type { SideKeys } from '../../../../labs/2-protocol/6-noise/checks/noise.ts'
import { VECTORS } from '../../../../labs/2-protocol/6-noise/checks/vectors.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

describe('the cryptography of 2.6', () => {
  it('computes the X25519 example of RFC 7748, section 6.1', () => {
    const alice = x25519KeyPair(hex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'))
    const bob = x25519KeyPair(hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'))
    assert.equal(
      alice.publicKey.toString('hex'),
      '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    )
    const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'
    assert.equal(x25519(alice.privateKey, bob.publicKey).toString('hex'), shared)
    assert.equal(x25519(bob.privateKey, alice.publicKey).toString('hex'), shared)
    assert.throws(() => x25519(alice.privateKey, Buffer.alloc(32)), /the same secret/)
    assert.throws(
      () => x25519(alice.privateKey, Buffer.alloc(31)),
      /Expected a public key of 32 bytes, got 31/,
    )
  })

  it('encrypts the example of RFC 8439, section 2.8.2', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, i) => 0x80 + i))
    const nonce = hex('070000004041424344454647')
    const ad = hex('50515253c0c1c2c3c4c5c6c7')
    const plaintext = Buffer.from(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    )
    const sealed = chachaEncrypt(key, nonce, ad, plaintext)
    assert.equal(sealed.subarray(-16).toString('hex'), '1ae10b594f09e26a7e902ecbd0600691')
    assert.equal(sealed.subarray(0, 16).toString('hex'), 'd31a8d34648e60db7b86afbc53ef7ec2')
    assert.deepEqual(chachaDecrypt(key, nonce, ad, sealed), plaintext)
    sealed[3]! ^= 1
    assert.throws(() => chachaDecrypt(key, nonce, ad, sealed), /does not fit its tag/)
    assert.throws(() => chachaDecrypt(key, nonce, ad, Buffer.alloc(15)), /15 bytes are not a ciphertext/)
    assert.throws(
      () => chachaEncrypt(key, ad.subarray(1), ad, plaintext),
      /Expected a nonce of 12 bytes, got 11/,
    )
  })

  it('signs the first example of RFC 8032, section 7.1', () => {
    const seed = hex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60')
    const key = ed25519PublicKey(seed)
    assert.equal(key.toString('hex'), 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')
    const signature = ed25519Sign(seed, Buffer.alloc(0))
    assert.equal(signature.toString('hex', 0, 8), 'e5564300c360ac72')
    assert.ok(ed25519Verify(key, Buffer.alloc(0), signature))
    assert.ok(!ed25519Verify(key, Buffer.of(1), signature))
    assert.ok(!ed25519Verify(key.subarray(1), Buffer.alloc(0), signature))
    assert.ok(!ed25519Verify(key, Buffer.alloc(0), signature.subarray(1)))
  })

  it('has two outputs of HKDF that differ', () => {
    const [first, second] = noiseHkdf(Buffer.alloc(32), Buffer.alloc(0))
    assert.equal(first.length, 32)
    assert.notDeepEqual(first, second)
  })

  for (const { source, prologue, statics, ephemerals, messages, hash } of VECTORS) {
    it(`writes the messages of ${source}`, () => {
      const keys = [0, 1].map(i => ({
        e: x25519KeyPair(hex(ephemerals[i]!)),
        s: x25519KeyPair(hex(statics[i]!)),
      })) as [SideKeys, SideKeys]
      const made = conversation(keys, {
        prologue: hex(prologue),
        payloads: messages.map(({ payload }) => hex(payload)),
      })
      assert.deepEqual(
        made.messages.map(message => message.toString('hex')),
        messages.map(({ ciphertext }) => ciphertext),
      )
      if (hash !== undefined) assert.equal(made.hash.toString('hex'), hash)
    })
  }
})

describe('the payload of 2.6', () => {
  const identityKey = ed25519PublicKey(Buffer.alloc(32, 7))
  const payload = { identityKey, signature: Buffer.alloc(64, 9) }

  it('comes back, and fields that nobody knows are skipped', () => {
    const bytes = encodeNoisePayload(payload)
    assert.deepEqual(decodeNoisePayload(bytes), payload)
    const more = [
      hex('c03eac02'),
      bytesField(4, bytesField(2, Buffer.from('/yamux/1.0.0'))),
      hex('2900000000000000005d00000000'),
    ]
    assert.deepEqual(decodeNoisePayload(Buffer.concat([...more, bytes, ...more])), payload)
  })

  it('is refused where it is none, with the reason', () => {
    const bytes = encodeNoisePayload(payload)
    for (const [wrong, reason] of [
      [Buffer.alloc(0), /no identity key/],
      [bytes.subarray(0, 38), /no signature/],
      [bytes.subarray(0, -1), /a field has no end/],
      [Buffer.concat([bytes, Buffer.of(0xff)]), /a number has no end/],
      [Buffer.concat([bytes, Buffer.of(0x0b)]), /no field type 3/],
      [
        Buffer.concat([bytesField(1, hex('08001220')), bytesField(2, payload.signature)]),
        /not an Ed25519 key/,
      ],
    ] as const) {
      assert.throws(() => decodeNoisePayload(wrong), reason)
    }
  })

  it('leads to the peer ID that libp2p gives the key', () => {
    // https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md has no example of Ed25519; libp2p says so of this one.
    assert.equal(peerIdOf(identityKey), '12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7')
  })
})
