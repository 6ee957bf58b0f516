/**
 * Addresses in the payload of Bitcoin's `addr`: a count as a CompactSize, then entries of 30 bytes.
 *
 *      4  time       8  services      16  IPv6, or ::ffff:a.b.c.d      2  port, big-endian
 */
const ENTRY = 30
const IP = 12
const PORT = 28
const IPV4 = Buffer.from('00000000000000000000ffff', 'hex')

/** A copy with each IPv4 address as `see` gives it, "127.0.0.1:4001"; undefined where that changes none. What is not such a payload is left alone. */
export function readdressed(payload: Buffer, see: (address: string) => string): Buffer | undefined {
  const copy = Buffer.from(payload)
  for (let at = sizeOfCount(payload); at + ENTRY <= payload.length; at += ENTRY) {
    const host = at + IP + IPV4.length
    if (!payload.subarray(at + IP, host).equals(IPV4)) continue
    const address = `${payload.subarray(host, host + 4).join('.')}:${payload.readUInt16BE(at + PORT)}`
    const [ip, port] = see(address).split(':')
    copy.set(ip!.split('.').map(Number), host)
    copy.writeUInt16BE(Number(port), at + PORT)
  }
  return copy.equals(payload) ? undefined : copy
}

/** Bytes of a CompactSize. */
function sizeOfCount(payload: Buffer): number {
  const sizes: Record<number, number> = { 0xfd: 3, 0xfe: 5, 0xff: 9 }
  return sizes[payload[0] ?? 0] ?? 1
}
