/** The checker as a client of the program's server: asking, and judging the replies. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { openDatagrams, type Datagram, type DatagramSocket } from '../../../check/peers/datagrams.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import { datagram, idOf, LENGTH, parse, REPLY, REQUEST } from './datagram.ts'

/** A program that runs, and does not send what is due for so long, does not send it any more. */
export const PATIENT_MS = 3_000
/** Most replies are there long before anybody asks the program for a sign of life. */
const SOON_MS = 250

export const SENDER = inNode(' (in Node, rinfo)')

export const ANSWER = `do you reply to every request, to the address and port that it came from${SENDER}?`
export const SUM = 'is the total the sum of the amounts of all requests so far, each counted once?'
export const AGAIN =
  'do you reply again to a copy of a request? The first reply can get lost, and the client tries again until it gets one.'
export const TWICE =
  'do you add a repeated request a second time? Remember the reply to each id, and send the same reply again.'

export interface Asked {
  id: Buffer
  amount: number
  bytes: Buffer
}

/** A client takes for the program's what comes from where it sends to, and what carries an id that it has sent. */
export interface Client extends DatagramSocket {
  /** A request, which is not sent yet. Left out: an id of its own. */
  request(amount: number, id?: Buffer): Asked
}

/** `server` is the port that the client sends to. */
export async function openClient(t: CheckContext, name: string, server: number): Promise<Client> {
  const ids = new Set<string>()
  const isOurs = ({ bytes, port }: Datagram) => port === server || ids.has(idOf(bytes) ?? '')
  const socket = await openDatagrams(t, name, isOurs)
  return {
    ...socket,
    request(amount, id = t.random.bytes(8)) {
      ids.add(id.toString('hex'))
      return { id, amount, bytes: datagram(REQUEST, id, amount) }
    },
  }
}

/** The next datagram of the program's on `client`, or undefined when none comes although the program runs. */
export async function nextReply(
  t: CheckContext,
  client: Client,
  others: readonly Client[] = [],
): Promise<Datagram | undefined> {
  const soon = await client.next(SOON_MS)
  if (soon || others.some(other => other.waiting() > 0)) return soon
  let found: Datagram | undefined
  const come = client.next(10 * PATIENT_MS).then(datagram => {
    found = datagram
    return datagram ?? new Promise(() => {})
  })
  await happens(come, { ms: PATIENT_MS, signOfLife: t.program.signOfLife })
  return found
}

export interface ExpectedReply {
  /** Where the reply must come from: the port that the request was sent to. */
  from: number
  total: number
  /** Clients that are due to get nothing now. */
  others?: readonly Client[]
  /** The likely misconception when there is no reply, and when its total is another one. */
  silent: string
  wrong: string
}

/** Fails unless the next datagram of the program's on `client` is the reply to `asked` with this total. */
export async function expectReply(
  t: CheckContext,
  client: Client,
  asked: Asked,
  { from, total, others = [], silent, wrong }: ExpectedReply,
): Promise<void> {
  const got = await nextReply(t, client, others)
  const expected = `that ${client.name} gets the reply to its request: the same id, and the total ${number(total)}.`
  if (!got) {
    const stray = others.find(other => other.waiting() > 0)
    const instead = stray ? `: ${stray.name} got a datagram instead` : strange(client)
    return t.fail({ op: 'listen', expected, got: `no reply${instead}.`, hint: silent })
  }
  const { bytes, port: source } = got
  const reply = parse(bytes)
  if (reply?.type !== REPLY) {
    return t.fail({
      op: 'listen',
      expected,
      got: `a datagram of ${count(bytes.length, 'byte')} that is not a reply: ${glance(bytes, LENGTH)}.`,
      hint: 'does each reply have 13 bytes: the type 2, the 8 bytes of the id, and the total as a u32, big-endian?',
      bytes: { expected: datagram(REPLY, asked.id, total), actual: bytes },
    })
  }
  if (reply.id !== asked.id.toString('hex')) {
    t.fail({
      op: 'listen',
      expected,
      got: 'a reply with another id.',
      hint: 'does each reply carry the id of its request, and go to the address that the request came from?',
      bytes: { expected: datagram(REPLY, asked.id, total), actual: bytes },
    })
  }
  if (reply.value !== total)
    t.fail({ op: 'listen', expected, got: `the total ${number(reply.value)}.`, hint: wrong })
  if (source !== from) {
    t.fail({
      op: 'listen',
      expected: `that the reply comes from port ${from}, to which the client sent its request.`,
      got: `a reply from port ${source}.`,
      hint: 'do you send replies with the socket that received the request? Clients trust no other source.',
    })
  }
}

/** What came in place of what was due, as the end of a sentence: it may be the program's, and need not be. */
export function strange({ strangers }: Pick<DatagramSocket, 'strangers'>): string {
  const [first] = strangers
  return first
    ? `. From port ${first.port} came ${count(first.bytes.length, 'byte')}, which answer no request: ${glance(first.bytes, LENGTH)}`
    : ''
}
