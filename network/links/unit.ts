/** What a link carries: whole messages of some wire format, so that a link can name, count, hold up and lose them one by one. */

export interface Unit {
  /** As it goes over the wire, header and all. */
  bytes: Buffer
  /** The kind of message, in a word: "append_entries", "inv". */
  label: string
  /** What it says, where the wire format has values. */
  value: unknown
}

export interface UnitDecoder {
  /** The units that are complete with these bytes. Throws BadUnit when they are none; then the decoder is of no more use. */
  push(chunk: Buffer): Unit[]
}

export interface WireFormat {
  /**
   * Whether a connection that begins with these bytes is one that `from` opened, an ID; undefined when that takes more bytes. Anyone can connect to a
   * port.
   */
  begins(first: Buffer, from: string): boolean | undefined
  decoder(): UnitDecoder
}

/** These bytes are not of the wire format. `message` is a sentence about them. */
export class BadUnit extends Error {}
