/** Idle connections: after a while, the pool must close them. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count } from '../../../check/kit/finding.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { crowd } from './crowd.ts'
import { openPool, type Arrival, type Asked, type Line, type Pool } from './pool.ts'

/** A timeout is certainly over after so many times its length; a program may look only now and then. */
const OVERDUE = 5

const BUSY =
  'is a connection idle while a request waits on it? Start its timer when the last reply has arrived, and stop the timer when the next request takes the connection.'

const IN_USE =
  'does each use of a connection stop its timer? The timer starts again when no request waits on the connection any longer.'

const REUSE = 'do you keep a connection after the reply, and use it first when no request waits on it?'

/** Requests on each connection while one of them must be closed: on one they are answered, so that a single timer never expires. */
const EACH = 2 * OVERDUE

export const idle = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    const pool = await openPool(t, { maxConnections: 3, idleMs: ms }, program)
    const limit = `With an idleMs of ${ms},`
    t.doing(`${limit} the checker called request.`)
    /** When the server last replied on a connection, performance.now(). */
    const used = new Map<Line, number>()
    const lastUsed = () => Math.max(0, ...used.values())
    // After so long a pause the program is right to close a connection, also when the pause is the machine's.
    const tooBusy = () => performance.now() - lastUsed() > ms / 2
    const before = await pool.roundTrip()
    used.set(before.line, before.repliedAt)

    // On a connection that was idle: its timer runs, and must stop.
    t.doing(`${limit} the checker called request again as soon as it had a reply.`)
    const slow = pool.request()
    const first = await pool.arrival([slow])
    if (first.line !== before.line) {
      if (tooBusy()) throw new TooBusy()
      t.fail({
        op: 'request',
        expected: 'the second request on the same connection, which had just become idle.',
        got: 'the second request on a new connection.',
        hint: REUSE,
      })
    }
    const waits = `${limit} the pool sent a request over a connection that had just become idle, and the server let it wait.`
    t.doing(`${waits} The checker called request ${3 * EACH} more times at once.`)
    const others = await crowd(pool, 3 * EACH)
    const lines = [...new Set(others.map(({ arrival }) => arrival.line))].filter(line => line !== first.line)
    const [done, fed] = lines as [Line, Line]
    if (lines.length < 2) {
      t.fail({
        op: 'request',
        expected: 'that they open two more connections, because the pool has room for three.',
        got: `they arrived on ${count(new Set(others.map(({ arrival }) => arrival.line)).size, 'connection')}.`,
        hint: 'is there a connection on which no request waits? If not, and the pool has room, open one.',
      })
    }
    const answer = async ({ asked, arrival }: Request) => {
      const bytes = t.random.bytes(20)
      used.set(arrival.line, performance.now())
      pool.reply(arrival, bytes)
      await pool.expectReply(asked, bytes, BUSY)
    }
    const on = (line: Line) => others.filter(({ arrival }) => arrival.line === line)
    t.doing(`${waits} It began to reply to all requests on ${done.peer.name}.`)
    for (const each of on(done)) await answer(each)

    // Replies on one connection do not keep another one open, and a request that waits keeps its own.
    const turns = on(fed)
    t.doing(
      `${waits} It replied to all requests on ${done.peer.name}, and from time to time to one on ${fed.peer.name}.`,
    )
    let feeding = true
    const feed = (async () => {
      for (let each; feeding && (each = turns.shift()); await pause(ms / 2)) await answer(each)
    })()
    try {
      await Promise.race([untilEvicted(t, pool, done, ms, used.get(done)!, OWN_TIMER), feed.then(forever)])
    } finally {
      feeding = false
    }
    await feed

    const stillOpen = async () => {
      await pool.untilRead()
      if (first.line.endedAt === undefined) return
      t.fail({
        op: 'request',
        expected: 'that a connection stays open while a request waits on it, however long.',
        got: 'your program closed it.',
        hint: BUSY,
      })
    }
    t.doing(`${waits} It has not replied yet, long after the ${ms} ms.`)
    await stillOpen()

    // A reply where others still wait. The other connection is idle from now on, and its end shows that the time is over.
    const [one, ...rest] = on(first.line)
    t.doing(
      `${waits} It replied to all requests on ${fed.peer.name}, and to one of several on ${first.line.peer.name}.`,
    )
    for (const each of one ? [one, ...turns] : turns) await answer(each)
    await pool.happens(fed.ended, 2 * ms)
    await stillOpen()

    t.doing(`${waits} It began to reply to all requests, long after the ${ms} ms.`)
    for (const each of [...rest, { asked: slow, arrival: first }]) await answer(each)

    const open = pool.lines.length
    t.doing(`${limit} the checker called request about every ${ms / 10} ms, while connections were open.`)
    for (const until = performance.now() + 2 * ms; performance.now() < until;) {
      await pause(ms / 10)
      const { line, repliedAt } = await pool.roundTrip(IN_USE).catch(error => {
        throw tooBusy() ? new TooBusy() : error
      })
      if (pool.lines.length > open) {
        if (tooBusy()) throw new TooBusy()
        t.fail({
          op: 'request',
          expected: 'that a connection that is used again and again stays open.',
          got: 'a request on a new connection, soon after the last reply.',
          hint: IN_USE,
        })
      }
      used.set(line, repliedAt)
    }
    t.doing(`${limit} the checker stopped calling request.`)
    for (const [line, since] of used) {
      if (pool.openLines().includes(line)) await untilEvicted(t, pool, line, ms, since, NO_TIMER)
    }
    t.doing(`${limit} the checker called request after your program had closed all idle connections.`)
    await pool.roundTrip('do you take a connection that you closed out of the pool?')
  })

interface Request {
  asked: Asked
  arrival: Arrival
}

const forever = () => new Promise<never>(() => {})

const NO_TIMER = 'does a timer start when the last reply on a connection has arrived?'
const OWN_TIMER = `${NO_TIMER} Each connection has a timer of its own: requests that wait on others, and replies there, do not stop it.`

async function untilEvicted(
  t: CheckContext,
  pool: Pool,
  line: Line,
  ms: number,
  since: number,
  hint: string,
): Promise<void> {
  const expected = `that your program closes a connection on which no request has waited for ${ms} ms (idleMs).`
  if (!(await pool.happens(line.ended, OVERDUE * ms))) {
    t.fail({
      op: 'request',
      expected,
      got: 'the connection is still open, long after that.',
      hint,
    })
  }
  const after = line.endedAt! - since
  if (after >= ms / 2) return
  t.fail({
    op: 'request',
    expected,
    got: `your program closed it after ${Math.round(after)} ms.`,
    hint: 'does the timer start with the last reply, and do you pass idleMs to it unchanged? It is in milliseconds.',
  })
}
