/**
 * The cryptography that exercise 2.6 stands on, for the checker and, through the module 'p2plab', for a learner: functions of bytes, where Node has
 * key objects. ChaCha20-Poly1305 comes from a library: Electron, in which VS Code runs programs, has no such cipher.
 */
import type { KeyObject } from 'node:crypto'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'

/** Loaded when it is needed: every program of every exercise has this module in its runner, and Node's cryptography takes 4 of the 40 ms of a start. */
const crypto = () => process.getBuiltinModule('node:crypto')

export interface KeyPair {
  publicKey: Buffer
  privateKey: Buffer
}

/** In front of the 32 bytes of a key, as DER (RFC 8410): X25519 is 1.3.101.110, Ed25519 is 1.3.101.112. */
const PREFIX = {
  x25519: { private: '302e020100300506032b656e04220420', public: '302a300506032b656e032100' },
  ed25519: { private: '302e020100300506032b657004220420', public: '302a300506032b6570032100' },
}
type Curve = keyof typeof PREFIX

const KEY = 32
const NONCE = 12
/** Bytes that ChaCha20-Poly1305 adds to what it encrypts. */
export const TAG = 16

/** Of 32 bytes; random ones when left out. Throws a RangeError for another length. */
export function x25519KeyPair(privateKey: Uint8Array = crypto().randomBytes(KEY)): KeyPair {
  return { publicKey: publicBytes('x25519', privateKey), privateKey: Buffer.from(privateKey) }
}

/** The 32 bytes that both sides get. Throws a RangeError for keys of another length, and an Error for a public key that gives only zeros. */
export function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Buffer {
  const keys = {
    privateKey: privateObject('x25519', privateKey),
    publicKey: publicObject('x25519', publicKey),
  }
  try {
    return crypto().diffieHellman(keys)
  } catch {
    throw new Error('This public key gives the same secret, 32 zeros, with every private key.')
  }
}

/** The public key, 32 bytes, of an Ed25519 private key of 32 bytes. */
export const ed25519PublicKey = (privateKey: Uint8Array): Buffer => publicBytes('ed25519', privateKey)

/** 64 bytes. */
export const ed25519Sign = (privateKey: Uint8Array, message: Uint8Array): Buffer =>
  crypto().sign(null, message, privateObject('ed25519', privateKey))

/** False also where one of them has another length than it must have. */
export const ed25519Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  publicKey.length === KEY && crypto().verify(null, message, publicObject('ed25519', publicKey), signature)

/** Noise's HKDF with two outputs of 32 bytes, from a chaining key of 32 bytes and any input. */
export function noiseHkdf(chainingKey: Uint8Array, input: Uint8Array): [Buffer, Buffer] {
  const hmac = (key: Uint8Array, ...data: Uint8Array[]) =>
    crypto().createHmac('sha256', key).update(Buffer.concat(data)).digest()
  const temporary = hmac(chainingKey, input)
  const first = hmac(temporary, Buffer.of(1))
  return [first, hmac(temporary, first, Buffer.of(2))]
}

/** The ciphertext with its tag of 16 bytes behind it. The key has 32 bytes, the nonce 12. */
export function chachaEncrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  plaintext: Uint8Array,
): Buffer {
  return bufferOf(cipher(key, nonce, associatedData).encrypt(plaintext))
}

/** The plaintext. Throws an Error when the tag does not fit: to this key, nonce, associated data and ciphertext. */
export function chachaDecrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  ciphertext: Uint8Array,
): Buffer {
  if (ciphertext.length < TAG)
    throw new Error(`${ciphertext.length} bytes are not a ciphertext: its tag alone has ${TAG}.`)
  const opened = cipher(key, nonce, associatedData)
  try {
    return bufferOf(opened.decrypt(ciphertext))
  } catch {
    throw new Error('The ciphertext does not fit its tag: key, nonce, associated data or a byte is another.')
  }
}

function cipher(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array) {
  expectLength('a key', key, KEY)
  expectLength('a nonce', nonce, NONCE)
  return chacha20poly1305(key, nonce, associatedData)
}

const bufferOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function privateObject(curve: Curve, key: Uint8Array): KeyObject {
  expectLength('a private key', key, KEY)
  const der = Buffer.concat([Buffer.from(PREFIX[curve].private, 'hex'), key])
  return crypto().createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

function publicObject(curve: Curve, key: Uint8Array): KeyObject {
  expectLength('a public key', key, KEY)
  const der = Buffer.concat([Buffer.from(PREFIX[curve].public, 'hex'), key])
  return crypto().createPublicKey({ key: der, format: 'der', type: 'spki' })
}

const publicBytes = (curve: Curve, privateKey: Uint8Array): Buffer =>
  crypto()
    .createPublicKey(privateObject(curve, privateKey))
    .export({ format: 'der', type: 'spki' })
    .subarray(-KEY)

function expectLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length)
    throw new RangeError(`Expected ${what} of ${length} bytes, got ${bytes.length}.`)
}
