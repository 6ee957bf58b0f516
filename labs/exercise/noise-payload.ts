/**
 * What libp2p puts into messages 2 and 3 of a Noise handshake, and the peer ID that follows from it:
 *
 *     message NoiseHandshakePayload {           https://github.com/libp2p/specs/tree/master/noise
 *       optional bytes identity_key = 1;        a PublicKey message (libp2p/specs, peer-ids): here always Ed25519
 *       optional bytes identity_sig = 2;
 *       optional NoiseExtensions extensions = 4;
 *     }
 */
import { bytesField, readFields } from './protobuf.ts'

export interface NoisePayload {
  /** The Ed25519 public key of the peer's identity, 32 bytes. */
  identityKey: Buffer
  signature: Buffer
}

const IDENTITY_KEY = 1
const IDENTITY_SIG = 2
/** A PublicKey message: field 1 (type) is Ed25519, field 2 (data) has 32 bytes. They follow. */
const ED25519 = Buffer.from('08011220', 'hex')
const KEY = 32

/** The fields 1 and 2, and nothing else. */
export const encodeNoisePayload = ({
  identityKey,
  signature,
}: {
  identityKey: Uint8Array
  signature: Uint8Array
}): Buffer =>
  Buffer.concat([
    bytesField(IDENTITY_KEY, Buffer.concat([ED25519, identityKey])),
    bytesField(IDENTITY_SIG, signature),
  ])

/**
 * Skips fields that it does not know; extensions are among them. Throws an Error where the bytes are not protobuf, or a field is missing, or the key
 * is not an Ed25519 one. Whether the signature is good is not looked at.
 */
export function decodeNoisePayload(bytes: Uint8Array): NoisePayload {
  const found = readFields(bytes, 'the payload').bytes
  const key = found.get(IDENTITY_KEY)
  const signature = found.get(IDENTITY_SIG)
  if (!key) throw new Error('the payload has no identity key')
  if (!signature) throw new Error('the payload has no signature')
  if (key.length !== ED25519.length + KEY || !key.subarray(0, ED25519.length).equals(ED25519))
    throw new Error('the identity key of the payload is not an Ed25519 key')
  return { identityKey: key.subarray(ED25519.length), signature }
}

/** The peer ID of an Ed25519 public key of 32 bytes, such as 12D3KooW…: base58btc of an identity multihash (00 24) of the PublicKey message. */
export const peerIdOf = (identityKey: Uint8Array): string =>
  base58(Buffer.concat([Buffer.from('0024', 'hex'), ED25519, identityKey]))

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

function base58(bytes: Buffer): string {
  let digits = ''
  for (let rest = BigInt(`0x${bytes.toString('hex')}`); rest > 0n; rest /= 58n)
    digits = ALPHABET[Number(rest % 58n)]! + digits
  const zeros = bytes.findIndex(byte => byte !== 0)
  return ALPHABET[0]!.repeat(zeros < 0 ? bytes.length : zeros) + digits
}
