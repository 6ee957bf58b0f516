/** What arrives at the client and is not the reply that it waits for. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { openDatagrams, openLink } from '../../../check/peers/datagrams.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import { SENDER } from './asking.ts'
import { datagram, LENGTH, parse, REPLY, REQUEST, type Parsed } from './datagram.ts'
import { times } from './faults.ts'
import { expectRequests, failWithoutRequest, MILLISECONDS, reply, request, settled } from './serving.ts'

/** Long enough that the program never tries again meanwhile. */
const TIMEOUT_MS = 60_000

/** The true one, that of the stranger, and those of the fakes that hold one. */
const TOTALS = 15

interface Fake {
  /** As in "the total 5, from …". */
  what: string
  bytes: Buffer
  /** What a program takes for the total that believes it. */
  total: number
  hint: string
}

const LENGTHS = 'do you check that a reply has exactly 13 bytes, before you read it?'

/** All of them from the server's port, and most with the right id. Their totals differ. */
function fakes(t: CheckContext, parsed: Parsed, totals: readonly number[]): Fake[] {
  const id = Buffer.from(parsed.id, 'hex')
  const [a, b, c, d, e, ...near] = totals as [number, number, number, number, number, ...number[]]
  return t.random.shuffle([
    { what: 'from an empty datagram', bytes: Buffer.alloc(0), total: 0, hint: LENGTHS },
    {
      what: 'from a reply without its last byte',
      bytes: reply(parsed, a).subarray(0, LENGTH - 1),
      total: a,
      hint: LENGTHS,
    },
    {
      what: 'from a reply with an extra byte',
      bytes: Buffer.concat([reply(parsed, b), Buffer.of(0)]),
      total: b,
      hint: LENGTHS,
    },
    {
      what: 'from a datagram of type 1, a request',
      bytes: datagram(REQUEST, id, c),
      total: c,
      hint: 'do you check the type of a reply? It is 2.',
    },
    {
      what: 'from a datagram of type 3',
      bytes: datagram(3, id, d),
      total: d,
      hint: 'do you check the type of a reply? It is 2.',
    },
    {
      what: 'the reply to another id',
      bytes: datagram(REPLY, t.random.bytes(8), e),
      total: e,
      hint: 'do you check the id of a reply? An old reply can still be on its way.',
    },
    ...[...id.keys()].map(i => ({
      what: `the reply to an id that differs in byte ${i + 1} only`,
      bytes: datagram(REPLY, changed(id, i), near[i]!),
      total: near[i]!,
      hint: 'do you check the id of a reply, all 8 bytes of it? A part of an id is easier to guess, and to meet by chance.',
    })),
  ])
}

function changed(id: Buffer, i: number): Buffer {
  const other = Buffer.from(id)
  other[i]! ^= 0x5a
  return other
}

export const spoofed: Check = async t => {
  const requests = expectRequests(t)
  const amount = requests.draw()
  const [total, forged, ...others] = t.random.shuffle(
    Array.from({ length: TOTALS }, (_, i) => amount + 1000 * (i + 1)),
  ) as [number, number, ...number[]]
  const server = await openDatagrams(t, 'server', requests.isOurs)
  const link = await openLink(t, server.port, { seed: 0, isOurs: requests.isOurs })
  const call = request(t, { peer: `127.0.0.1:${link.port}`, amount, tries: 3, timeoutMs: TIMEOUT_MS })
  t.doing('The checker called request.')
  const arrived = server.next(TIMEOUT_MS)
  void arrived.then(datagram => datagram && requests.note())
  const first = await settled(t, Promise.race([call.then(() => undefined), arrived]), requests, () =>
    failWithoutRequest(t, link.strangers, amount),
  )
  const came = first ?? (await server.next(1_000))
  if (!came) return failWithoutRequest(t, link.strangers, amount, ', although the call has returned')
  const parsed = parse(came.bytes)!
  await link.spoofToClients(reply(parsed, forged))
  if (times(link, 'spoofed', 'to-client') === 0) t.inconclusive('the stranger could not send its reply.')
  const sent = fakes(t, parsed, others)
  for (const { bytes } of sent) await server.send(bytes, came.port)
  await server.send(reply(parsed, total), came.port)
  t.doing(
    `The checker called request. Before the true reply, others arrived: one from a stranger, with the right id, and ${sent.length} from the server: an empty one, one of 12 bytes, one of 14, one of type 1, one of type 3, one with the id of another request, and some with ids that differ in one byte.`,
  )
  const expected = `the total ${number(total)}, the server's reply.`
  const got = await settled(t, call, requests, () =>
    t.fail({
      op: 'request',
      expected,
      got: 'nothing: the call has not returned.',
      hint: `do you ignore datagrams that are not the reply to your request, and continue to wait? ${MILLISECONDS}`,
    }),
  )
  if (got === total) return
  const believed = sent.find(fake => fake.total === got)
  t.fail({
    op: 'request',
    expected,
    got:
      got === forged
        ? `the total ${number(got)}, from a port to which your program did not send the request.`
        : believed
          ? `the total ${number(believed.total)}, ${believed.what} (${count(believed.bytes.length, 'byte')}: ${glance(believed.bytes, LENGTH)}).`
          : `${got === null ? 'null' : `the total ${number(got)}`}.`,
    hint:
      got === forged
        ? `do you check where a reply comes from, both address and port${SENDER}? Anyone can send to your port, and a stranger who knows or guesses the id can lie to you.`
        : (believed?.hint ??
          'do you ignore datagrams that are not the reply to your request, and continue to wait?'),
  })
}
