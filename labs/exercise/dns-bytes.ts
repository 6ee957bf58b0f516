/** The fields of a DNS message (dns-message.ts), one after another. */

/** The name at `offset`, and where what follows it begins. Throws where there is none. */
export type ReadName = (at: { message: Buffer; offset: number }) => { labels: string[]; end: number }

/** The bytes of a name that will be at `offset`. `earlier` is empty for each new message: whatever it is to remember of the names before. */
export type WriteName = (labels: string[], offset: number, earlier: Map<string, number>) => Uint8Array

const MAX_ENTRY = 255

export class DnsReader {
  readonly #bytes: Buffer
  readonly #readName: ReadName
  #at = 0

  constructor(bytes: Uint8Array, readName: ReadName) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#readName = readName
  }

  /** All of these throw an Error when there are fewer bytes than the field has. */
  u16(): number {
    return this.#take(2).readUInt16BE()
  }

  u32(): number {
    return this.#take(4).readUInt32BE()
  }

  /** IPv4, such as 127.0.0.1. */
  address(): string {
    return [...this.#take(4)].join('.')
  }

  name(): string[] {
    const { labels, end } = this.#readName({ message: this.#bytes, offset: this.#at })
    this.skipTo(end)
    return labels
  }

  /** RFC 6763, section 6: texts with their lengths, up to `end`. The first of several with one key counts; keys have no case. */
  entries(end: number): Record<string, string> {
    const entries: Record<string, string> = Object.create(null) as Record<string, string>
    while (this.#at < end) {
      const text = this.#take(this.#take(1)[0]!).toString()
      const [key] = text.split('=', 1) as [string]
      const known = key.toLowerCase()
      if (key !== '') entries[known] ??= text.slice(key.length + 1)
    }
    return entries
  }

  /** A length, and what `read` makes of so many bytes. Throws when it takes another number of them. */
  counted<T>(read: (end: number) => T): T {
    const length = this.u16()
    const end = this.#at + length
    if (end > this.#bytes.length) throw tooShort(this.#bytes)
    const value = read(end)
    if (this.#at !== end)
      throw new Error(`the data of a record does not have the ${length} bytes that it says.`)
    return value
  }

  skipTo(offset: number): void {
    if (!(offset <= this.#bytes.length)) throw tooShort(this.#bytes)
    this.#at = offset
  }

  #take(length: number): Buffer {
    const start = this.#at
    this.skipTo(start + length)
    return this.#bytes.subarray(start, this.#at)
  }
}

const tooShort = (bytes: Uint8Array) => new Error(`the message is cut: it has only ${bytes.length} bytes.`)

export class DnsWriter {
  readonly #writeName: WriteName
  readonly #earlier = new Map<string, number>()
  readonly #parts: Uint8Array[] = []
  #length = 0

  constructor(writeName: WriteName) {
    this.#writeName = writeName
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }

  /** Throws a RangeError where the number does not fit. */
  u16(value: number): void {
    const bytes = Buffer.alloc(2)
    bytes.writeUInt16BE(value)
    this.#add(bytes)
  }

  u32(value: number): void {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    this.#add(bytes)
  }

  /** Throws a RangeError when it is not IPv4. */
  address(address: string): void {
    if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address))
      throw new RangeError(`"${address}" is not an IPv4 address such as 127.0.0.1.`)
    this.#add(Buffer.from(address.split('.').map(Number)))
  }

  name(labels: string[]): void {
    this.#add(this.#writeName(labels, this.#length, this.#earlier))
  }

  entries(entries: Record<string, string>): void {
    for (const [key, value] of Object.entries(entries)) {
      const text = Buffer.from(`${key}=${value}`)
      if (text.length > MAX_ENTRY)
        throw new RangeError(
          `the entry ${key} of a TXT record has ${text.length} bytes: at most ${MAX_ENTRY} fit.`,
        )
      this.#add(Buffer.concat([Buffer.of(text.length), text]))
    }
  }

  /** Two bytes with the length of what `write` adds, in front of it. */
  counted(write: () => void): void {
    const length = Buffer.alloc(2)
    this.#add(length)
    const start = this.#length
    write()
    length.writeUInt16BE(this.#length - start)
  }

  #add(bytes: Uint8Array): void {
    this.#parts.push(bytes)
    this.#length += bytes.length
  }
}
