/** Idle connections that the server ends: the pool must not use them any more. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import { openPool, type Arrival, type Asked, type Pool } from './pool.ts'

/** Opens `n` connections, on which nothing waits when this returns. */
async function openIdle(t: CheckContext, pool: Pool, n: number, hint: string | undefined): Promise<void> {
  const waiting: { asked: Asked; arrival: Arrival }[] = []
  const called = (n: number) =>
    `The checker called request${n === 1 ? '' : ` ${n} times, each time when the previous request had arrived`}.`
  for (let i = 1; i <= n; i++) {
    t.doing(called(i))
    const asked = pool.request()
    waiting.push({ asked, arrival: await pool.arrival([asked], hint) })
  }
  t.doing(`${called(n)} The server began to reply.`)
  for (const { asked, arrival } of waiting) {
    const answer = t.random.bytes(20)
    pool.reply(arrival, answer)
    await pool.expectReply(asked, answer, hint)
  }
}

const DEAD = `is a connection that the server has ended still in the pool? Take it out${inNode(' on "end" or "close"')}, and open another one for the next request.`

export async function serverCloses(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(2, 4)
  const pool = await openPool(t, { maxConnections })
  for (const [i, n] of [1, maxConnections, maxConnections].entries()) {
    await openIdle(t, pool, n, i === 0 ? undefined : DEAD)
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
