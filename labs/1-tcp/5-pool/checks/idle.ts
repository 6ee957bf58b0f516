/** Idle connections: the server may end them, and after a while the pool must. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count } from '../../../check/kit/finding.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { openPool, type Arrival, type Asked, type Line, type Pool } from './pool.ts'

/** A timeout is certainly over after so many times its length; a program may look only now and then. */
const OVERDUE = 5

/** Opens `n` connections, on which nothing waits when this returns. */
async function openIdle(t: CheckContext, pool: Pool, n: number, hint: string): Promise<void> {
  t.doing(
    n === 1
      ? 'The checker called request.'
      : `The checker called request ${n} times, each time when the previous request had arrived. Then the server replied to all of them.`,
  )
  const waiting: { asked: Asked; arrival: Arrival }[] = []
  for (let i = 0; i < n; i++) {
    const asked = pool.request()
    waiting.push({
      asked,
      arrival: await pool.arrival('that the request arrives at the server.', hint, [asked]),
    })
  }
  for (const { asked, arrival } of waiting) {
    const answer = t.random.bytes(20)
    pool.reply(arrival, answer)
    await pool.expectReply(asked, answer, hint)
  }
}

const DEAD =
  'is a connection that the server has ended still in the pool? Take it out on "end" or "close", and open another one for the next request.'

export async function serverCloses(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(2, 4)
  const pool = await openPool(t, { maxConnections })
  for (const n of [1, maxConnections, maxConnections]) {
    await openIdle(t, pool, n, DEAD)
    const closed = `The pool had ${count(n, 'idle connection')}, which the server ended (FIN).`
    t.doing(closed)
    const idle = pool.openLines()
    for (const line of idle) {
      line.over = true
      void line.peer.end()
    }
    // A program that closes its side has seen the FIN; one that does not has had the time to.
    await pool.happens(Promise.all(idle.map(line => line.ended)))
    await pool.untilRead()
    t.doing(`${closed} Then the checker called request.`)
    await pool.roundTrip(DEAD)
  }
}

const BUSY =
  'is a connection idle while a request waits on it? Start its timer when the last reply has arrived, and stop the timer when the next request takes the connection.'

const IN_USE =
  'does each use of a connection stop its timer? The timer starts again when no request waits on the connection any longer.'

const REUSE = 'do you keep a connection after the reply, and use it first when no request waits on it?'

export const idle = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    const pool = await openPool(t, { maxConnections: 2, idleMs: ms }, program)
    const limit = `With an idleMs of ${ms},`
    t.doing(`${limit} the checker called request.`)
    let used = 0
    // After so long a pause the program is right to close a connection, also when the pause is the machine's.
    const tooBusy = () => performance.now() - used > ms / 2
    const before = await pool.roundTrip(SENT)
    used = before.repliedAt

    // On a connection that was idle: its timer runs, and must stop.
    t.doing(`${limit} the checker called request again as soon as it had a reply.`)
    const slow = pool.request()
    const first = await pool.arrival('that the second request arrives at the server.', SENT, [slow])
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
    t.doing(`${waits} Meanwhile, it replied to another request.`)
    const quick = pool.request()
    const second = await pool.arrival('that the other request arrives at the server.', SENT, [quick])
    if (second.line === first.line) {
      t.fail({
        op: 'request',
        expected: 'a second connection for the other request, while the first one waits.',
        got: 'both requests on one connection.',
        hint: 'is there a connection on which no request waits? If not, and the pool has room, open one.',
      })
    }
    const answer = t.random.bytes(20)
    const answered = performance.now()
    pool.reply(second, answer)
    await pool.expectReply(quick, answer, SENT)
    await untilEvicted(t, pool, second.line, ms, answered)

    t.doing(`${waits} It has not replied yet, long after the ${ms} ms.`)
    await pool.untilRead()
    if (first.line.endedAt !== undefined) {
      t.fail({
        op: 'request',
        expected: 'that a connection stays open while a request waits on it, however long.',
        got: 'your program closed it.',
        hint: BUSY,
      })
    }
    const late = t.random.bytes(20)
    used = performance.now()
    pool.reply(first, late)
    await pool.expectReply(slow, late, BUSY)

    t.doing(`${limit} the checker called request about every ${ms / 10} ms, while a connection was open.`)
    for (const until = used + 2 * ms; performance.now() < until;) {
      await pause(ms / 10)
      const { line, repliedAt } = await pool.roundTrip(IN_USE).catch(error => {
        throw tooBusy() ? new TooBusy() : error
      })
      if (line !== first.line) {
        if (tooBusy()) throw new TooBusy()
        t.fail({
          op: 'request',
          expected: 'that a connection that is used again and again stays open.',
          got: 'a request on a new connection, soon after the last reply.',
          hint: IN_USE,
        })
      }
      used = repliedAt
    }
    t.doing(`${limit} the checker stopped calling request.`)
    await untilEvicted(t, pool, first.line, ms, used)
    t.doing(`${limit} the checker called request after your program had closed all idle connections.`)
    await pool.roundTrip('do you take a connection that you closed out of the pool?')
  })

const SENT = 'do you send each request at once?'

async function untilEvicted(
  t: CheckContext,
  pool: Pool,
  line: Line,
  ms: number,
  since: number,
): Promise<void> {
  const expected = `that your program closes a connection on which no request has waited for ${ms} ms (idleMs).`
  if (!(await pool.happens(line.ended, OVERDUE * ms))) {
    t.fail({
      op: 'request',
      expected,
      got: 'the connection is still open, long after that.',
      hint: 'does a timer start when the last reply on a connection has arrived?',
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
