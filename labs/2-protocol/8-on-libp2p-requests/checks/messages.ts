/** The messages as they go over a stream, and how the checker speaks of them. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import type { Libp2pStream } from '../../../check/peers/libp2p.ts'
import type { Stop } from '../../../check/peers/peer.ts'
import { readPatiently } from '../../../check/peers/read-patiently.ts'
import type { ResponseMessage } from '../../../exercise/request-messages.ts'
import { prefixed } from '../../shared/multistream.ts'

export const V1 = '/p2plab/requests/1.0.0'
export const V2 = '/p2plab/requests/2.0.0'

export const GET = 1
export const PUT = 2

export const OK = 0
export const NOT_FOUND = 1
export const CONFLICT = 2
export const BAD_REQUEST = 3

/** The message with its length in front. */
export const framed = prefixed

/** Longer than anything that a check asks for. */
const MOST = 4 * 2 ** 20
const LENGTH_BYTES = 9

/** A whole message; or why there is none: what stopped the reading, or what is wrong with its length. */
export type MessageRead =
  { message: Buffer; stop?: never } | { message?: never; stop: Stop; bytes: Buffer; wrong?: string }

export async function readMessage(t: CheckContext, stream: Libp2pStream): Promise<MessageRead> {
  let length = 0n
  const prefix: number[] = []
  for (;;) {
    const { bytes, stop } = await readPatiently(t, stream, 1)
    if (stop !== 'enough') return { stop, bytes: Buffer.from(prefix) }
    const byte = bytes[0]!
    length |= BigInt(byte & 0x7f) << BigInt(7 * prefix.length)
    prefix.push(byte)
    const wrong = (why: string): MessageRead => ({ stop: 'enough', bytes: Buffer.from(prefix), wrong: why })
    if (byte >= 0x80 && prefix.length === LENGTH_BYTES) return wrong('a length that does not end')
    if (byte >= 0x80) continue
    if (byte === 0 && prefix.length > 1) return wrong('a length that takes more bytes than it needs')
    if (length > MOST) return wrong(`a length of ${number(Number(length))} bytes`)
    break
  }
  const { bytes, stop } = await readPatiently(t, stream, Number(length))
  return stop === 'enough' ? { message: bytes } : { stop, bytes: Buffer.concat([Buffer.from(prefix), bytes]) }
}

const STATUS = ['OK', 'NOT_FOUND', 'CONFLICT', 'BAD_REQUEST']

export const statusText = (status: number): string =>
  `status ${status}${STATUS[status] === undefined ? '' : ` (${STATUS[status]})`}`

export const valueText = (value: Uint8Array): string =>
  value.length === 0 ? 'no value' : `a value of ${count(value.length, 'byte')}`

/** As in "status 0 (OK), a value of 12 bytes, revision 1". */
export const responseText = ({ status, value, revision }: ResponseMessage): string =>
  `${statusText(status)}, ${valueText(value)}, ${revision === 0 ? 'no revision' : `revision ${revision}`}`

/** As in "type 1 (get), key "a", no value, no revision". */
export const requestText = ({
  type,
  key,
  value,
  revision,
}: {
  type: number
  key: string
  value: Uint8Array
  revision: number
}): string =>
  `type ${type}${type === GET ? ' (get)' : type === PUT ? ' (put)' : ''}, key ${JSON.stringify(key)}, ${valueText(value)}, ${revision === 0 ? 'no revision' : `revision ${revision}`}`
