/** What the program sends in a handshake: its version, a verack, and nothing else. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { STOPPED } from '../../../check/kit/expect.ts'
import { decodeVersion, type VersionMessage } from '../../../exercise/version-message.ts'
import { untilRead } from '../../shared/closing.ts'
import { readMessage } from '../../shared/envelope.ts'
import { PROTOCOL_VERSION } from '../../shared/version.ts'
import { opOf, type Meeting, type Own } from './meeting.ts'

/** Clocks of one computer differ by less, and nobody takes an hour for a handshake. In seconds. */
const MOST_OFF = 3_600

/** Reads the next message, which must be of this command, in a good envelope. Returns its payload. */
async function expectCommand(
  t: CheckContext,
  { magic }: Own,
  meeting: Meeting,
  command: string,
  hint: string,
  closed = hint,
): Promise<Buffer> {
  const { peer, direction } = meeting
  const read = await readMessage(peer)
  const expected = `the message ${command} from your program.`
  if (read.command === undefined) {
    t.fail({
      op: opOf(meeting),
      expected,
      got: `${read.bytes.length === 0 ? 'no bytes' : `${count(read.bytes.length, 'byte')} of a message`}${STOPPED[read.stop]}.`,
      hint: read.stop === 'silence' ? hint : closed,
      lost: read.stop === 'end' || read.stop === 'reset',
    })
  }
  if (!read.bytes.subarray(0, 4).equals(magic)) {
    t.fail({
      op: opOf(meeting),
      expected: `a message with the magic ${magic.toString('hex')}.`,
      got: `the magic ${read.bytes.toString('hex', 0, 4)}.`,
      hint: 'do you use encodeMessage of exercise 2.2, with the magic that you were given?',
    })
  }
  if (read.command === command) return read.payload
  return t.fail({
    op: opOf(meeting),
    expected,
    got: `the message ${read.command === '' ? 'without a command' : read.command}.`,
    hint: read.command === 'verack' && direction === 'inbound' ? ORDER : OTHER,
  })
}

const ORDER = 'a peer that dialed you has not heard your version yet: first your version, then your verack.'
const OTHER =
  'until the handshake is complete, send nothing but your version, once, and one verack. Whatever else comes is ignored, not answered.'

export async function expectVersion(
  t: CheckContext,
  own: Own,
  meeting: Meeting,
  closed?: string,
): Promise<VersionMessage> {
  const payload = await expectCommand(
    t,
    own,
    meeting,
    'version',
    meeting.direction === 'inbound'
      ? 'do you answer the version of a peer that has connected to you with your own?'
      : 'the side that connects begins: it sends its version at once, without waiting for the peer.',
    closed,
  )
  let said: VersionMessage
  try {
    said = decodeVersion(payload)
  } catch (error) {
    return t.fail({
      op: opOf(meeting),
      expected: 'a version payload.',
      got: `${count(payload.length, 'byte')} that are none: ${(error as Error).message}`,
      hint: 'do you use encodeVersion, or follow the picture in the text?',
    })
  }
  const must = {
    version: PROTOCOL_VERSION,
    services: own.services,
    userAgent: own.userAgent,
    height: own.height,
  }
  for (const key of ['version', 'services', 'userAgent', 'height'] as const) {
    if (said[key] === must[key]) continue
    t.fail({
      op: opOf(meeting),
      expected: `your version message with the ${key} ${must[key]}.`,
      got: `${said[key]}.`,
      hint:
        key === 'version'
          ? 'your node speaks version 70016.'
          : `do you pass on the ${key} that you were given?`,
    })
  }
  if (Math.abs(said.time - Date.now() / 1000) > MOST_OFF) {
    t.fail({
      op: opOf(meeting),
      expected: 'your version message with the time of now, in seconds since 1970.',
      got: `${said.time}.`,
      hint: 'is it in seconds, not in milliseconds?',
    })
  }
  return said
}

export async function expectVerack(
  t: CheckContext,
  own: Own,
  meeting: Meeting,
  closed?: string,
): Promise<void> {
  const payload = await expectCommand(
    t,
    own,
    meeting,
    'verack',
    "do you answer the peer's version with a verack, as soon as it has arrived?",
    closed,
  )
  if (payload.length === 0) return
  t.fail({
    op: opOf(meeting),
    expected: 'a verack without a payload.',
    got: `${count(payload.length, 'byte')} of payload.`,
  })
}

/** Fails when the program, which has read everything, sent something, closed the connection, or told of the peer. */
export async function expectQuiet(
  t: CheckContext,
  { told }: { told(meeting: Meeting, name: 'peer' | 'closed'): readonly unknown[] },
  meeting: Meeting,
  { hint, early }: { hint: string; early?: string },
): Promise<void> {
  await untilRead(t)
  const { peer } = meeting
  if (peer.waiting() > 0) {
    const { command } = await readMessage(peer)
    t.fail({
      op: opOf(meeting),
      expected: 'that your program sends nothing now.',
      got: `the message ${command ?? 'of other bytes'}.`,
      hint,
    })
  }
  if (peer.stopped()) {
    t.fail({
      op: opOf(meeting),
      expected: `that ${peer.name} stays connected.`,
      got: 'your program closed it.',
      hint,
      lost: true,
    })
  }
  if (told(meeting, 'peer').length === 0) return
  t.fail({
    op: opOf(meeting),
    expected: `no event peer now${early === undefined ? ': there was one for this connection' : ', the handshake is not complete'}.`,
    got: 'one.',
    hint: early ?? 'a handshake is complete once. Later version and verack messages change nothing.',
  })
}
