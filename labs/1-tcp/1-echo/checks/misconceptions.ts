/** The likely misconception behind what an echo server or client did wrong. */
import { inNode } from '../../../check/kit/finding.ts'
import { firstDifference } from '../../../check/transcript/hexdump.ts'
import type { Stop } from '../../../check/peers/peer.ts'

/** What UTF-8 decoding makes of invalid bytes. */
const REPLACEMENT = Buffer.from('efbfbd', 'hex')

const decoded = (sent: Buffer, actual: Buffer) => actual.includes(REPLACEMENT) && !sent.includes(REPLACEMENT)

/** Whether `actual` is something other than the beginning of `sent`. */
export const changed = (sent: Buffer, actual: Buffer): boolean => {
  const at = firstDifference(sent, actual)
  return at !== undefined && at < actual.length
}

const STRING = `do you convert the bytes to a string on the way${inNode(' (setEncoding, toString, +=)')}? Decoding replaces bytes that are not valid UTF-8 with ef bf bd: keep the ${inNode('Buffer', 'bytes')} as ${inNode('it is', 'they are')}.`

/** The hint for bytes that became text on the way; undefined where that does not show. */
export const textHint = (sent: Buffer, actual: Buffer): string | undefined =>
  decoded(sent, actual) ? STRING : undefined

export const echoHint =
  (sent: Buffer) =>
  (actual: Buffer, stop: Stop): string | undefined => {
    if (decoded(sent, actual)) return STRING
    if (actual.length > sent.length) return 'do you send something twice, or add something?'
    if (changed(sent, actual)) return 'do you send the pieces back unchanged and in the order they arrived?'
    if (stop === 'silence' && actual.length === sent.length) {
      return `does your server end its side after the other side has ended?${inNode(' With allowHalfOpen, that is your job.')}`
    }
    if (stop === 'silence') {
      return `do you write every piece back? One stream ${inNode('causes many "data" events', 'arrives in many pieces')}.`
    }
    return 'do you close the connection before you have sent everything back?'
  }

export const clientHint =
  (sent: Buffer) =>
  (actual: Buffer, stop: Stop): string | undefined => {
    if (decoded(sent, actual)) return STRING
    if (stop === 'reset') {
      return inNode(
        'do you destroy the socket? end() sends the bytes that you wrote, then a FIN. destroy() discards them.',
        'do you close the socket while bytes that you wrote still wait in your program, or while bytes that came are unread? Shut down only your sending side, after the last byte.',
      )
    }
    if (stop === 'silence' && actual.length === sent.length) {
      return `do you half-close after the bytes? ${inNode('socket.end() sends a FIN', 'That sends a FIN')}. Without it, the server waits for more.`
    }
    return 'do you write all bytes unchanged before you end?'
  }
