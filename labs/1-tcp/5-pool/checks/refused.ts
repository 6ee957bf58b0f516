/** The server goes away: whoever asks then must hear of it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { openPool } from './pool.ts'

/** Some systems try for a second or two before they say that a connection is refused. */
const REFUSED_MS = 5_000

const PLACE =
  'do you still count a connection that was refused? It counts only until it ends, even if it was never established.'

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth']

export async function refused(t: CheckContext): Promise<void> {
  const pool = await openPool(t, { maxConnections: 2 })
  t.doing('The checker called request.')
  await pool.roundTrip()
  const gone = 'The server replied to a request. Then it stopped listening and ended the connection (FIN).'
  await pool.stopListening()
  t.doing(gone)
  const lines = pool.openLines()
  for (const line of lines) {
    line.over = true
    void line.peer.end()
  }
  await pool.happens(Promise.all(lines.map(line => line.ended)))
  await pool.untilRead()
  for (const ordinal of ORDINALS) {
    t.doing(`${gone} The checker called request, for the ${ordinal} time since then.`)
    await pool.expectError(
      pool.request(),
      'that the request fails, because the connection is refused.',
      `when you cannot connect${inNode(' ("close" comes then, too)')}, do you fail each request that waits on the connection?`,
      REFUSED_MS,
    )
  }
  if (!(await pool.listenAgain())) return
  const back = `${gone} ${ORDINALS.length} requests failed. Then the server listened again, and the checker called request`
  t.doing(`${back}.`)
  const first = await pool.arrival([pool.request()], PLACE)
  t.doing(`${back} twice. The server has not replied to either request.`)
  const second = await pool.arrival([pool.request()], PLACE)
  if (first.line !== second.line) return
  t.fail({
    op: 'request',
    expected: 'that the second request opens a second connection, because the pool has room for two.',
    got: 'both requests on one connection.',
    hint: PLACE,
  })
}
