/** What Noise computes with, as libp2p has it, but for the keys of X25519, which Node reads once here. */
import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { ICryptoInterface } from '@chainsafe/libp2p-noise'
import { defaultCrypto } from '@chainsafe/libp2p-noise/crypto'

/** What stands before the 32 bytes of an X25519 public key in SPKI: RFC 8410, section 4. A private key in PKCS #8 ends with its 32 bytes. */
const SPKI = Buffer.from('302a300506032b656e032100', 'hex')
const KEY = 32

/** Bytes, in one part or in several. */
type Bytes = Parameters<ICryptoInterface['generateX25519SharedKey']>[1]

/** By the bytes that Noise hands back: it keeps those that it was given. */
const own = new WeakMap<Uint8Array, KeyObject>()
const others = new WeakMap<Bytes, KeyObject>()

/**
 * A handshake works out three shared secrets, each from a private and a public key, and libp2p's default has Node read both keys each time, which takes
 * longer than the secret itself. But it is the same ephemeral and static keys that come again.
 */
export const noiseCrypto: ICryptoInterface = {
  ...defaultCrypto,
  generateX25519KeyPair() {
    const pair = generateKeyPairSync('x25519')
    const privateKey = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-KEY)
    own.set(privateKey, pair.privateKey)
    return { publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-KEY), privateKey }
  },
  generateX25519SharedKey(privateKey, publicKey) {
    const key = privateKey instanceof Uint8Array ? own.get(privateKey) : undefined
    if (!key) return defaultCrypto.generateX25519SharedKey(privateKey, publicKey)
    return diffieHellman({ privateKey: key, publicKey: readOnce(publicKey) })
  },
}

function readOnce(bytes: Bytes): KeyObject {
  const known = others.get(bytes)
  if (known) return known
  const key = createPublicKey({ key: Buffer.concat([SPKI, bytes.subarray()]), format: 'der', type: 'spki' })
  others.set(bytes, key)
  return key
}
