/** Packet captures, read by the draft: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html */
import assert from 'node:assert/strict'

export interface Block {
  type: number
  captured: number
  original: number
  packet: Buffer
  options: Map<number, Buffer[]>
}

/** Reads blocks by the draft; fails where lengths do not agree. */
export function blocksOf(bytes: Buffer): Block[] {
  const blocks: Block[] = []
  for (let at = 0; at < bytes.length;) {
    const type = bytes.readUInt32LE(at)
    const length = bytes.readUInt32LE(at + 4)
    assert.equal(length % 4, 0)
    assert.equal(bytes.readUInt32LE(at + length - 4), length)
    const body = bytes.subarray(at + 8, at + length - 4)
    const isPacket = type === 6
    const captured = isPacket ? body.readUInt32LE(12) : 0
    const fixed = type === 0x0a0d0d0a ? 16 : type === 1 ? 8 : 20 + Math.ceil(captured / 4) * 4
    const options = new Map<number, Buffer[]>()
    for (let o = fixed; o < body.length;) {
      const [code, size] = [body.readUInt16LE(o), body.readUInt16LE(o + 2)]
      if (code === 0) break
      options.set(code, [...(options.get(code) ?? []), body.subarray(o + 4, o + 4 + size)])
      o += 4 + Math.ceil(size / 4) * 4
    }
    blocks.push({
      type,
      captured,
      original: isPacket ? body.readUInt32LE(16) : 0,
      packet: body.subarray(20, 20 + captured),
      options,
    })
    at += length
  }
  return blocks
}
