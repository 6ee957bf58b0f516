/** The datagrams of exercise 1.7, the checker's side: a type, an id of 8 bytes, and a u32. */
export const REQUEST = 1
export const REPLY = 2
export const LENGTH = 13
const ID_END = 9

export function datagram(type: number, id: Uint8Array, value: number): Buffer {
  const bytes = Buffer.alloc(LENGTH)
  bytes[0] = type
  bytes.set(id, 1)
  bytes.writeUInt32BE(value, ID_END)
  return bytes
}

export interface Parsed {
  type: number
  /** Hex. */
  id: string
  /** The amount of a request, the total of a reply. */
  value: number
}

/** Undefined when the bytes are no such datagram. */
export function parse(bytes: Buffer): Parsed | undefined {
  if (bytes.length !== LENGTH || (bytes[0] !== REQUEST && bytes[0] !== REPLY)) return undefined
  return { type: bytes[0], id: idOf(bytes)!, value: bytes.readUInt32BE(ID_END) }
}

/** The 8 bytes where the id is, whatever else the datagram holds, as hex; undefined when there are fewer. */
export const idOf = (bytes: Buffer): string | undefined =>
  bytes.length < ID_END ? undefined : bytes.toString('hex', 1, ID_END)
