/**
 * KRPC, the messages of BitTorrent's DHT (BEP 5), the checker's side: one bencoded dictionary per datagram.
 *
 *     query     {t, y: 'q', q: 'ping', a: {id, …}}        t: the transaction id, any bytes, which the answer repeats
 *     response  {t, y: 'r', r: {id, …}}                   id: 20 bytes
 *     error     {t, y: 'e', e: [code, message]}
 */
import { decodeBencode, encodeBencode, type Decoded, type DecodedDictionary } from '../../exercise/bencode.ts'

/** SHA-1's length, which is that of ids and targets. */
export const ID_BYTES = 20

/** BEP 5, "Errors". */
export const GENERIC_ERROR = 201
export const PROTOCOL_ERROR = 203
export const METHOD_UNKNOWN = 204

/** A node as `nodes` writes it. */
export interface Contact {
  id: Buffer
  host: string
  port: number
}

type Values = Parameters<typeof encodeBencode>[0] & Record<string, unknown>

export const krpcQuery = (t: Uint8Array, method: string, args: Values): Buffer =>
  encodeBencode({ t, y: 'q', q: method, a: args })

export const krpcResponse = (t: Uint8Array, values: Values): Buffer => encodeBencode({ t, y: 'r', r: values })

export const krpcError = (t: Uint8Array, code: number, message: string): Buffer =>
  encodeBencode({ t, y: 'e', e: [code, message] })

export type KrpcMessage =
  | { kind: 'query'; t: Buffer; method: string; args: DecodedDictionary }
  | { kind: 'response'; t: Buffer; values: DecodedDictionary }
  | { kind: 'error'; t: Buffer; code: number; message: string }

/**
 * The message in a datagram. Throws an Error with a sentence where it is none: what is not bencode, or lacks what every message of its kind
 * has. What is in `a` and `r` is for the caller to look at. Keys that nobody knows are fine.
 */
export function parseKrpc(bytes: Uint8Array): KrpcMessage {
  const message = decodeBencode(bytes)
  if (!isDictionary(message)) throw new Error('it is bencode, but not a dictionary.')
  const { t } = message
  if (!Buffer.isBuffer(t)) throw new Error('its transaction id "t" is missing, or not a string of bytes.')
  const y = textOf(message.y)
  if (y === 'q') {
    const method = textOf(message.q)
    if (method === undefined) throw new Error('it is a query ("y" is "q") without a method in "q".')
    if (!isDictionary(message.a))
      throw new Error('it is a query ("y" is "q") without a dictionary of arguments in "a".')
    return { kind: 'query', t, method, args: message.a }
  }
  if (y === 'r') {
    if (!isDictionary(message.r))
      throw new Error('it is a response ("y" is "r") without a dictionary in "r".')
    return { kind: 'response', t, values: message.r }
  }
  if (y !== 'e') throw new Error('its kind "y" is none of "q", "r" and "e".')
  const [code, text] = Array.isArray(message.e) ? message.e : []
  if (typeof code !== 'number')
    throw new Error('it is an error ("y" is "e") without a list [code, message] in "e".')
  return { kind: 'error', t, code, message: textOf(text) ?? '' }
}

/** Undefined where it does not throw: for telling the program's datagrams from others. */
export function tryKrpc(bytes: Uint8Array): KrpcMessage | undefined {
  try {
    return parseKrpc(bytes)
  } catch {
    return undefined
  }
}

/** The 20 bytes of an id or target, or undefined where the value is something else. */
export const idIn = (value: Decoded | undefined): Buffer | undefined =>
  Buffer.isBuffer(value) && value.length === ID_BYTES ? value : undefined

const isDictionary = (value: Decoded | undefined): value is DecodedDictionary =>
  typeof value === 'object' && !Buffer.isBuffer(value) && !Array.isArray(value)

const textOf = (value: Decoded | undefined): string | undefined =>
  Buffer.isBuffer(value) ? value.toString('latin1') : undefined

/** "Compact node info": 20 bytes of id, 4 of IPv4 address, 2 of port, both big-endian. */
export const CONTACT_BYTES = 26

/** `host` is an IPv4 address. */
export function encodeContacts(contacts: readonly Contact[]): Buffer {
  const bytes = Buffer.alloc(contacts.length * CONTACT_BYTES)
  contacts.forEach(({ id, host, port }, index) => {
    const at = index * CONTACT_BYTES
    bytes.set(id, at)
    bytes.set(host.split('.').map(Number), at + ID_BYTES)
    bytes.writeUInt16BE(port, at + ID_BYTES + 4)
  })
  return bytes
}

/** Throws an Error with a sentence where the length is no multiple of 26. */
export function decodeContacts(bytes: Buffer): Contact[] {
  if (bytes.length % CONTACT_BYTES !== 0) {
    throw new Error(`"nodes" has ${bytes.length} bytes, which is not a multiple of ${CONTACT_BYTES}.`)
  }
  return Array.from({ length: bytes.length / CONTACT_BYTES }, (_, index) => {
    const contact = bytes.subarray(index * CONTACT_BYTES, (index + 1) * CONTACT_BYTES)
    return {
      id: Buffer.from(contact.subarray(0, ID_BYTES)),
      host: contact.subarray(ID_BYTES, ID_BYTES + 4).join('.'),
      port: contact.readUInt16BE(ID_BYTES + 4),
    }
  })
}

export const addressOf = ({ host, port }: Contact): string => `${host}:${port}`
