/** Members with their keys, and the records that they sign. */
import type { Random } from '../../../check/kit/random.ts'
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from '../../../exercise/noise-primitives.ts'

export interface NodeRecord {
  type: 'record'
  id: string
  address: string
  seq: number
  signature: string
}

export interface Members {
  /** As the argument of `start`. */
  readonly list: { id: string; publicKey: string }[]
  /** The private key. */
  keyOf(id: string): Buffer
  /** A genuine record; `signer` signs it instead of the member. */
  record(id: string, address: string, seq: number, signer?: Buffer): NodeRecord
  /** Whether it is a record of a member, with that member's signature. */
  isGenuine(record: Readonly<Record<string, unknown>>): boolean
}

const signedPart = (id: unknown, address: unknown, seq: unknown): Buffer =>
  Buffer.from(`record ${String(id)} ${String(address)} ${String(seq)}`)

const KEY_BYTES = 32
export const someKey = (random: Random): Buffer => random.bytes(KEY_BYTES)

export function createMembers(random: Random, ids: readonly string[]): Members {
  const keys = new Map(ids.map(id => [id, someKey(random)]))
  return {
    list: random
      .shuffle([...keys])
      .map(([id, key]) => ({ id, publicKey: ed25519PublicKey(key).toString('hex') })),
    keyOf: id => keys.get(id)!,
    record(id, address, seq, signer = keys.get(id)!) {
      const signature = ed25519Sign(signer, signedPart(id, address, seq)).toString('hex')
      return { type: 'record', id, address, seq, signature }
    },
    isGenuine({ id, address, seq, signature }) {
      const key = keys.get(String(id))
      if (!key || typeof signature !== 'string' || !/^[0-9a-f]{128}$/.test(signature)) return false
      const bytes = Buffer.from(signature, 'hex')
      return ed25519Verify(ed25519PublicKey(key), signedPart(id, address, seq), bytes)
    },
  }
}
