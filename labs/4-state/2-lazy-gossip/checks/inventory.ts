/** The payload of inv, getdata and notfound, the checker's side: a count, and 36 bytes for each entry. */
import { createHash } from 'node:crypto'

/** Bitcoin Core, src/protocol.h. */
export const MSG_TX = 1
export const MSG_BLOCK = 2
/** Bitcoin Core, src/net_processing.cpp: MAX_INV_SZ. */
export const MAX_ENTRIES = 50_000
export const ENTRY = 36

export interface Entry {
  type: number
  /** 32 bytes in hex, as they go over the wire. */
  id: string
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

export const idOf = (data: Uint8Array): string => sha256(sha256(data)).toString('hex')

/** Ids are transactions. `count`: what the inventory says instead of its true length. */
export function inventory(entries: readonly (string | Entry)[], count = entries.length): Buffer {
  const bytes = Buffer.alloc(entries.length * ENTRY)
  for (const [i, entry] of entries.entries()) {
    const { type, id } = typeof entry === 'string' ? { type: MSG_TX, id: entry } : entry
    bytes.writeUInt32LE(type, i * ENTRY)
    bytes.write(id, i * ENTRY + 4, 'hex')
  }
  return Buffer.concat([compactSize(count), bytes])
}

function compactSize(n: number): Buffer {
  const [first, length] = n < 0xfd ? [n, 0] : n <= 0xffff ? [0xfd, 2] : [0xfe, 4]
  const bytes = Buffer.alloc(1 + length)
  bytes.writeUInt8(first, 0)
  if (length > 0) bytes.writeUIntLE(n, 1, length)
  return bytes
}

/** Throws an Error with the end of a sentence when it is none, to the byte. */
export function readInventory(payload: Buffer): Entry[] {
  const first = payload[0]
  if (first === undefined) throw new Error('no bytes, not even a count')
  const length = first < 0xfd ? 0 : first === 0xfd ? 2 : 4
  if (payload.length < 1 + length) throw new Error('the beginning of a count')
  const count = length === 0 ? first : payload.readUIntLE(1, length)
  if (compactSize(count).length !== 1 + length)
    throw new Error(`the count ${count} in more bytes than it needs`)
  const entries = payload.subarray(1 + length)
  if (entries.length !== count * ENTRY)
    throw new Error(`the count ${count}, which needs ${count * ENTRY} bytes, and then ${entries.length}`)
  return Array.from({ length: count }, (_, i) => ({
    type: entries.readUInt32LE(i * ENTRY),
    id: entries.toString('hex', i * ENTRY + 4, (i + 1) * ENTRY),
  }))
}
