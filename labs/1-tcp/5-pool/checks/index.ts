/** The checks of exercise 1.5: a client pool that shares few connections among many requests. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import exercise from '../exercise.ts'
import { broken } from './broken.ts'
import { idle, serverCloses } from './idle.ts'
import { encodeReply, NEVER_MS, openPool, type Arrival, type Asked, type Pool } from './pool.ts'

const SENT = 'do you send each request at once, as a frame with the id and the bytes?'

async function request(t: CheckContext): Promise<void> {
  const pool = await openPool(t, { maxConnections: 4 })
  for (const length of t.random.shuffle([0, t.random.int(1, 50), t.random.int(70_000, 100_000)])) {
    t.doing('The checker called request.')
    const asked = pool.request()
    const arrival = await pool.arrival('that the request arrives at the server.', SENT, [asked])
    const answer = t.random.bytes(length)
    t.doing(
      `The checker called request. The server sent a reply of ${count(length, 'byte')} in up to four pieces.`,
    )
    pool.reply(arrival, answer, 4)
    await pool.expectReply(
      asked,
      answer,
      'do you put the pieces of the reply together (exercise 1.2), and return the bytes after its id?',
    )
  }
}

async function reuse(t: CheckContext): Promise<void> {
  const pool = await openPool(t, { maxConnections: 4 })
  for (let i = 0; i < 20; i++) {
    t.doing(
      i === 0
        ? 'The checker called request.'
        : `The checker called request ${i + 1} times, each time when the previous reply had arrived.`,
    )
    await pool.roundTrip(SENT)
    if (pool.lines.length === 1) continue
    t.fail({
      op: 'request',
      expected: 'all requests on one connection, because it was free each time.',
      got: `request ${i + 1} on a second connection.`,
      hint: 'do you keep a connection after the reply, and use it first when no request waits on it?',
    })
  }
}

/** Asks for `n` requests at once and returns them with how they arrived; none is answered yet. */
async function crowd(pool: Pool, n: number, hint: string): Promise<{ asked: Asked; arrival: Arrival }[]> {
  const all = Array.from({ length: n }, () => pool.request())
  const found: { asked: Asked; arrival: Arrival }[] = []
  for (let i = 0; i < n; i++) {
    const expected = `that all ${number(n)} requests arrive at the server, although it has answered none of them. So far, ${number(i)} have.`
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
  'does a request wait for the reply to another? Send it at once. If requests wait on all connections, use the one with the fewest.'

async function spreads(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(3, 5)
  const pool = await openPool(t, { maxConnections })
  const found: { asked: Asked; arrival: Arrival }[] = []
  for (let i = 1; i <= 2 * maxConnections; i++) {
    t.doing(
      `With a pool of ${maxConnections} connections, the checker called request ${i === 1 ? 'once' : `${i} times, each time when the previous request had arrived`}. The server has sent no reply.`,
    )
    const asked = pool.request()
    const arrival = await pool.arrival(`that request ${i} arrives at once.`, NO_QUEUE, [asked])
    found.push({ asked, arrival })
    const most = Math.max(...pool.lines.map(({ waiting }) => waiting.size))
    if (most === Math.ceil(i / maxConnections)) continue
    t.fail({
      op: 'request',
      expected: `at most ${count(Math.ceil(i / maxConnections), 'request')} on each connection.`,
      got: `${most} on one of ${count(pool.lines.length, 'connection')}.`,
      hint: 'is there a connection on which no request waits? If not, and the pool has room, open one. Otherwise, use the connection with the fewest requests.',
    })
  }
  t.doing(
    `With a pool of ${maxConnections} connections, the checker called request ${found.length} times. Then the server replied to the requests, in random order.`,
  )
  for (const { asked, arrival } of t.random.shuffle(found)) {
    const answer = t.random.bytes(10)
    pool.reply(arrival, answer)
    await pool.expectReply(asked, answer, 'does each connection have its own decoder?')
  }
}

async function outOfOrder(t: CheckContext): Promise<void> {
  const n = 30
  const pool = await openPool(t, { maxConnections: 2 })
  const called = `With a pool of 2 connections, the checker called request ${n} times at once.`
  t.doing(called)
  const found = t.random.shuffle(await crowd(pool, n, NO_QUEUE))
  t.doing(`${called} When all requests had arrived, the server replied to them in random order.`)
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
      'do you find the request by the id of the reply? The first reply need not belong to the first request, because the server sends each reply when it is ready. And one piece can hold several replies, or half of one.',
    )
  }
}

async function stray(t: CheckContext): Promise<void> {
  const pool = await openPool(t, { maxConnections: 1 })
  const hint =
    'what happens when no request waits under the id of a reply? Ignore the reply: it can be late, or a copy.'
  const called = 'With a pool of one connection, the checker called request three times at once.'
  t.doing(called)
  const found = t.random.shuffle(await crowd(pool, 3, NO_QUEUE))
  t.doing(
    `${called} Between the replies to them, the server sent replies with unknown ids, and each reply twice.`,
  )
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
  const pool = await openPool(t, { maxConnections })
  for (const round of ['', ' a second time']) {
    const called = `With a pool of ${maxConnections} connections, the checker called request ${n} times at once${round}.`
    t.doing(called)
    const found = await crowd(pool, n, NO_QUEUE)
    const answers = t.random
      .shuffle(found)
      .map(({ asked, arrival }) => ({ asked, arrival, answer: t.random.bytes(t.random.int(1, 40)) }))
    t.doing(`${called} When all requests had arrived, the server replied to them in random order.`)
    for (const { arrival, answer } of answers) pool.reply(arrival, answer)
    for (const { asked, answer } of answers) {
      await pool.expectReply(asked, answer, 'do you find the request by the id of the reply?')
    }
  }
}

async function refused(t: CheckContext): Promise<void> {
  const peer = await t.sockets.deadAddress()
  const opened = `The checker called open for a pool of 2 connections to ${peer}, where no server listens.`
  t.doing(opened)
  await t.call(exercise.ops.open, { peer, maxConnections: 2, idleMs: 60_000 })
  for (let i = 1; i <= 5; i++) {
    t.doing(`${opened} Then it called request, for the ${ORDINALS[i - 1]} time.`)
    const bytes = t.random.bytes(10)
    const answer = t.ask(exercise.ops.request, { bytes }, { ms: NEVER_MS })
    // Some systems try for a second or two before they say that a connection is refused.
    const known = await happens(answer, { ms: 5000, signOfLife: t.program.signOfLife })
    if (known && (await answer).error !== undefined) continue
    t.fail({
      op: 'request',
      expected: 'that the request fails, because the connection is refused.',
      got: known ? 'a result.' : 'nothing: the request is still waiting.',
      hint: 'on "close", which also comes after a failed connect, do you fail each request that waits on the connection?',
    })
  }
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth']

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
