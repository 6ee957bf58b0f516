/** The likely misconception behind what an echo server or client did wrong. */
import { firstDifference } from '../../../check/transcript/hexdump.ts'
import type { Stop } from '../../../check/peers/peer.ts'

/** What UTF-8 decoding makes of bytes that are no UTF-8. */
const REPLACEMENT = Buffer.from('efbfbd', 'hex')

const decoded = (sent: Buffer, actual: Buffer) => actual.includes(REPLACEMENT) && !sent.includes(REPLACEMENT)

/** Whether `actual` is something other than the beginning of `sent`. */
export const changed = (sent: Buffer, actual: Buffer): boolean => {
  const at = firstDifference(sent, actual)
  return at !== undefined && at < actual.length
}

const STRING =
  'do the bytes become a string on the way (setEncoding, toString, +=)? ef bf bd is what decoding makes of bytes that are no text: keep the Buffer as it is.'

export const echoHint =
  (sent: Buffer) =>
  (actual: Buffer, stop: Stop): string | undefined => {
    if (decoded(sent, actual)) return STRING
    if (actual.length > sent.length) return 'is something sent twice, or added?'
    if (changed(sent, actual))
      return 'are the pieces sent back in the order in which they came, and unchanged?'
    if (stop === 'silence' && actual.length === sent.length) {
      return 'does your server end its side after the other side has ended? With allowHalfOpen that is your job.'
    }
    if (stop === 'silence') return 'is every piece written back? "data" comes many times for one stream.'
    return 'is the connection closed before everything was sent back?'
  }

export const clientHint =
  (sent: Buffer) =>
  (actual: Buffer, stop: Stop): string | undefined => {
    if (decoded(sent, actual)) return STRING
    if (stop === 'reset')
      return 'do you destroy the socket? end() sends what was written, then FIN; destroy() does not.'
    if (stop === 'silence' && actual.length === sent.length) {
      return 'do you half-close after the bytes? socket.end() sends FIN; without it the server waits for more.'
    }
    return 'are all bytes written, as they are, before the end?'
  }
