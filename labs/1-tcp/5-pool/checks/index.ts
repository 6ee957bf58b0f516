/** The checks of exercise 1.5: a client pool that shares few connections among many requests. */
import net from 'node:net'
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { HOST } from '../../shared/listening.ts'
import exercise from '../exercise.ts'
import { broken } from './broken.ts'
import { idle, serverCloses } from './idle.ts'
import { encodeReply, NEVER_MS, openPool, type Arrival, type Asked, type Pool } from './pool.ts'

const SENT = 'is each request sent at once, as a frame with the id and the bytes?'

async function request(t: CheckContext): Promise<void> {
  t.doing('The checker started a server and asked your program for three requests, one after another.')
  const pool = await openPool(t, { maxConnections: 4 })
  for (const length of t.random.shuffle([0, t.random.int(1, 50), t.random.int(70_000, 100_000)])) {
    const asked = pool.request()
    const arrival = await pool.arrival('that the request comes to the server.', SENT, [asked])
    const answer = t.random.bytes(length)
    t.doing(
      `The checker asked your program for a request, and answered it with ${count(length, 'byte')} in up to four pieces.`,
    )
    pool.reply(arrival, answer, 4)
    await pool.expectReply(
      asked,
      answer,
      'is the reply put together again (exercise 1.2), and are the bytes after its id returned?',
    )
  }
}

async function reuse(t: CheckContext): Promise<void> {
  t.doing('The checker asked your program for 20 requests, each when the one before was answered.')
  const pool = await openPool(t, { maxConnections: 4 })
  for (let i = 0; i < 20; i++) {
    await pool.roundTrip(SENT)
    if (pool.lines.length === 1) continue
    t.fail({
      op: 'request',
      expected: 'one connection for all of them: none of them had to wait.',
      got: `request ${i + 1} came on a second connection.`,
      hint: 'is a connection kept after the reply, and taken first when nothing waits on it?',
    })
  }
}

/** Asks for `n` requests at once and returns them with what came of them; none is answered yet. */
async function crowd(pool: Pool, n: number, hint: string): Promise<{ asked: Asked; arrival: Arrival }[]> {
  const all = Array.from({ length: n }, () => pool.request())
  const found: { asked: Asked; arrival: Arrival }[] = []
  for (let i = 0; i < n; i++) {
    const expected = `that all ${number(n)} requests come, although none of them is answered yet: the server had ${number(i)}.`
    const arrival = await pool.arrival(
      expected,
      hint,
      all.filter(({ bytes }) => !found.some(other => other.asked.bytes === bytes)),
    )
    found.push({ asked: all.find(({ bytes }) => bytes.equals(arrival.bytes))!, arrival })
  }
  return found
}

const NO_QUEUE =
  'does a request wait for the reply to another? Send it at once: when all connections are taken, on the one with the fewest requests.'

async function spreads(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(3, 5)
  const pool = await openPool(t, { maxConnections })
  const found: { asked: Asked; arrival: Arrival }[] = []
  for (let i = 1; i <= 2 * maxConnections; i++) {
    t.doing(
      `The checker asked for a pool of ${maxConnections} connections and for ${count(i, 'request')}, one by one, and the server answered none of them.`,
    )
    const asked = pool.request()
    const arrival = await pool.arrival(`that request ${i} comes at once.`, NO_QUEUE, [asked])
    found.push({ asked, arrival })
    const most = Math.max(...pool.lines.map(({ waiting }) => waiting.size))
    if (most === Math.ceil(i / maxConnections)) continue
    t.fail({
      op: 'request',
      expected: `at most ${count(Math.ceil(i / maxConnections), 'request')} on each connection.`,
      got: `${most} on one, with ${count(pool.lines.length, 'connection')}.`,
      hint: 'is there a connection on which nothing waits? If not, and there is room in the pool, open one; otherwise take the one with the fewest requests.',
    })
  }
  for (const { asked, arrival } of t.random.shuffle(found)) {
    const answer = t.random.bytes(10)
    pool.reply(arrival, answer)
    await pool.expectReply(asked, answer, 'does each connection have its own decoder?')
  }
}

async function outOfOrder(t: CheckContext): Promise<void> {
  const n = 30
  t.doing(
    `The checker asked for a pool of 2 connections and for ${n} requests at once. When the server had all, it answered them in random order.`,
  )
  const pool = await openPool(t, { maxConnections: 2 })
  const found = t.random.shuffle(await crowd(pool, n, NO_QUEUE))
  const answers = found.map(({ asked, arrival }) => ({
    asked,
    arrival,
    answer: t.random.bytes(t.random.int(0, 80)),
  }))
  for (const { peer } of pool.lines) {
    const stream = answers
      .filter(({ arrival }) => arrival.line.peer === peer)
      .map(({ arrival, answer }) => encodeReply(arrival.id, answer))
    for (const piece of t.random.cut(Buffer.concat(stream), 5)) {
      void peer.write(piece)
      await pause(2)
    }
  }
  for (const { asked, answer } of answers) {
    await pool.expectReply(
      asked,
      answer,
      'is the request found by the id of the reply? A server answers what is ready first: the first reply need not belong to the first request. And one piece may hold several replies, or half of one.',
    )
  }
}

async function stray(t: CheckContext): Promise<void> {
  t.doing(
    'The checker asked for a pool of one connection and for three requests. The server sent replies with ids that nobody waits for, and one reply twice, between the right ones.',
  )
  const pool = await openPool(t, { maxConnections: 1 })
  const hint =
    'what happens when nothing waits under the id of a reply? Ignore it: it may be late, or sent twice.'
  const found = t.random.shuffle(await crowd(pool, 3, NO_QUEUE))
  const ids = new Set(found.map(({ arrival }) => arrival.id))
  const { peer } = pool.lines[0]!
  const nobodys = () => {
    for (;;) {
      const id = t.random.int(0, 2 ** 32 - 1)
      if (!ids.has(id)) return id
    }
  }
  for (const { asked, arrival } of found) {
    const answer = t.random.bytes(t.random.int(1, 50))
    void peer.write(encodeReply(nobodys(), t.random.bytes(20)))
    pool.reply(arrival, answer)
    void peer.write(encodeReply(arrival.id, t.random.bytes(20)))
    await pool.expectReply(asked, answer, hint)
  }
  // The last of them too: a program may give a number again as soon as nothing waits under it.
  await pool.untilRead()
  await pool.roundTrip(hint)
}

async function cap(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(3, 6)
  const n = 200
  t.doing(
    `The checker asked for a pool of ${maxConnections} connections and for ${n} requests at once. When the server had all, it answered them in random order; then all that once more.`,
  )
  const pool = await openPool(t, { maxConnections })
  for (let round = 0; round < 2; round++) {
    const found = await crowd(pool, n, NO_QUEUE)
    const answers = t.random
      .shuffle(found)
      .map(({ asked, arrival }) => ({ asked, arrival, answer: t.random.bytes(t.random.int(1, 40)) }))
    for (const { arrival, answer } of answers) pool.reply(arrival, answer)
    for (const { asked, answer } of answers) {
      await pool.expectReply(asked, answer, 'is the request found by the id of the reply?')
    }
  }
}

async function refused(t: CheckContext): Promise<void> {
  const peer = await deadAddress()
  t.doing(
    `The checker asked for a pool of 2 connections to ${peer}, where nobody listens, and for five requests.`,
  )
  await t.call(exercise.ops.open, { peer, maxConnections: 2, idleMs: 60_000 })
  for (let i = 1; i <= 5; i++) {
    const bytes = t.random.bytes(10)
    const answer = t.ask(exercise.ops.request, { bytes }, { ms: NEVER_MS })
    // Some systems try for a second or two before they say that a connection is refused.
    const known = await happens(answer, { ms: 5000, signOfLife: t.program.signOfLife })
    if (known && (await answer).error !== undefined) continue
    t.fail({
      op: 'request',
      expected: `that request ${i} ends with an error: the connection is refused.`,
      got: known ? 'a result.' : 'nothing: the request still waits.',
      hint: 'on "close", which comes after a failed connect too, does each request that waits there end with an error?',
    })
  }
}

/** An address on which something listened, and nothing does any more. */
async function deadAddress(): Promise<string> {
  const server = net.createServer()
  await new Promise<void>(resolve => server.listen(0, HOST, resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise(resolve => server.close(resolve))
  return `${HOST}:${port}`
}

export const checks: Checks = {
  request,
  reuse,
  spreads,
  'out-of-order': outOfOrder,
  stray,
  cap,
  broken,
  refused,
  'server-closes': serverCloses,
  idle,
}
