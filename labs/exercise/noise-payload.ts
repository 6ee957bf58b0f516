/**
 * What libp2p puts into messages 2 and 3 of a Noise handshake, and the peer ID that follows from it:
 *
 *     message NoiseHandshakePayload {           https://github.com/libp2p/specs/tree/master/noise
 *       optional bytes identity_key = 1;        a PublicKey message (libp2p/specs, peer-ids): here always Ed25519
 *       optional bytes identity_sig = 2;
 *       optional NoiseExtensions extensions = 4;
 *     }
 */

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

/** A field of bytes as protobuf writes it: number and type, length, bytes. */
export const bytesField = (field: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes])

/**
 * Skips fields that it does not know; extensions are among them. Throws an Error where the bytes are not protobuf, or a field is missing, or the key
 * is not an Ed25519 one. Whether the signature is good is not looked at.
 */
export function decodeNoisePayload(bytes: Uint8Array): NoisePayload {
  let at = 0
  const number = (): number => {
    for (let value = 0, factor = 1; at < bytes.length && factor < 2 ** 49; factor *= 128) {
      const byte = bytes[at++]!
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
    throw new Error('the payload is not protobuf: a number has no end')
  }
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('the payload is not protobuf: a field has no end')
    at += length
    return Buffer.from(bytes.subarray(at - length, at))
  }
  const found = new Map<number, Buffer>()
  while (at < bytes.length) {
    const tag = number()
    const type = tag % 8
    if (type === 0) number()
    else if (type === 1) take(8)
    else if (type === 5) take(4)
    else if (type === 2) found.set((tag - type) / 8, take(number()))
    else throw new Error(`the payload is not protobuf: there is no field type ${type}`)
  }
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

function varint(value: number): Buffer {
  const groups: number[] = []
  for (; value >= 128; value = Math.floor(value / 128)) groups.push((value % 128) + 128)
  return Buffer.from([...groups, value])
}
