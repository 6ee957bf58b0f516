/** The checks of the server of exercise 1.7, the checker being its clients and the network. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { number } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { openLink } from '../../../check/peers/datagrams.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import { listen } from '../../shared/listening.ts'
import {
  AGAIN,
  ANSWER,
  expectReply,
  nextReply,
  openClient,
  PATIENT_MS,
  strange,
  SUM,
  TWICE,
  type Asked,
  type Client,
} from './asking.ts'
import { datagram, LENGTH, parse, REPLY, REQUEST } from './datagram.ts'

const amountOf = (t: CheckContext): number => t.random.int(1, 1000)

export const addsUp: Check = async t => {
  const port = await listen(t)
  const client = await openClient(t, 'client 1', port)
  let total = 0
  // The first one alone is over 2^31: a total of 32 bits without a sign.
  for (const [i, amount] of [2 ** 31 + amountOf(t), t.random.int(1, 2 ** 30), amountOf(t)].entries()) {
    const asked = client.request(amount)
    total += amount
    await client.send(asked.bytes, port)
    t.doing(
      i === 0
        ? 'The checker sent a request.'
        : `The checker sent ${i + 1} requests, each time when the previous reply had arrived.`,
    )
    await expectReply(t, client, asked, { from: port, total, silent: ANSWER, wrong: SUM })
  }
}

export const lostReply: Check = async t => {
  const port = await listen(t)
  const lost = Promise.withResolvers<true>()
  const own = new Set<number>()
  const link = await openLink(t, port, {
    seed: t.random.int(0, 2 ** 31),
    toClient: { loss: 1 },
    isOurs: from => own.has(from.port),
    onReport: report => report.fault === 'lost' && lost.resolve(true),
  })
  const client = await openClient(t, 'client 1', link.port)
  own.add(client.port)
  const first = client.request(amountOf(t))
  await client.send(first.bytes, link.port)
  t.doing('The checker sent a request.')
  // The reply is seen by the link alone; on the client's side there is silence in either case.
  if (!(await happens(lost.promise, { ms: PATIENT_MS, signOfLife: t.program.signOfLife }))) {
    t.fail({
      op: 'listen',
      expected: 'that your program replies to the request.',
      got: 'no reply.',
      hint: ANSWER,
    })
  }
  link.setFaults('to-client', {})
  const expected = { from: link.port, silent: AGAIN, wrong: TWICE }
  await client.send(first.bytes, link.port)
  t.doing(
    'The checker sent a request, and the network lost the reply. Then the checker sent the same request again.',
  )
  await expectReply(t, client, first, { ...expected, total: first.amount })
  const second = client.request(amountOf(t))
  await client.send(second.bytes, link.port)
  t.doing('The checker sent a request twice, because the first reply was lost. Then it sent another request.')
  await expectReply(t, client, second, { ...expected, total: first.amount + second.amount })
}

/** So many of the last replies are to be kept. Some more than that come, so that a program has to forget one. */
const KEPT = 1_000
/** Copies come of so many of the newest requests, and of so many of the others. */
const NEWEST = 5
const OTHERS = 20
/** How long the network holds the copies back. A program that forgets after a while has forgotten then. */
const LATE_MS = 1_000

export const lateCopy: Check = async t => {
  const port = await listen(t)
  const client = await openClient(t, 'client 1', port)
  const earlier: { asked: Asked; total: number }[] = []
  let total = 0
  const requests = KEPT + t.random.int(1, 20)
  for (let i = 1; i <= requests; i++) {
    const asked = client.request(amountOf(t))
    total += asked.amount
    earlier.push({ asked, total })
    await client.send(asked.bytes, port)
    t.doing(
      i === 1
        ? 'The checker sent a request.'
        : `The checker sent ${number(i)} requests, each time when the previous reply had arrived.`,
    )
    await expectReply(t, client, asked, { from: port, total, silent: ANSWER, wrong: SUM })
  }
  const wrong =
    'do you remember every reply, not only the last one? A copy can arrive long after the request, when you have replied to others: it gets the same reply as the first time. Keep at least the last 1,000 replies, forget the oldest one first, and none because time has passed.'
  await pause(LATE_MS)
  const [oldest, ...kept] = earlier.slice(-KEPT)
  // Not those right after the oldest one: a program may count its replies to the copies, too.
  const others = t.random.shuffle(kept.slice(NEWEST + OTHERS, -NEWEST)).slice(0, OTHERS)
  for (const { asked, total: then } of [oldest!, ...t.random.shuffle([...kept.slice(-NEWEST), ...others])]) {
    await client.send(asked.bytes, port)
    t.doing(
      `The checker sent ${number(requests)} requests and got their replies. ${LATE_MS / 1000} s later, it sent copies of some of the last ${number(KEPT)}, the oldest one first.`,
    )
    await expectReply(t, client, asked, { from: port, total: then, silent: AGAIN, wrong })
  }
  const last = client.request(amountOf(t))
  await client.send(last.bytes, port)
  t.doing(
    `The checker sent ${number(requests)} requests, then copies of some of the last ${number(KEPT)}. Then it sent another request.`,
  )
  const expected = { from: port, total: total + last.amount, silent: ANSWER, wrong: TWICE }
  await expectReply(t, client, last, expected)
}

export const sameId: Check = async t => {
  const port = await listen(t)
  const clients = [await openClient(t, 'client 1', port), await openClient(t, 'client 2', port)]
  const id = t.random.bytes(8)
  const sent: { client: Client; asked: Asked; total: number }[] = []
  let total = 0
  for (const client of clients) {
    const asked = client.request(amountOf(t) + 1000 * sent.length, id)
    total += asked.amount
    sent.push({ client, asked, total })
    await client.send(asked.bytes, port)
    t.doing(
      sent.length === 1
        ? 'Client 1 sent a request.'
        : 'Clients 1 and 2 sent a request each, and happened to choose the same id.',
    )
    await expectReply(t, client, asked, {
      from: port,
      total,
      others: clients.filter(other => other !== client),
      silent: ANSWER,
      wrong:
        'do you mistake one client for the other? An id belongs to the client that chose it: remember it together with the address and port.',
    })
  }
  for (const { client, asked, total: then } of t.random.shuffle(sent)) {
    await client.send(asked.bytes, port)
    t.doing(`Clients 1 and 2 sent requests with the same id. Then ${client.name} sent its request again.`)
    await expectReply(t, client, asked, { from: port, total: then, silent: AGAIN, wrong: TWICE })
  }
}

export const garbage: Check = async t => {
  const port = await listen(t)
  const client = await openClient(t, 'client 1', port)
  const good = client.request(amountOf(t)).bytes
  const junk: [string, Buffer][] = [
    ['an empty datagram', Buffer.alloc(0)],
    ['one byte', Buffer.of(REQUEST)],
    ['a request without its last byte', good.subarray(0, LENGTH - 1)],
    ['a request with an extra byte', Buffer.concat([good, Buffer.alloc(1)])],
    ['a datagram of type 0', datagram(0, t.random.bytes(8), 5)],
    ['a datagram of type 255', datagram(255, t.random.bytes(8), 5)],
    ['a reply', datagram(REPLY, t.random.bytes(8), 5)],
    ['1,200 random bytes', t.random.bytes(1200)],
  ]
  let total = 0
  for (const [what, bytes] of t.random.shuffle(junk)) {
    const asked = client.request(amountOf(t))
    total += asked.amount
    await client.send(bytes, port)
    await client.send(asked.bytes, port)
    t.doing(
      `The checker sent ${what}${bytes.length > 0 ? ` (${glance(bytes, LENGTH)})` : ''}, and then a request.`,
    )
    const first = await nextReply(t, client)
    const reply = first && parse(first.bytes)
    if (reply?.type === REPLY && reply.id === asked.id.toString('hex') && reply.value === total) continue
    t.fail({
      op: 'listen',
      expected: `one reply, to the request, with the total ${number(total)}.`,
      got: !first
        ? `no reply${strange(client)}.`
        : reply?.id === asked.id.toString('hex')
          ? `the total ${number(reply.value)}.`
          : `a datagram that does not reply to this request: ${glance(first.bytes, LENGTH)}.`,
      hint: 'do you check the length and the type first, and ignore everything that is not a request? Anyone can send anything to a UDP port.',
    })
  }
}
