/** Names on the checker's side: how it writes them, and a reader that says what is wrong with those of the program. */
import type { ReadName, WriteName } from '../../../exercise/dns-bytes.ts'

const POINTER = 0xc0
const FARTHEST = 0x3fff
const MAX_LABEL = 63
const MAX_NAME = 255

export const SERVICE: readonly string[] = ['_p2plab', '_udp', 'local']

/** As people write them. */
export const dotted = (labels: readonly string[]): string =>
  labels.map(label => label.replaceAll('.', '\\.')).join('.')

export const keyOf = (labels: readonly string[]): string =>
  JSON.stringify(labels.map(label => label.replace(/[A-Z]/g, letter => letter.toLowerCase())))

export const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  keyOf(one) === keyOf(other)

/** A label behind its length. */
export const labelBytes = (label: string): Buffer => {
  const bytes = Buffer.from(label)
  return Buffer.concat([Buffer.of(bytes.length), bytes])
}

export const END = Buffer.of(0)

export const pointerTo = (offset: number): Buffer => Buffer.of(POINTER | (offset >> 8), offset & 0xff)

/** In full, as multicast-dns writes them. */
export const writeInFull: WriteName = labels => Buffer.concat([...labels.map(labelBytes), END])

export const writeCompressed: WriteName = (labels, offset, earlier) => {
  const parts: Buffer[] = []
  let at = offset
  for (const [i, label] of labels.entries()) {
    const rest = JSON.stringify(labels.slice(i))
    const known = earlier.get(rest)
    if (known !== undefined) return Buffer.concat([...parts, pointerTo(known)])
    if (at <= FARTHEST) earlier.set(rest, at)
    parts.push(labelBytes(label))
    at += parts.at(-1)!.length
  }
  return Buffer.concat([...parts, END])
}

export class MalformedName extends Error {}

/** A reader of one message, which also finds what could have been a pointer. */
export function strictReader(): {
  readName: ReadName
  /** The first end of a name that the message contained already, and that is written once more. */
  repeated(): { labels: readonly string[]; offset: number; first: number } | undefined
} {
  const written = new Map<string, number>()
  let again: { labels: readonly string[]; offset: number; first: number } | undefined
  const readName: ReadName = ({ message, offset }) => {
    const labels: string[] = []
    /** Offsets of the labels that stand here, not behind a pointer. */
    const here: number[] = []
    let [at, start, length] = [offset, offset, 1]
    let end: number | undefined
    for (;;) {
      const first = message[at]
      if (first === undefined) throw new MalformedName('a name does not end')
      if (first === 0) break
      if (first >= POINTER) {
        if (at + 1 >= message.length) throw new MalformedName('a pointer has one byte only')
        const target = message.readUInt16BE(at) & FARTHEST
        if (target >= start)
          throw new MalformedName(
            `the pointer at offset ${at} leads to ${target}, which is not before ${start}, where the name begins`,
          )
        end ??= at + 2
        at = start = target
        continue
      }
      if (first > MAX_LABEL)
        throw new MalformedName(`a length is ${first}, which is neither a label's nor a pointer's`)
      length += 1 + first
      if (length > MAX_NAME) throw new MalformedName(`a name has more than ${MAX_NAME} bytes`)
      if (at + 1 + first > message.length) throw new MalformedName('a label does not end')
      if (end === undefined) here.push(at)
      labels.push(message.toString('utf8', at + 1, at + 1 + first))
      at += 1 + first
    }
    for (const [i, place] of here.entries()) {
      const rest = JSON.stringify(labels.slice(i))
      const known = written.get(rest)
      if (known === undefined) written.set(rest, place)
      else again ??= { labels: labels.slice(i), offset: place, first: known }
    }
    return { labels, end: end ?? at + 1 }
  }
  return { readName, repeated: () => again }
}
