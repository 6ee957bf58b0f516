/** The checker as the client of the program's server: asking, and judging the replies. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { openDatagrams, type Datagram, type DatagramSocket } from '../../../check/peers/datagrams.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import { datagram, LENGTH, parse, REPLY, REQUEST } from './datagram.ts'

/** A program that sends nothing for so long, although something is due, sends nothing any more. */
export const SILENCE_MS = 20_000
/** After so long without a reply, the checker looks whether others get theirs. */
const DOUBT_MS = 1_000
/** So many replies to others show that a program is not slow. */
const REPLIES = 20

export interface Asked {
  id: Buffer
  amount: number
  bytes: Buffer
}

export function ask(t: CheckContext, amount: number, id: Buffer = t.random.bytes(8)): Asked {
  return { id, amount, bytes: datagram(REQUEST, id, amount) }
}

/**
 * The next datagram on `socket`, or undefined when none comes. A program that answers others meanwhile is not slow:
 * then it is not waited for any longer. `port` is where the program listens, and `others` are due to get nothing.
 */
export async function nextReply(
  t: CheckContext,
  socket: DatagramSocket,
  port: number,
  others: readonly DatagramSocket[] = [],
): Promise<Datagram | undefined> {
  let waiting = true
  const silent = Promise.withResolvers<undefined>()
  const doubt = async () => {
    if (others.some(other => other.waiting() > 0)) return silent.resolve(undefined)
    const other = await openDatagrams(t, 'probe', () => true)
    for (let i = 0; i < REPLIES; i++) {
      if (!waiting) return
      // It adds nothing, so it changes nothing.
      await other.send(ask(t, 0).bytes, port)
      if (!(await other.next(SILENCE_MS))) return
    }
    silent.resolve(undefined)
  }
  const timer = setTimeout(() => void doubt().catch(() => {}), DOUBT_MS)
  try {
    return await Promise.race([socket.next(SILENCE_MS), silent.promise])
  } finally {
    waiting = false
    clearTimeout(timer)
  }
}

export interface ExpectedReply {
  /** Where the program listens, and where the reply must come from: that port, or a link's in front of it. */
  port: number
  from?: number
  total: number
  /** Clients that are due to get nothing now. */
  others?: readonly DatagramSocket[]
  /** The likely misconception when there is no reply, and when its total is another one. */
  silent: string
  wrong: string
}

/** Fails unless the next datagram on `socket` is the reply to `asked` with this total. */
export async function expectReply(
  t: CheckContext,
  socket: DatagramSocket,
  asked: Asked,
  { port, from = port, total, others = [], silent, wrong }: ExpectedReply,
): Promise<void> {
  const got = await nextReply(t, socket, port, others)
  const expected = `that ${socket.name} gets the reply to its request: the same id, and the total ${number(total)}.`
  if (!got) {
    const stray = others.find(other => other.waiting() > 0)
    const instead = stray ? `: ${stray.name} got a datagram instead` : ''
    t.fail({ op: 'listen', expected, got: `no reply${instead}.`, hint: silent })
  }
  const { bytes, port: source } = got!
  const reply = parse(bytes)
  if (reply?.type !== REPLY) {
    t.fail({
      op: 'listen',
      expected,
      got: `a datagram of ${count(bytes.length, 'byte')} that is not a reply: ${glance(bytes, LENGTH)}.`,
      hint: 'does each reply have 13 bytes: the type 2, the 8 bytes of the id, and the total as a u32, big-endian?',
      bytes: { expected: datagram(REPLY, asked.id, total), actual: bytes },
    })
  }
  if (reply!.id !== asked.id.toString('hex')) {
    t.fail({
      op: 'listen',
      expected,
      got: 'a reply with another id.',
      hint: 'does each reply carry the id of its request, and go to the address that the request came from?',
      bytes: { expected: datagram(REPLY, asked.id, total), actual: bytes },
    })
  }
  if (reply!.value !== total)
    t.fail({ op: 'listen', expected, got: `the total ${number(reply!.value)}.`, hint: wrong })
  if (source !== from) {
    t.fail({
      op: 'listen',
      expected: `that the reply comes from port ${from}, to which the client sent its request.`,
      got: `a reply from port ${source}.`,
      hint: 'do you send replies with the socket that received the request? Clients trust no other source.',
    })
  }
}
