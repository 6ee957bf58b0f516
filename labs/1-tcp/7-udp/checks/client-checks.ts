/** The checks of the client of exercise 1.7, the checker being its server and the network. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause, within } from '../../../check/kit/deadline.ts'
import {
  openDatagrams,
  openLink,
  type Datagram,
  type DatagramSocket,
} from '../../../check/peers/datagrams.ts'
import { CheckFailure, count, number } from '../../../check/kit/finding.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import exercise from '../exercise.ts'
import { SILENCE_MS } from './asking.ts'
import { datagram, LENGTH, parse, REPLY, REQUEST, type Parsed } from './datagram.ts'
import { FAULTS, missing, times } from './faults.ts'

/** How long a call may take that ends well. */
const CALL_MS = 30_000

const KNOWN =
  'does every try send the same bytes, with the same id? By its id the server knows the request again, and adds the amount only once.'

/** What the request was answered with. */
async function request(
  t: CheckContext,
  args: { peer: string; amount: number; tries: number; timeoutMs: number },
): Promise<number | null> {
  return (await t.call(exercise.ops.request, args, { ms: CALL_MS })).total
}

/** The request in these bytes; fails when there is none. */
function judgeRequest(t: CheckContext, bytes: Buffer, amount?: number): Parsed {
  const parsed = parse(bytes)
  if (parsed?.type === REQUEST && (amount === undefined || parsed.value === amount)) return parsed
  return t.fail({
    op: 'request',
    expected: 'a datagram of 13 bytes: the type 1, an id of 8 bytes, and the amount as a u32, big-endian.',
    got: `${count(bytes.length, 'byte')}: ${glance(bytes, LENGTH)}.`,
    hint:
      parsed?.type === REQUEST
        ? `is it the amount ${number(amount!)} that you write, with writeUInt32BE at offset 9?`
        : 'does each datagram hold exactly one request, and nothing else?',
  })
}

const reply = ({ id }: Parsed, total: number): Buffer => datagram(REPLY, Buffer.from(id, 'hex'), total)

/** A call that is under way; whoever waits for something else meanwhile hears when it fails. */
function calling(call: Promise<number | null>) {
  call.catch(() => {})
  let returned: number | null | undefined
  call.then(
    total => (returned = total),
    () => {},
  )
  return {
    call,
    returned: () => returned,
    /** The next datagram at the server; undefined when none comes or the call has returned first. */
    next: (server: DatagramSocket): Promise<Datagram | undefined> =>
      Promise.race([server.next(SILENCE_MS), call.then(() => server.next(1_000))]),
  }
}

export const retries: Check = async t => {
  const amount = t.random.int(1, 100_000)
  const total = amount + t.random.int(1, 100_000)
  t.doing(
    'The checker asked your program to send a request. The network lost the first two datagrams, and then the first two replies.',
  )
  const server = await openDatagrams(t, 'server')
  const seen: Buffer[] = []
  const link = await openLink(t, server.port, {
    seed: t.random.int(0, 2 ** 31),
    toServer: { loss: 1 },
    onReport({ fault, direction }) {
      if (fault !== 'lost') return
      if (times(link, fault, direction) < 2) return
      link.setFaults(direction, {})
      if (direction === 'to-server') link.setFaults('to-client', { loss: 1 })
    },
  })
  server.serve(({ bytes, port }) => {
    seen.push(bytes)
    const parsed = parse(bytes)
    if (parsed) void server.send(reply(parsed, total), port)
  })
  const got = await request(t, { peer: `127.0.0.1:${link.port}`, amount, tries: 200, timeoutMs: 50 })
  for (const bytes of seen) judgeRequest(t, bytes, amount)
  const other = seen.find(bytes => !bytes.equals(seen[0]!))
  if (other) {
    t.fail({
      op: 'request',
      expected: 'that each try sends the same request, byte for byte.',
      got: `first ${glance(seen[0]!, LENGTH)}, then ${glance(other, LENGTH)}.`,
      hint: KNOWN,
      bytes: { expected: seen[0]!, actual: other },
    })
  }
  if (got === total) {
    if (times(link, 'lost', 'to-server') < 2 || times(link, 'lost', 'to-client') < 2)
      t.inconclusive('the network lost less than it should have.')
    return
  }
  const sent = link.counts['to-server'].received
  t.fail({
    op: 'request',
    expected: `that your program sends its request again until a reply comes (it may try 200 times), and returns the total ${number(total)}.`,
    got: `${got === null ? 'null' : `the total ${number(got)}`}, after ${count(sent, 'datagram')}.`,
    hint: 'is the request sent again when timeoutMs have passed without a reply? On UDP nobody else does that for you.',
  })
}

export const givesUp: Check = async t => {
  const tries = t.random.int(4, 6)
  const timeoutMs = t.random.int(40, 60)
  const amount = t.random.int(1, 100_000)
  t.doing(
    `The checker asked your program to send a request to a server that never replies, with ${tries} tries of ${timeoutMs} ms.`,
  )
  const server = await openDatagrams(t, 'server')
  const tooMany = Promise.withResolvers<'too many'>()
  const enough = Promise.withResolvers<void>()
  const seen: Buffer[] = []
  server.serve(({ bytes }) => {
    seen.push(bytes)
    if (seen.length === tries) enough.resolve()
    if (seen.length > tries) tooMany.resolve('too many')
  })
  const expected = `${tries} datagrams, ${timeoutMs} ms of waiting for a reply after each of them, and then the total null.`
  const judgeMany = () =>
    t.fail({
      op: 'request',
      expected,
      got: `${count(seen.length, 'datagram')}, at least.`,
      hint: 'do you count the tries? A server that is gone must not keep you sending for ever, and "tries: 3" means 3 datagrams in all.',
    })
  const called = performance.now()
  const call = request(t, { peer: server.address, amount, tries, timeoutMs })
  call.catch(() => {})
  const got = await Promise.race([call, tooMany.promise])
  if (got === 'too many') return judgeMany()
  // Measured here it can only come out too long: the program cannot have waited longer than this.
  const waited = performance.now() - called
  if (got !== null) {
    t.fail({
      op: 'request',
      expected,
      got: `the total ${number(got)}, which nobody has sent.`,
      hint: 'null says that no reply came.',
    })
  }
  const few = () =>
    new CheckFailure({
      op: 'request',
      expected,
      got: `null after ${count(seen.length, 'datagram')}.`,
      hint: 'is the request sent again after each timeoutMs, until all tries are used up?',
    })
  await within(enough.promise, 1_000, few)
  for (const bytes of seen) judgeRequest(t, bytes, amount)
  if (waited < 0.8 * tries * timeoutMs) {
    t.fail({
      op: 'request',
      expected,
      got: `null after only ${Math.round(waited)} ms.`,
      hint: 'does each try wait for its reply before the next one is sent, also the last try?',
    })
  }
  // What it still does now it does behind the back of its caller.
  await pause(4 * timeoutMs)
  if (seen.length > tries) judgeMany()
}

const CALLS = 12
const MOST_ROUNDS = 25

export const reordered: Check = async t => {
  t.doing(
    `The checker asked your program for ${CALLS} requests at the same time, round after round, over a network that loses, doubles and reorders datagrams both ways.`,
  )
  const server = await openDatagrams(t, 'server')
  const link = await openLink(t, server.port, {
    seed: t.random.int(0, 2 ** 31),
    toServer: FAULTS,
    toClient: FAULTS,
  })
  const totals = new Map<string, number>()
  const byAmount = new Map<number, number>()
  let sum = 0
  server.serve(({ bytes, port }) => {
    const parsed = parse(bytes)
    if (parsed?.type !== REQUEST) return
    let total = totals.get(parsed.id)
    if (total === undefined) {
      total = sum += parsed.value
      totals.set(parsed.id, total)
      byAmount.set(parsed.value, total)
    }
    void server.send(reply(parsed, total), port)
  })
  let amount = t.random.int(1, 1000)
  for (let round = 0; round < MOST_ROUNDS && missing(link, ['to-server', 'to-client']); round++) {
    const amounts = Array.from({ length: CALLS }, () => (amount += t.random.int(1, 50)))
    await Promise.all(
      amounts.map(async asked => {
        const got = await request(t, {
          peer: `127.0.0.1:${link.port}`,
          amount: asked,
          tries: 200,
          timeoutMs: 50,
        })
        const due = byAmount.get(asked)
        if (got !== null && got === due) return
        const others = [...byAmount].find(([, total]) => total === got)?.[0]
        t.fail({
          op: 'request',
          expected:
            due === undefined
              ? `that the amount ${number(asked)} reaches the server within 200 tries.`
              : `the total ${number(due)}, which the server replied to the amount ${number(asked)}.`,
          got:
            got === null
              ? 'null.'
              : `the total ${number(got)}${others === undefined ? '' : `, which was the reply to the amount ${number(others)}`}.`,
          hint:
            got === null
              ? 'does each request wait for its own reply, and try as often as it may?'
              : 'do you take the first reply for the reply to the first request? They come in any order, some twice: the id in a reply says which request it belongs to.',
        })
      }),
    )
  }
  if (totals.size !== byAmount.size) {
    t.fail({
      op: 'request',
      expected: 'that each request reaches the server under one id.',
      got: `${count(totals.size, 'id')} for ${count(byAmount.size, 'request')}: ${count(totals.size - byAmount.size, 'amount')} counted more than once.`,
      hint: KNOWN,
    })
  }
  const lacking = missing(link, ['to-server', 'to-client'])
  if (lacking) t.inconclusive(`the network ${lacking}.`)
}

export const spoofed: Check = async t => {
  const amount = t.random.int(1, 1000)
  const [total, forged, stale] = t.random.shuffle([amount + 1000, amount + 2000, amount + 3000]) as [
    number,
    number,
    number,
  ]
  t.doing(
    'The checker asked your program to send a request. Before the true reply came one from a stranger, with the right id, and then one from the server to a request that was never sent.',
  )
  const server = await openDatagrams(t, 'server')
  const link = await openLink(t, server.port, { seed: 0 })
  const under = calling(
    request(t, { peer: `127.0.0.1:${link.port}`, amount, tries: 3, timeoutMs: SILENCE_MS }),
  )
  const came = await under.next(server)
  if (!came) {
    await Promise.race([under.call, pause(0)])
    return t.fail({
      op: 'request',
      expected: 'a request, sent to the address in `peer`.',
      got: under.returned() === undefined ? 'none.' : 'none, but the call has returned.',
      hint: 'is the datagram sent to host and port of `peer`?',
    })
  }
  const parsed = judgeRequest(t, came.bytes, amount)
  await link.spoofToClients(reply(parsed, forged))
  if (times(link, 'spoofed', 'to-client') === 0) t.inconclusive('the stranger could not send its reply.')
  await server.send(datagram(REPLY, t.random.bytes(8), stale), came.port)
  await server.send(reply(parsed, total), came.port)
  const got = await under.call
  if (got === total) return
  t.fail({
    op: 'request',
    expected: `the total ${number(total)}, which the server replied.`,
    got:
      got === forged
        ? `the total ${number(got)}, which came from another port than the request was sent to.`
        : got === stale
          ? `the total ${number(got)}, which was the reply to another id.`
          : `${got === null ? 'null' : `the total ${number(got)}`}.`,
    hint:
      got === forged
        ? 'do you look at where a reply comes from, address and port (rinfo)? Anybody can send to your port, and a stranger who knows or guesses the id can lie to you.'
        : got === stale
          ? 'do you look at the id of a reply? An old one may still be on its way.'
          : 'what is no reply to your request is ignored, and the waiting goes on.',
  })
}
