/** The checks of exercise 1.5: a client pool that shares few connections among many requests. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { loopbackCapacity } from '../../../check/kit/capacity.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count } from '../../../check/kit/finding.ts'
import { broken } from './broken.ts'
import { crowd } from './crowd.ts'
import { idle } from './idle.ts'
import { openPool } from './pool.ts'
import { refused } from './refused.ts'
import { serverCloses } from './server-closes.ts'
import { cap, spreads } from './spreads.ts'
import { PIECES, STRAY } from './symptoms.ts'

async function request(t: CheckContext): Promise<void> {
  const pool = await openPool(t, { maxConnections: 1 })
  const large = () => t.random.int(70_000, 100_000)
  // What opens the connection is long enough to tell it from a stranger's.
  const sizes = [t.random.int(12, 60), ...t.random.shuffle([0, large()])]
  const replies = t.random.shuffle([0, t.random.int(1, 50), large()])
  for (const [i, length] of sizes.entries()) {
    const called = `The checker called request with ${count(length, 'byte')}.`
    t.doing(called)
    const asked = pool.request(t.random.bytes(length))
    const arrival = await pool.arrival([asked])
    const answer = t.random.bytes(replies[i]!)
    t.doing(`${called} The server sent a reply of ${count(answer.length, 'byte')} in up to four pieces.`)
    pool.reply(arrival, answer, 4)
    await pool.expectReply(asked, answer, PIECES)
  }

  // More than the system takes while the server reads nothing: the program has to write some of them in pieces, and none into another.
  const n = Math.ceil((((await loopbackCapacity()) ?? 0) + SPARE) / LARGE)
  const sent = `With a pool of one connection, the checker called request ${n} times at once, each time with ${count(LARGE, 'byte')}, while the server read nothing.`
  t.doing(`${sent} Then it read.`)
  const { peer } = pool.lines[0]!
  peer.pause()
  const crowded = crowd(pool, n, () => t.random.bytes(LARGE))
  crowded.catch(() => {})
  // A program may write in the thread that reads its commands: then it says nothing before the server reads.
  await Promise.race([pool.untilRead(), pause(ASKED_MS)])
  peer.resume()
  const found = await crowded
  t.doing(`${sent} When all requests had arrived, it began to reply.`)
  for (const { asked, arrival } of found) {
    const answer = t.random.bytes(20)
    pool.reply(arrival, answer)
    await pool.expectReply(asked, answer, PIECES)
  }
}

/** Bytes of each of several large requests, and bytes of them that the system does not take. */
const LARGE = 400_000
const SPARE = 1_500_000
/** So long the server waits for a program that is busy with writing. */
const ASKED_MS = 500

async function reuse(t: CheckContext): Promise<void> {
  const pool = await openPool(t, { maxConnections: 4 })
  // What open connects has arrived after that.
  await pool.untilRead()
  const opened = performance.now()
  for (let i = 0; i < 20; i++) {
    t.doing(
      i === 0
        ? 'The checker called request.'
        : `The checker called request ${i + 1} times, each time when the previous reply had arrived.`,
    )
    const { line } = await pool.roundTrip()
    if (line.peer.since < opened) {
      t.fail({
        did: 'The checker called open and waited. Then it called request.',
        op: 'open',
        expected: 'that open only remembers its arguments, and the first request opens the first connection.',
        got: 'a connection before the first request.',
        hint: EARLY,
      })
    }
    if (pool.lines.length === 1) continue
    t.fail({
      op: 'request',
      expected: 'all requests on one connection, because it was free each time.',
      got: `request ${i + 1} on a second connection.`,
      hint: 'do you keep a connection after the reply, and use it first when no request waits on it?',
    })
  }
  // What says nothing may be a stranger's. A connection that was there before is the program's if it carries a request now.
  const before = performance.now()
  t.doing(
    'The checker called request 20 times, each time when the previous reply had arrived, then 4 times at once.',
  )
  const found = await crowd(pool, 4)
  const early = pool.lines.slice(1).filter(({ peer }) => peer.since < before).length
  if (early > 0) {
    t.fail({
      op: 'request',
      expected:
        'one connection for the requests that came one after another, and more only for those at once.',
      got: `${count(early, 'connection')} more, from before those.`,
      hint: EARLY,
    })
  }
  for (const { asked, arrival } of found) {
    const answer = t.random.bytes(20)
    pool.reply(arrival, answer)
    await pool.expectReply(asked, answer, PIECES)
  }
}

const EARLY =
  'do you open connections before a request needs them? A connection that nobody uses costs both sides something.'

async function outOfOrder(t: CheckContext): Promise<void> {
  const n = 30
  const pool = await openPool(t, { maxConnections: 2 })
  const called = `With a pool of 2 connections, the checker called request ${n} times at once.`
  t.doing(called)
  const found = t.random.shuffle(await crowd(pool, n))
  t.doing(`${called} When all requests had arrived, the server began to reply to them in random order.`)
  const answers = found.map(({ asked, arrival }) => ({
    asked,
    arrival,
    answer: t.random.bytes(t.random.int(0, 80)),
  }))
  // In pieces, of both connections in turn: half of a reply on one is followed by pieces on the other.
  const streams = pool.lines.map(({ peer }) => {
    const frames = answers
      .filter(({ arrival }) => arrival.line.peer === peer)
      .map(({ arrival, answer }) => pool.replyFrame(arrival, answer))
    return { peer, pieces: t.random.cut(Buffer.concat(frames), 5) }
  })
  for (let i = 0; streams.some(({ pieces }) => i < pieces.length); i++) {
    for (const { peer, pieces } of streams) {
      if (pieces[i]) void peer.write(pieces[i]!)
      // On a busy machine, a pause would let the program find all of one connection at once.
      await pool.untilRead()
    }
  }
  for (const { asked, answer } of answers) {
    await pool.expectReply(
      asked,
      answer,
      'do you find all replies? One piece can hold several, or half of one, and each connection has its own decoder.',
    )
  }
}

async function stray(t: CheckContext): Promise<void> {
  const pool = await openPool(t, { maxConnections: 1 })
  const called = 'With a pool of one connection, the checker called request three times at once.'
  t.doing(called)
  const found = t.random.shuffle(await crowd(pool, 3))
  const ids = new Set(found.map(({ arrival }) => arrival.id))
  const line = pool.lines[0]!
  const nobodys = () => {
    for (;;) {
      const id = t.random.int(0, 2 ** 32 - 1)
      if (!ids.has(id)) return id
    }
  }
  for (const [i, { asked, arrival }] of found.entries()) {
    const answer = t.random.bytes(t.random.int(1, 50))
    pool.stray(line, nobodys(), t.random.bytes(20))
    pool.reply(arrival, answer)
    pool.stray(line, arrival.id, t.random.bytes(20))
    t.doing(
      `${called} The server sent a reply with an unknown id, the reply to ${i === 0 ? 'one of them' : `${i + 1} of them, one after another`}, and each of these replies twice.`,
    )
    await pool.expectReply(asked, answer, STRAY)
  }
  // The last of them too: a program may give a number again as soon as nothing waits under it.
  await pool.untilRead()
  t.doing(
    `${called} The server sent replies with unknown ids, and each reply twice. Then the checker called request.`,
  )
  await pool.roundTrip(STRAY)
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
