/** Connections that nobody uses: the server may end them, and after a while the pool must. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count } from '../../../check/kit/finding.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { openPool, type Arrival, type Asked, type Line, type Pool } from './pool.ts'

/** A time-out is certainly over after so many times its length; a program may look only now and then. */
const OVERDUE = 5

/** Opens `n` connections, on which nothing waits when this returns. */
async function openIdle(t: CheckContext, pool: Pool, n: number, hint: string): Promise<void> {
  const waiting: { asked: Asked; arrival: Arrival }[] = []
  for (let i = 0; i < n; i++) {
    const asked = pool.request()
    waiting.push({
      asked,
      arrival: await pool.arrival('that the request comes to the server.', hint, [asked]),
    })
  }
  for (const { asked, arrival } of waiting) {
    const answer = t.random.bytes(20)
    pool.reply(arrival, answer)
    await pool.expectReply(asked, answer, hint)
  }
}

const DEAD =
  'is a connection that the server has ended still in the pool? Take it out on "end" or "close", and open another for the next request.'

export async function serverCloses(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(2, 4)
  const pool = await openPool(t, { maxConnections })
  for (const n of [1, maxConnections, maxConnections]) {
    const doing = (then: string) =>
      t.doing(
        `The checker had ${count(n, 'request')} answered, so that ${count(n, 'connection')} of the pool had nothing to do. The server closed them (FIN).${then}`,
      )
    doing('')
    await openIdle(t, pool, n, DEAD)
    const idle = pool.openLines()
    for (const line of idle) {
      line.over = true
      void line.peer.end()
    }
    // A program that closes its side has seen the FIN; one that does not has had the time to.
    await pool.happens(Promise.all(idle.map(line => line.ended)))
    await pool.untilRead()
    doing(' Then the checker asked for a request.')
    await pool.roundTrip(DEAD)
  }
}

const BUSY =
  'is a connection idle while a request waits on it? Start the timer when the last reply has come, and stop it when the next request goes out.'

const IN_USE =
  'does each use of a connection stop its timer? It starts again when nothing waits there any more.'

export const idle = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    t.doing(
      `The checker asked for an idleMs of ${ms} and for two requests. The server answered the second, and let the first wait.`,
    )
    const pool = await openPool(t, { maxConnections: 2, idleMs: ms }, program)
    const hint = 'is each request sent at once?'
    const slow = pool.request()
    const first = await pool.arrival('that the request comes to the server.', hint, [slow])
    const quick = pool.request()
    const second = await pool.arrival('that the second request comes to the server.', hint, [quick])
    if (second.line === first.line) {
      t.fail({
        op: 'request',
        expected: 'a second connection for the second request, while the first one waits.',
        got: 'both on one.',
        hint: 'is there a connection on which nothing waits? If not, and there is room in the pool, open one.',
      })
    }
    const answer = t.random.bytes(20)
    const answered = performance.now()
    pool.reply(second, answer)
    await pool.expectReply(quick, answer, hint)
    await untilEvicted(t, pool, second.line, ms, answered)

    t.doing(
      `The checker asked for an idleMs of ${ms} and for a request that the server answered only long after that.`,
    )
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
    let used = performance.now()
    pool.reply(first, late)
    await pool.expectReply(slow, late, BUSY)

    t.doing(
      `The checker asked for an idleMs of ${ms} and, on a connection that was open, for a request about every ${ms / 10} ms.`,
    )
    for (const until = used + 2 * ms; performance.now() < until;) {
      await pause(ms / 10)
      // After so long a pause the program is right to close it, also when the pause is the machine's.
      const tooBusy = () => performance.now() - used > ms / 2
      const { line, repliedAt } = await pool.roundTrip(IN_USE).catch(error => {
        throw tooBusy() ? new TooBusy() : error
      })
      if (line !== first.line) {
        if (tooBusy()) throw new TooBusy()
        t.fail({
          op: 'request',
          expected: 'that a connection which is used again and again stays open.',
          got: 'a request soon after the last reply came on a new one.',
          hint: IN_USE,
        })
      }
      used = repliedAt
    }
    t.doing(`The checker asked for an idleMs of ${ms}; no request went out any more, then one.`)
    await untilEvicted(t, pool, first.line, ms, used)
    await pool.roundTrip('is a connection that you closed out of the pool?')
  })

async function untilEvicted(
  t: CheckContext,
  pool: Pool,
  line: Line,
  ms: number,
  since: number,
): Promise<void> {
  const expected = `that a connection on which nothing waits is closed after ${ms} ms (idleMs).`
  if (!(await pool.happens(line.ended, OVERDUE * ms))) {
    t.fail({
      op: 'request',
      expected,
      got: 'it is still open, long after that.',
      hint: 'does a timer start when the last reply on a connection has come?',
    })
  }
  const after = line.endedAt! - since
  if (after >= ms / 2) return
  t.fail({
    op: 'request',
    expected,
    got: `it was closed after ${Math.round(after)} ms.`,
    hint: 'does the timer run since the last reply, with the milliseconds of idleMs?',
  })
}
