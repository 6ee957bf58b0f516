/** Who takes part: identities of the checker and of the program, and the payloads that prove them. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { encodeNoisePayload, peerIdOf } from '../../../exercise/noise-payload.ts'
import {
  ed25519PublicKey,
  ed25519Sign,
  x25519KeyPair,
  type KeyPair,
} from '../../../exercise/noise-primitives.ts'

export interface Who {
  /** An Ed25519 private key, and its public key. */
  identity: Buffer
  publicKey: Buffer
  id: string
  s: KeyPair
}

/** `name` decides the keys, together with the seed of the check. */
export function someone(t: CheckContext, name: string): Who {
  const random = t.random.split(name)
  const identity = random.bytes(32)
  const publicKey = ed25519PublicKey(identity)
  return { identity, publicKey, id: peerIdOf(publicKey), s: x25519KeyPair(random.bytes(32)) }
}

/** What the libp2p specification puts in front of the static key. */
export const SIGNED = Buffer.from('noise-libp2p-static-key:')

export const signed = (staticKey: Uint8Array): Buffer => Buffer.concat([SIGNED, staticKey])

/** The honest payload; or one with another signature. */
export const payloadOf = (
  who: Who,
  signature: Uint8Array = ed25519Sign(who.identity, signed(who.s.publicKey)),
): Buffer => encodeNoisePayload({ identityKey: who.publicKey, signature })

/** The keys of an op. */
export const keysOf = ({ identity, s }: Who) => ({ identity, static: s.privateKey })
