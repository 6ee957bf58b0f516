/**
 * STUN's Binding messages (RFC 8489), the part of them that exercise 3.7 needs: a transaction ID, USERNAME, and an address of IPv4. Other
 * attributes are read over, and none of them is verified.
 */
import { ipv4Bytes, ipv4Text } from './ipv4.ts'

export type StunClass = 'request' | 'indication' | 'success' | 'error'

export interface StunMessage {
  class: StunClass
  transactionId: Buffer
  username?: string
  /** HOST:PORT, as it stands in the message. */
  mappedAddress?: string
  /** HOST:PORT, which stands in the message in another form. */
  xorMappedAddress?: string
}

/** What a message is made of. An attribute that is left out, or undefined, is not in it. */
export interface StunFields {
  class: StunClass
  /** 12 bytes. */
  transactionId: Uint8Array
  username?: string | undefined
  mappedAddress?: string | undefined
  xorMappedAddress?: string | undefined
}

/** Section 5: method Binding (1), with the two bits of the class. */
const TYPES: Readonly<Record<StunClass, number>> = {
  request: 0x0001,
  indication: 0x0011,
  success: 0x0101,
  error: 0x0111,
}
const MAGIC_COOKIE = 0x2112a442
const HEADER = 20
const ID_AT = 8
const ID_LENGTH = 12

/** Section 14. */
const MAPPED_ADDRESS = 0x0001
const USERNAME = 0x0006
const XOR_MAPPED_ADDRESS = 0x0020
const IPV4 = 1
const ADDRESS_LENGTH = 8

/** The message. Throws an Error when the transaction ID does not have 12 bytes, or an address is not one of IPv4. */
export function encodeStun(fields: StunFields): Buffer {
  const { transactionId, username, mappedAddress, xorMappedAddress } = fields
  if (transactionId.length !== ID_LENGTH)
    throw new Error(`a transaction ID has 12 bytes, this one has ${transactionId.length}.`)
  const attributes = Buffer.concat([
    attribute(USERNAME, username === undefined ? undefined : Buffer.from(username)),
    attribute(MAPPED_ADDRESS, mappedAddress === undefined ? undefined : addressBytes(mappedAddress)),
    attribute(
      XOR_MAPPED_ADDRESS,
      xorMappedAddress === undefined ? undefined : xored(addressBytes(xorMappedAddress)),
    ),
  ])
  const header = Buffer.alloc(HEADER)
  header.writeUInt16BE(TYPES[fields.class], 0)
  header.writeUInt16BE(attributes.length, 2)
  header.writeUInt32BE(MAGIC_COOKIE, 4)
  header.set(transactionId, ID_AT)
  return Buffer.concat([header, attributes])
}

/** The message, or null when the bytes are no Binding message. */
export function decodeStun(bytes: Uint8Array): StunMessage | null {
  const buffer = Buffer.from(bytes)
  if (buffer.length < HEADER || buffer.readUInt32BE(4) !== MAGIC_COOKIE) return null
  const type = Object.entries(TYPES).find(([, value]) => value === buffer.readUInt16BE(0))
  const length = buffer.readUInt16BE(2)
  if (!type || length % 4 !== 0 || buffer.length !== HEADER + length) return null
  const message: StunMessage = {
    class: type[0] as StunClass,
    transactionId: buffer.subarray(ID_AT, HEADER),
  }
  for (let at = HEADER; at < buffer.length;) {
    const end = at + 4 + buffer.readUInt16BE(at + 2)
    if (end > buffer.length) return null
    take(message, buffer.readUInt16BE(at), buffer.subarray(at + 4, end))
    at = Math.ceil(end / 4) * 4
  }
  return message
}

/** Of an attribute that is there twice, the first counts (section 14). */
function take(message: StunMessage, type: number, value: Buffer): void {
  if (type === USERNAME) message.username ??= value.toString()
  if (value.length !== ADDRESS_LENGTH || value[1] !== IPV4) return
  if (type === MAPPED_ADDRESS) message.mappedAddress ??= addressText(value)
  if (type === XOR_MAPPED_ADDRESS) message.xorMappedAddress ??= addressText(xored(value))
}

/** With the padding behind it, to a multiple of 4 bytes. */
function attribute(type: number, value: Buffer | undefined): Buffer {
  if (!value) return Buffer.alloc(0)
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4)
  bytes.writeUInt16BE(type, 0)
  bytes.writeUInt16BE(value.length, 2)
  value.copy(bytes, 4)
  return bytes
}

/** The value of MAPPED-ADDRESS: a zero, the family, the port, the address. */
function addressBytes(address: string): Buffer {
  const bytes = ipv4Bytes(address)
  return Buffer.concat([Buffer.of(0, IPV4), bytes.subarray(4), bytes.subarray(0, 4)])
}

const addressText = (value: Buffer): string =>
  ipv4Text(Buffer.concat([value.subarray(4), value.subarray(2, 4)]))

/** The port with the first two bytes of the magic cookie, the address with all four. */
function xored(value: Buffer): Buffer {
  const bytes = Buffer.from(value)
  bytes.writeUInt16BE(value.readUInt16BE(2) ^ (MAGIC_COOKIE >>> 16), 2)
  bytes.writeUInt32BE((value.readUInt32BE(4) ^ MAGIC_COOKIE) >>> 0, 4)
  return bytes
}
