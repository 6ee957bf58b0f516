/** The op ping, and what the checker's end sees of it. */
import type { Answer } from '../../../check/kit/ask.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import exercise from '../exercise.ts'
import type { House, Meeting } from './house.ts'

const { ping } = exercise.ops

/** Longer than any check: the answer depends on what the checker does. */
const ANSWER_MS = 120_000
const AT_ONCE_MS = 1_500

export const NONCE = 8

/** A ping that the program was asked for, and that has arrived. Moments are in ms of performance.now(). */
export interface Asked {
  meeting: Meeting
  nonce: Buffer
  answer: Promise<Answer<{ ms: number | null }>>
  /** Whether the answer has come. */
  isAnswered(): boolean
  /** Of two pings whose answers have come, the one with the smaller number was answered first. */
  turn(): number
  /** Before the program was asked; after its ping was read. */
  called: number
  read: number
}

/** Asks for a ping that may fail. */
export function tryPing(t: CheckContext, { program }: House, { connection }: Pick<Meeting, 'connection'>) {
  const answer = t.ask(ping, { connection }, { program, ms: ANSWER_MS })
  answer.catch(() => {})
  return answer
}

/** Of all answers that came so far. */
let turns = 0

/** Asks for a ping, and reads it. */
export async function askPing(t: CheckContext, house: House, meeting: Meeting): Promise<Asked> {
  const called = performance.now()
  const answer = tryPing(t, house, meeting)
  let turn = 0
  const note = () => (turn = ++turns)
  answer.then(note, note)
  // A program that answers at once, with an error, sends nothing.
  const refused = answer.then(({ error }) => {
    if (error === undefined) return new Promise<never>(() => {})
    return t.fail({
      op: ping.name,
      expected: `that your program sends a ping to ${meeting.connection}, whose handshake is complete.`,
      got: `an error: ${error}`,
      ...(error.includes('not written yet') && {
        hint: 'this is where you start: replace the line that throws with your own code.',
      }),
    })
  })
  const sent = house.expectMessage(meeting, 'ping', 'does the op ping send a message ping at once?')
  const payload = await Promise.race([sent, refused])
  const read = performance.now()
  if (payload.length !== NONCE) {
    t.fail({
      op: ping.name,
      expected: 'a ping with a payload of 8 bytes, the nonce.',
      got: `${count(payload.length, 'byte')}.`,
      hint: 'the payload of a ping is its nonce, and nothing else.',
    })
  }
  return { meeting, nonce: payload, answer, isAnswered: () => turn > 0, turn: () => turn, called, read }
}

/** The answer of the op, which is due. `late` fails when none comes although the program runs for `ms`. */
export async function answerOf(
  t: CheckContext,
  { program }: House,
  answer: Promise<Answer<{ ms: number | null }>>,
  { expected, hint, ms = AT_ONCE_MS }: { expected: string; hint: string; ms?: number },
): Promise<Answer<{ ms: number | null }>> {
  if (await happens(answer, { ms, signOfLife: program.signOfLife })) return answer
  return t.fail({ op: ping.name, expected, got: 'no answer of ping, although your program runs.', hint })
}

/** Fails unless the op answers with an error. */
export async function expectError(
  t: CheckContext,
  house: House,
  answer: Promise<Answer<{ ms: number | null }>>,
  { why, hint }: { why: string; hint: string },
): Promise<void> {
  const expected = `an error from ping: ${why}.`
  const { result } = await answerOf(t, house, answer, { expected, hint })
  if (result) t.fail({ op: ping.name, expected, got: `${JSON.stringify(result)}.`, hint })
}

/** Sends the pong to a ping, and expects the op to answer with a time. Returns it, and the moments around it. */
export async function answerPing(
  t: CheckContext,
  house: House,
  { meeting, nonce, answer, called, read }: Asked,
  { hint, more = Buffer.alloc(0) }: { hint: string; more?: Buffer },
): Promise<{ ms: number | null; least: number; most: number }> {
  const written = performance.now()
  await meeting.peer.write(house.message('pong', Buffer.concat([nonce, more])))
  const expected = 'that ping returns once the pong with its nonce has arrived.'
  const { result, error } = await answerOf(t, house, answer, { expected, hint })
  const most = performance.now() - called
  if (error !== undefined) t.fail({ op: ping.name, expected, got: `an error: ${error}`, hint })
  return { ms: result!.ms, least: written - read, most }
}

/** Clocks in whole milliseconds, and rounding. */
const CLOCK_MS = 2

/** The same, where the time must be the one that it took. */
export async function expectRoundTrip(
  t: CheckContext,
  house: House,
  asked: Asked,
  options: { hint: string; more?: Buffer },
): Promise<void> {
  const { ms, least, most } = await answerPing(t, house, asked, options)
  const [from, to] = [Math.max(0, Math.floor(least - CLOCK_MS)), Math.ceil(most + CLOCK_MS)]
  if (ms !== null && ms >= from && ms <= to) return
  t.fail({
    op: ping.name,
    expected: `a round-trip time of ${from} to ${to} ms: so long it took between this ping and its pong.`,
    got: `${ms}.`,
    hint:
      ms === null
        ? 'the pong came in time. Is null only for pings that timed out?'
        : 'does each ping have a time of its own at which you sent it? The time is in whole milliseconds.',
  })
}
