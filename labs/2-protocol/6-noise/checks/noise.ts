/**
 * The checker's own Noise: Noise_XX_25519_ChaChaPoly_SHA256 (https://noiseprotocol.org/noise.html, revision 34), which knows at which token of
 * which message something does not fit, and which can make a beginner's mistakes, so that those of a program can be told apart.
 */
import { createHash } from 'node:crypto'
import {
  chachaDecrypt,
  chachaEncrypt,
  noiseHkdf,
  TAG,
  x25519,
  type KeyPair,
} from '../../../exercise/noise-primitives.ts'

export { TAG }
export const NAME = Buffer.from('Noise_XX_25519_ChaChaPoly_SHA256')
export const NOTHING: Buffer = Buffer.alloc(0)
export const KEY = 32

export type Token = 'e' | 's' | 'ee' | 'es' | 'se'
export type Part = Token | 'payload'
export const XX: readonly (readonly Token[])[] = [['e'], ['e', 'ee', 's', 'es'], ['s', 'se']]

/** What a program may do otherwise (mistakes.ts says it in words). */
export type Mistake =
  | 'hashes the name'
  | 'leaves out the empty prologue'
  | 'does not hash e'
  | 'leaves out the empty payload'
  | 'no ee'
  | 'no es'
  | 'no se'
  | 'swaps es and se'
  | 'swaps the outputs of HKDF'
  | 'goes on counting'
  | 'big-endian nonce'
  | 'nonce in front'
  | 'counts from 1'
  | 'no associated data'
  | 'hashes the plaintext'
  | 'splits the wrong way'
  | 'static key in the clear'
  | 'associated data in transport'
  | 'one nonce for all'

/** At which part of which message, counted from 1, the first thing did not fit. */
export class NoiseFault extends Error {
  readonly message_: number
  readonly part: Part
  constructor(message: number, part: Part, why: string) {
    super(why)
    this.message_ = message
    this.part = part
  }
}

/** One key and its count. */
export class Cipher {
  #key: Uint8Array
  #mistake: Mistake | undefined
  count: bigint

  constructor(key: Uint8Array, mistake?: Mistake, count = mistake === 'counts from 1' ? 1n : 0n) {
    this.#key = key
    this.#mistake = mistake
    this.count = count
  }

  encrypt(ad: Uint8Array, plaintext: Uint8Array): Buffer {
    return chachaEncrypt(this.#key, this.nonce(), ad, plaintext)
  }

  /** Throws where it does not fit; then the count is as before. */
  decrypt(ad: Uint8Array, ciphertext: Uint8Array): Buffer {
    const before = this.count
    try {
      return chachaDecrypt(this.#key, this.nonce(), ad, ciphertext)
    } catch (error) {
      this.count = before
      throw error
    }
  }

  nonce(): Buffer {
    const nonce = Buffer.alloc(12)
    if (this.#mistake === 'big-endian nonce') nonce.writeBigUInt64BE(this.count, 4)
    else nonce.writeBigUInt64LE(this.count, this.#mistake === 'nonce in front' ? 0 : 4)
    if (this.#mistake !== 'one nonce for all') this.count++
    return nonce
  }

  /** The same key and count, with another mistake or none. */
  as(mistake: Mistake | undefined, count = this.count): Cipher {
    return new Cipher(this.#key, mistake, count)
  }
}

export interface SideKeys {
  e: KeyPair
  s: KeyPair
}

export class Side {
  readonly isInitiator: boolean
  readonly keys: SideKeys
  readonly mistake: Mistake | undefined
  hash: Buffer
  remote: { e: Buffer; s: Buffer } = { e: NOTHING, s: NOTHING }
  #chainingKey: Buffer
  #cipher: Cipher | undefined
  #messages = 0

  constructor(isInitiator: boolean, keys: SideKeys, prologue: Uint8Array = NOTHING, mistake?: Mistake) {
    this.isInitiator = isInitiator
    this.keys = keys
    this.mistake = mistake
    this.hash = mistake === 'hashes the name' ? sha256(NAME) : NAME
    this.#chainingKey = this.hash
    if (prologue.length > 0 || mistake !== 'leaves out the empty prologue') this.#mixHash(prologue)
  }

  /** `s`: sent instead of the own static key, as it is: for a dishonest peer. */
  write(payload: Uint8Array): Buffer {
    const parts: Buffer[] = []
    for (const token of XX[this.#messages++]!) {
      if (token === 'e') {
        parts.push(this.keys.e.publicKey)
        if (this.mistake !== 'does not hash e') this.#mixHash(this.keys.e.publicKey)
      } else if (token === 's') {
        parts.push(this.#encrypt(this.keys.s.publicKey, token))
      } else this.#mixKey(token)
    }
    parts.push(this.#encrypt(payload, 'payload'))
    return Buffer.concat(parts)
  }

  /** The payload. Throws a NoiseFault that says at which token. */
  read(message: Buffer): Buffer {
    const number = this.#messages + 1
    let rest = message
    const take = (length: number, part: Part): Buffer => {
      if (rest.length < length)
        throw new NoiseFault(number, part, `${rest.length} bytes are left where ${part} takes ${length}`)
      const taken = rest.subarray(0, length)
      rest = rest.subarray(length)
      return taken
    }
    for (const token of XX[this.#messages++]!) {
      if (token === 'e') {
        this.remote.e = take(KEY, token)
        if (this.mistake !== 'does not hash e') this.#mixHash(this.remote.e)
      } else if (token === 's') {
        const length = this.mistake === 'static key in the clear' ? KEY : KEY + TAG
        this.remote.s = this.#decrypt(take(length, token), token, number)
        // Without a key, as after a mistake, the ciphertext stays as it is.
        if (this.remote.s.length !== KEY) throw new NoiseFault(number, token, 'it was not encrypted')
      } else this.#mixKey(token)
    }
    return this.#decrypt(rest, 'payload', number)
  }

  split(): { send: Cipher; receive: Cipher } {
    const [first, second] = noiseHkdf(this.#chainingKey, NOTHING).map(
      key => new Cipher(key, this.mistake),
    ) as [Cipher, Cipher]
    return this.isInitiator !== (this.mistake === 'splits the wrong way')
      ? { send: first, receive: second }
      : { send: second, receive: first }
  }

  #mixHash(data: Uint8Array): void {
    this.hash = sha256(this.hash, data)
  }

  #mixKey(token: 'ee' | 'es' | 'se'): void {
    if (this.mistake === `no ${token}`) return
    const swapped = this.mistake === 'swaps es and se' && token !== 'ee'
    const [i, r] = (swapped ? [token[1], token[0]] : [token[0], token[1]]) as ['e' | 's', 'e' | 's']
    const secret = this.isInitiator
      ? x25519(this.keys[i].privateKey, this.remote[r])
      : x25519(this.keys[r].privateKey, this.remote[i])
    const [first, second] = noiseHkdf(this.#chainingKey, secret)
    const isSwapped = this.mistake === 'swaps the outputs of HKDF'
    this.#chainingKey = isSwapped ? second : first
    const count = this.mistake === 'goes on counting' ? this.#cipher?.count : undefined
    this.#cipher = new Cipher(isSwapped ? first : second, this.mistake, count)
  }

  #encrypt(plaintext: Uint8Array, part: Part): Buffer {
    const clear = !this.#cipher || (part === 's' && this.mistake === 'static key in the clear')
    const sent = clear ? Buffer.from(plaintext) : this.#cipher!.encrypt(this.#associated(), plaintext)
    if (plaintext.length > 0 || !clear || this.mistake !== 'leaves out the empty payload')
      this.#mixHash(this.mistake === 'hashes the plaintext' ? plaintext : sent)
    return sent
  }

  #decrypt(sent: Buffer, part: Part, number: number): Buffer {
    const clear = !this.#cipher || (part === 's' && this.mistake === 'static key in the clear')
    let plaintext: Buffer
    try {
      plaintext = clear ? sent : this.#cipher!.decrypt(this.#associated(), sent)
    } catch (error) {
      throw new NoiseFault(number, part, (error as Error).message)
    }
    if (plaintext.length > 0 || !clear || this.mistake !== 'leaves out the empty payload')
      this.#mixHash(this.mistake === 'hashes the plaintext' ? plaintext : sent)
    return plaintext
  }

  #associated(): Buffer {
    return this.mistake === 'no associated data' ? NOTHING : this.hash
  }
}

const sha256 = (...data: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(data)).digest()
