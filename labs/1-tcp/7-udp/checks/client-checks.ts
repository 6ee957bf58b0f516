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

/** How long a call that ends well may take. */
const CALL_MS = 30_000

const KNOWN =
  'does every try send the same bytes, with the same id? The server recognizes the request by its id, and adds the amount only once.'

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
        ? `do you write the amount, ${number(amount!)}, as a u32, big-endian, at offset 9?`
        : 'does each datagram contain exactly one request, and nothing else?',
  })
}

const reply = ({ id }: Parsed, total: number): Buffer => datagram(REPLY, Buffer.from(id, 'hex'), total)

/** A call in progress: a check that waits for something else meanwhile hears when it fails. */
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
    'The checker called request, over a network that loses the first two datagrams, and then the first two replies.',
  )
  const server = await openDatagrams(t, 'server', () => true)
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
    expected: `that your program sends its request again until a reply arrives (at most 200 tries), and returns the total ${number(total)}.`,
    got: `${got === null ? 'null' : `the total ${number(got)}`}, after ${count(sent, 'datagram')}.`,
    hint: 'do you send the request again when timeoutMs have passed without a reply? On UDP, nothing else does that for you.',
  })
}

/** So often the check is made again with twice the time, before it is inconclusive: at most 960 ms for each try. */
const DOUBLED = 4

export const givesUp: Check = async t => {
  const tries = t.random.int(4, 6)
  const amount = t.random.int(1, 100_000)
  let timeoutMs = t.random.int(40, 60)
  for (let i = 0; i <= DOUBLED; i++, timeoutMs *= 2) {
    const gaps = await giveUp(t, { tries, amount, timeoutMs })
    // On a busy machine, a program that does not wait looks as if it did. But then one of the gaps is short.
    if (gaps.every(gap => gap > timeoutMs / 2)) return
  }
  t.inconclusive('this machine is so busy that it is unclear how long your program waited after each try.')
}

/**
 * Fails when the program does not give up as it should. Returns the milliseconds from each datagram to the next, and from the last one to
 * the end of the call, as they were seen here.
 */
async function giveUp(
  t: CheckContext,
  { tries, amount, timeoutMs }: { tries: number; amount: number; timeoutMs: number },
): Promise<number[]> {
  t.doing(
    `The checker called request, with ${tries} tries of ${timeoutMs} ms, for a server that never replies.`,
  )
  const server = await openDatagrams(t, 'server', () => true)
  const tooMany = Promise.withResolvers<'too many'>()
  const enough = Promise.withResolvers<void>()
  const seen: Buffer[] = []
  const arrivals: number[] = []
  server.serve(({ bytes }) => {
    seen.push(bytes)
    arrivals.push(performance.now())
    if (seen.length === tries) enough.resolve()
    if (seen.length > tries) tooMany.resolve('too many')
  })
  const expected = `${tries} datagrams, a wait of ${timeoutMs} ms after each of them, and then the total null.`
  const judgeMany = () =>
    t.fail({
      op: 'request',
      expected,
      got: `at least ${count(seen.length, 'datagram')}.`,
      hint: 'do you count the tries? A server that is gone must not keep you sending forever, and 3 tries mean 3 datagrams in all.',
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
      got: `the total ${number(got)}, which no server sent.`,
      hint: 'do you return null as the total when no reply arrived?',
    })
  }
  const few = () =>
    new CheckFailure({
      op: 'request',
      expected,
      got: `null after ${count(seen.length, 'datagram')}.`,
      hint: 'do you send the request again after each timeoutMs, until all tries are used up?',
    })
  await within(enough.promise, 1_000, few)
  for (const bytes of seen) judgeRequest(t, bytes, amount)
  if (waited < (tries - 0.5) * timeoutMs) {
    t.fail({
      op: 'request',
      expected,
      got: `null after only ${Math.round(waited)} ms.`,
      hint: 'does each try, even the last one, wait timeoutMs for its reply?',
    })
  }
  // What it still sends now, it sends behind the back of its caller.
  await pause(4 * timeoutMs)
  if (seen.length > tries) judgeMany()
  return arrivals.map((at, i) => (arrivals[i + 1] ?? called + waited) - at)
}

const CALLS = 12
const MOST_ROUNDS = 25

export const reordered: Check = async t => {
  t.doing(
    `The checker called request ${CALLS} times at once, round after round, over a network that loses, duplicates and reorders datagrams in both directions.`,
  )
  const server = await openDatagrams(t, 'server', () => true)
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
              : `the total ${number(due)}, the server's reply to the amount ${number(asked)}.`,
          got:
            got === null
              ? 'null.'
              : `the total ${number(got)}${others === undefined ? '' : `, the server's reply to the amount ${number(others)}`}.`,
          hint:
            got === null
              ? 'does each request wait for its own reply, and use all of its tries?'
              : 'do you assign the first reply to the first request? Replies arrive in any order, some of them twice: the id of a reply tells you which request it belongs to.',
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
  t.doing('The checker called request.')
  const server = await openDatagrams(t, 'server', () => true)
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
      got: under.returned() === undefined ? 'no datagram.' : 'no datagram, although the call has returned.',
      hint: 'do you send the datagram to the host and port in `peer`?',
    })
  }
  const parsed = judgeRequest(t, came.bytes, amount)
  t.doing(
    'The checker called request. Before the true reply, two others arrived: one from a stranger, with the right id, and one from the server, with the id of another request.',
  )
  await link.spoofToClients(reply(parsed, forged))
  if (times(link, 'spoofed', 'to-client') === 0) t.inconclusive('the stranger could not send its reply.')
  await server.send(datagram(REPLY, t.random.bytes(8), stale), came.port)
  await server.send(reply(parsed, total), came.port)
  const got = await under.call
  if (got === total) return
  t.fail({
    op: 'request',
    expected: `the total ${number(total)}, the server's reply.`,
    got:
      got === forged
        ? `the total ${number(got)}, from a port to which your program did not send the request.`
        : got === stale
          ? `the total ${number(got)}, the reply to another id.`
          : `${got === null ? 'null' : `the total ${number(got)}`}.`,
    hint:
      got === forged
        ? 'do you check where a reply comes from, both address and port (in Node, rinfo)? Anyone can send to your port, and a stranger who knows or guesses the id can lie to you.'
        : got === stale
          ? 'do you check the id of a reply? An old reply can still be on its way.'
          : 'do you ignore datagrams that are not the reply to your request, and continue to wait?',
  })
}
