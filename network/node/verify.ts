/** Signatures are verified with public keys that Node reads once, not for each signature. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { PublicKey } from '@libp2p/interface'

/** What stands before the 32 bytes of an Ed25519 key in SPKI: RFC 8410, section 4. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
/** More than a network has nodes. After as many, it begins anew: whoever makes up keys must not fill the memory. */
const MOST = 1_000

const keys = new Map<string, KeyObject>()

/**
 * From now on, each Ed25519 public key of libp2p verifies with a key that was read once. libp2p makes an object of a peer's key for each handshake, each
 * identify and each message, and has Node read the key from JSON each time: a third of what it takes to verify.
 */
export function readPublicKeysOnce(): void {
  const { prototype } = publicKeyFromRaw(new Uint8Array(32)).constructor as { prototype: PublicKey }
  prototype.verify = function (data, signature, options) {
    options?.signal?.throwIfAborted()
    // Of another length, it is no signature of Ed25519: libp2p throws, too.
    if (signature.byteLength !== 64) throw new TypeError('"sig" must be 64 bytes in length.')
    return verify(null, data instanceof Uint8Array ? data : data.subarray(), keyOf(this.raw), signature)
  }
}

function keyOf(raw: Uint8Array): KeyObject {
  const name = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1')
  const known = keys.get(name)
  if (known) return known
  if (keys.size >= MOST) keys.clear()
  const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })
  keys.set(name, key)
  return key
}
