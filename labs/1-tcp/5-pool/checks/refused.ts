/** The server goes away: whoever asks then must hear of it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { openPool } from './pool.ts'

/** Some systems try for a second or two before they say that a connection is refused. */
const REFUSED_MS = 5_000

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
      'on "close", which also comes after a failed connect, do you fail each request that waits on the connection?',
      REFUSED_MS,
    )
  }
}
