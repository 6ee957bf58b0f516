/** An address of IPv4 with its port, as text such as "203.0.113.7:3478" and as bytes: 4 of the address, 2 of the port, big-endian. */

const ADDRESS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3}):(\d{1,5})$/

/** 6 bytes. Throws an Error with a sentence when the text is no such address. */
export function ipv4Bytes(address: string): Buffer {
  const [port = NaN, ...host] = (ADDRESS.exec(address)?.slice(1) ?? []).map(Number).reverse()
  if (host.length !== 4 || host.some(number => number > 255) || port > 0xffff)
    throw new Error(
      `${JSON.stringify(address)} is not an address: expected IPv4 and a port, such as "203.0.113.7:3478".`,
    )
  const bytes = Buffer.from([...host.reverse(), 0, 0])
  bytes.writeUInt16BE(port, 4)
  return bytes
}

/** Of 6 bytes. */
export const ipv4Text = (bytes: Buffer): string =>
  `${bytes.subarray(0, 4).join('.')}:${bytes.readUInt16BE(4)}`
