/** The checks of the server of exercise 1.7, the checker being its clients and the network. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { openDatagrams, openLink, type DatagramSocket } from '../../../check/peers/datagrams.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import { listen } from '../../shared/listening.ts'
import { ask, expectReply, nextReply, SILENCE_MS, type Asked } from './asking.ts'
import { datagram, LENGTH, parse, REPLY, REQUEST } from './datagram.ts'
import { FAULTS, missing } from './faults.ts'

const ANSWER = 'do you reply to every request, to the address and port that it came from (in Node, rinfo)?'
const SUM = 'is the total the sum of the amounts of all requests so far, each counted once?'
const AGAIN =
  'do you reply again to a copy of a request? The first reply can get lost, and the client tries again until it gets one.'
const TWICE =
  'do you add a repeated request a second time? Remember the reply to each id, and send the same reply again.'

const amountOf = (t: CheckContext): number => t.random.int(1, 1000)

export const addsUp: Check = async t => {
  const port = await listen(t)
  const client = await openDatagrams(t, 'client 1', () => true)
  let total = 0
  // The first one alone is over 2^31: a total of 32 bits without a sign.
  for (const [i, amount] of [2 ** 31 + amountOf(t), t.random.int(1, 2 ** 30), amountOf(t)].entries()) {
    const asked = ask(t, amount)
    total += amount
    t.doing(
      i === 0
        ? 'The checker sent a request.'
        : `The checker sent ${i + 1} requests, each time when the previous reply had arrived.`,
    )
    await client.send(asked.bytes, port)
    await expectReply(t, client, asked, { port, total, silent: ANSWER, wrong: SUM })
  }
}

export const lostReply: Check = async t => {
  const port = await listen(t)
  const client = await openDatagrams(t, 'client 1', () => true)
  const lost = Promise.withResolvers<true>()
  const link = await openLink(t, port, {
    seed: t.random.int(0, 2 ** 31),
    toClient: { loss: 1 },
    onReport: report => report.fault === 'lost' && lost.resolve(true),
  })
  const first = ask(t, amountOf(t))
  t.doing('The checker sent a request.')
  await client.send(first.bytes, link.port)
  // The reply is seen by the link alone; on the client's side there is silence in either case.
  if (!(await Promise.race([lost.promise, nextReply(t, client, port)]))) {
    t.fail({
      op: 'listen',
      expected: 'that your program replies to the request.',
      got: 'no reply.',
      hint: ANSWER,
    })
  }
  link.setFaults('to-client', {})
  t.doing(
    'The checker sent a request, and the network lost the reply. Then the checker sent the same request again.',
  )
  const expected = { port, from: link.port, silent: AGAIN, wrong: TWICE }
  await client.send(first.bytes, link.port)
  await expectReply(t, client, first, { ...expected, total: first.amount })
  t.doing('The checker sent a request twice, because the first reply was lost. Then it sent another request.')
  const second = ask(t, amountOf(t))
  await client.send(second.bytes, link.port)
  await expectReply(t, client, second, { ...expected, total: first.amount + second.amount })
}

export const lateCopy: Check = async t => {
  const port = await listen(t)
  const client = await openDatagrams(t, 'client 1', () => true)
  const earlier: { asked: Asked; total: number }[] = []
  let total = 0
  for (let i = 0; i < 20; i++) {
    const asked = ask(t, amountOf(t))
    total += asked.amount
    earlier.push({ asked, total })
    t.doing(`The checker sent ${count(i + 1, 'request')} in turn.`)
    await client.send(asked.bytes, port)
    await expectReply(t, client, asked, { port, total, silent: ANSWER, wrong: SUM })
  }
  const wrong =
    'do you remember every reply, not only the last one? A copy can arrive long after the request, when you have replied to others: it gets the same reply as the first time.'
  t.doing('The checker sent 20 requests and got their replies. Then it sent copies of them, in random order.')
  for (const { asked, total: then } of t.random.shuffle(earlier)) {
    await client.send(asked.bytes, port)
    await expectReply(t, client, asked, { port, total: then, silent: AGAIN, wrong })
  }
  t.doing('The checker sent 20 requests, then copies of them. Then it sent another request.')
  const last = ask(t, amountOf(t))
  await client.send(last.bytes, port)
  await expectReply(t, client, last, { port, total: total + last.amount, silent: ANSWER, wrong: TWICE })
}

export const sameId: Check = async t => {
  const port = await listen(t)
  const clients = [
    await openDatagrams(t, 'client 1', () => true),
    await openDatagrams(t, 'client 2', () => true),
  ]
  const id = t.random.bytes(8)
  const sent: { client: DatagramSocket; asked: Asked; total: number }[] = []
  let total = 0
  for (const client of clients) {
    t.doing(
      sent.length === 0
        ? 'Client 1 sent a request.'
        : 'Clients 1 and 2 sent a request each, and happened to choose the same id.',
    )
    const asked = ask(t, amountOf(t) + 1000 * sent.length, id)
    total += asked.amount
    sent.push({ client, asked, total })
    await client.send(asked.bytes, port)
    await expectReply(t, client, asked, {
      port,
      total,
      others: clients.filter(other => other !== client),
      silent: ANSWER,
      wrong:
        'do you mistake one client for the other? An id belongs to the client that chose it: remember it together with the address and port.',
    })
  }
  t.doing('Two clients sent requests with the same id. Then both of them sent their requests again.')
  for (const { client, asked, total: then } of t.random.shuffle(sent)) {
    await client.send(asked.bytes, port)
    await expectReply(t, client, asked, { port, total: then, silent: AGAIN, wrong: TWICE })
  }
}

export const garbage: Check = async t => {
  const port = await listen(t)
  const client = await openDatagrams(t, 'client 1', () => true)
  const good = ask(t, amountOf(t)).bytes
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
    t.doing(
      `The checker sent ${what}${bytes.length > 0 ? ` (${glance(bytes, LENGTH)})` : ''}, and then a request.`,
    )
    const asked = ask(t, amountOf(t))
    total += asked.amount
    await client.send(bytes, port)
    await client.send(asked.bytes, port)
    const first = await nextReply(t, client, port)
    const reply = first && parse(first.bytes)
    if (reply?.type === REPLY && reply.id === asked.id.toString('hex') && reply.value === total) continue
    t.fail({
      op: 'listen',
      expected: `one reply, to the request, with the total ${number(total)}.`,
      got: !first
        ? 'no reply.'
        : reply?.id === asked.id.toString('hex')
          ? `the total ${number(reply.value)}.`
          : `a datagram that does not reply to this request: ${glance(first.bytes, LENGTH)}.`,
      hint: 'do you check the length and the type first, and ignore everything that is not a request? Anyone can send anything to a UDP port.',
    })
  }
}

/** Clients of the storm, requests of each in a round, and the time after which they ask again. */
const CLIENTS = 3
const REQUESTS = 8
const AGAIN_MS = 20
const MOST_ROUNDS = 25

export const storm: Check = async t => {
  const port = await listen(t)
  t.doing(
    `${CLIENTS} clients sent ${REQUESTS} requests each, round after round, over a network that loses, duplicates and reorders datagrams in both directions. They sent each request again until its reply arrived.`,
  )
  const link = await openLink(t, port, { seed: t.random.int(0, 2 ** 31), toServer: FAULTS, toClient: FAULTS })
  const totals = new Map<string, number>()
  let changed: [number, number] | undefined
  const clients: DatagramSocket[] = []
  for (let i = 1; i <= CLIENTS; i++) {
    const client = await openDatagrams(t, `client ${i}`, () => true)
    clients.push(client)
    client.serve(({ bytes }) => {
      const reply = parse(bytes)
      if (reply?.type !== REPLY) return
      const before = totals.get(reply.id)
      if (before === undefined || before === reply.value) totals.set(reply.id, reply.value)
      else changed ??= [before, reply.value]
    })
  }
  let sum = 0
  for (let round = 0; round < MOST_ROUNDS && missing(link, ['to-server', 'to-client']); round++) {
    const requests = clients.flatMap(client =>
      Array.from({ length: REQUESTS }, () => ({ client, asked: ask(t, amountOf(t)) })),
    )
    for (const { asked } of requests) sum += asked.amount
    await untilAnswered(t, requests, totals, link.port)
  }
  if (changed) {
    t.fail({
      op: 'listen',
      expected: 'the same reply to all copies of a request.',
      got: `the total ${number(changed[0])} in one reply and ${number(changed[1])} in another.`,
      hint: TWICE,
    })
  }
  const lacking = missing(link, ['to-server', 'to-client'])
  if (lacking) t.inconclusive(`the network ${lacking}.`)
  t.doing(
    `${CLIENTS} clients got the replies to all their requests over a bad network. Then another client sent a request.`,
  )
  const client = await openDatagrams(t, 'the last client', () => true)
  const last = ask(t, amountOf(t))
  await client.send(last.bytes, port)
  await expectReply(t, client, last, { port, total: sum + last.amount, silent: ANSWER, wrong: TWICE })
}

/** Sends the requests that have no reply yet, again and again, until all have theirs. */
async function untilAnswered(
  t: CheckContext,
  requests: readonly { client: DatagramSocket; asked: Asked }[],
  totals: ReadonlyMap<string, number>,
  port: number,
): Promise<void> {
  for (let waited = 0; waited < SILENCE_MS; waited += AGAIN_MS) {
    const open = requests.filter(({ asked }) => !totals.has(asked.id.toString('hex')))
    if (open.length === 0) return
    for (const { client, asked } of open) await client.send(asked.bytes, port)
    await pause(AGAIN_MS)
  }
  const left = requests.filter(({ asked }) => !totals.has(asked.id.toString('hex'))).length
  t.fail({
    op: 'listen',
    expected: 'a reply to each request that the client sends often enough.',
    got: `no reply to ${count(left, 'request')}, each sent ${SILENCE_MS / AGAIN_MS} times.`,
    hint: AGAIN,
  })
}
