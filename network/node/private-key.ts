/** A node's private key, made by Node's own cryptography. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8: RFC 8410, section 7. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
/** Bytes of a public key: the last ones of its SPKI. */
const PUBLIC = 32

/**
 * The key that libp2p's generateKeyPairFromSeed gives for the same 32 bytes. That one works the public key out in JavaScript, which has to make a table of
 * curve points first, and each of its signatures reads the key anew: in a process with one node, that was a tenth of all that a start takes.
 *
 * @throws for a seed of another length.
 */
export function privateKeyOf(seed: Uint8Array): PrivateKey {
  if (seed.length !== 32) throw new Error(`expected a seed of 32 bytes, got ${seed.length}`)
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const made = privateKeyFromRaw(Buffer.concat([seed, spki.subarray(-PUBLIC)]))
  made.sign = (data, options) => {
    options?.signal?.throwIfAborted()
    return sign(null, data instanceof Uint8Array ? data : data.subarray(), key)
  }
  return made
}
