/** Kademlia's distance: the XOR of two ids, read as an integer of 160 bits, the most significant byte first. */

/** Of two ids of the same length. */
export const xor = (one: Uint8Array, other: Uint8Array): Buffer =>
  Buffer.from(one.map((byte, index) => byte ^ other[index]!))

/** For sorting: nearest to `target` first. */
export const byDistance =
  (target: Uint8Array) =>
  (one: { id: Uint8Array }, other: { id: Uint8Array }): number =>
    Buffer.compare(xor(one.id, target), xor(other.id, target))

/** How many leading bits two ids share, from 0 to 160. */
export function sharedBits(one: Uint8Array, other: Uint8Array): number {
  const distance = xor(one, other)
  const byte = distance.findIndex(value => value !== 0)
  return byte < 0 ? distance.length * 8 : byte * 8 + Math.clz32(distance[byte]!) - 24
}

/** An id that shares exactly `bits` leading bits (0 to 159) with this one; the others come from `random`, 20 bytes. */
export function idSharing(id: Uint8Array, bits: number, random: Uint8Array): Buffer {
  const made = Buffer.from(random)
  for (let bit = 0; bit <= bits; bit++) {
    const mask = 0x80 >> (bit & 7)
    const own = id[bit >> 3]! & mask
    const wanted = bit < bits ? own : own ^ mask
    made[bit >> 3] = (made[bit >> 3]! & ~mask) | wanted
  }
  return made
}
