/**
 * CBOR's diagnostic notation (RFC 8949, section 8), the part of it that the labs need: how a value is written in a control line, where JSON has no
 * bytes, no integers beyond 2^53 and no maps with other keys than text.
 *
 *     {1: "one", h'0aff': [true, null, -18446744073709551616]}
 */

/** Integers from -2^64 to 2^64 - 1. */
export type CborValue =
  bigint | Uint8Array | string | boolean | null | CborValue[] | Map<CborValue, CborValue>

/** As text in one line. Throws a TypeError with a sentence where something is no such value. */
export function formatDiagnostic(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Uint8Array) return `h'${Buffer.from(value).toString('hex')}'`
  if (Array.isArray(value)) return `[${value.map(formatDiagnostic).join(', ')}]`
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => `${formatDiagnostic(key)}: ${formatDiagnostic(item)}`)
    return `{${entries.join(', ')}}`
  }
  throw new TypeError(`${describe(value)} is not a CBOR value of this exercise: ${ALLOWED}.`)
}

const ALLOWED = 'a bigint, a Uint8Array, a string, true, false, null, an array or a Map'

function describe(value: unknown): string {
  if (typeof value === 'number') return `The number ${value}`
  return typeof value === 'object' ? 'An object' : `A value of the type ${typeof value}`
}

/** One token: punctuation, bytes, text, an integer or a name. */
const TOKEN = /\s*(?:([[\]{},:])|h'((?:[0-9a-f]{2})*)'|("(?:[^"\\]|\\.)*")|(-?\d+)|(true|false|null))/y

/** How deep values may be nested: the longest control line has no room for more that matters. */
const MOST_DEPTH = 1_000

/** The value that `text` is. Throws a SyntaxError with a sentence where it is none. */
export function parseDiagnostic(text: string): CborValue {
  let at = 0
  const next = (): RegExpExecArray => {
    TOKEN.lastIndex = at
    const token = TOKEN.exec(text)
    if (!token) throw fault()
    at = TOKEN.lastIndex
    return token
  }
  const fault = () =>
    new SyntaxError(
      `expected a value in diagnostic notation, such as {1: "one", h'0aff': [true, null]}, got ${JSON.stringify(text.slice(at, at + 20))} at character ${at}.`,
    )
  /** Whether this sign comes next; then it is taken. */
  const takes = (sign: string): boolean => {
    TOKEN.lastIndex = at
    if (TOKEN.exec(text)?.[1] !== sign) return false
    at = TOKEN.lastIndex
    return true
  }
  const all = <T>(end: string, item: () => T): T[] => {
    const items: T[] = []
    if (takes(end)) return items
    do items.push(item())
    while (takes(','))
    if (!takes(end)) throw fault()
    return items
  }
  const value = (depth: number): CborValue => {
    if (depth > MOST_DEPTH) throw fault()
    const [, sign, hex, quoted, digits, name] = next()
    if (hex !== undefined) return Buffer.from(hex, 'hex')
    if (quoted !== undefined) return parseText(quoted, fault)
    if (digits !== undefined) return BigInt(digits)
    if (name !== undefined) return name === 'null' ? null : name === 'true'
    if (sign === '[') return all(']', () => value(depth + 1))
    if (sign !== '{') throw fault()
    return new Map(
      all('}', () => {
        const key = value(depth + 1)
        if (!takes(':')) throw fault()
        return [key, value(depth + 1)]
      }),
    )
  }
  const whole = value(0)
  if (text.slice(at).trim() !== '') throw fault()
  return whole
}

function parseText(quoted: string, fault: () => Error): string {
  try {
    return JSON.parse(quoted) as string
  } catch {
    throw fault()
  }
}
