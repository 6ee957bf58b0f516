/** A connection ends in the middle of a reply: who waits there is told, everyone else goes on, and the place is free again. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { encodeReply, openPool, type Arrival, type Asked, type Pool } from './pool.ts'

interface Request {
  asked: Asked
  arrival: Arrival
}

const TOLD =
  'on "close", does the connection leave the pool, and does each request that waits there end with an error? Nobody else will tell them.'
const PLACE =
  'does a connection that broke still count, or is it still used? Take it out of the pool on "close": that event comes after every kind of ending.'

export async function broken(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(2, 3)
  const pool = await openPool(t, { maxConnections })
  const ways = ['RST', 'FIN'] as const
  // More often than there are places: whoever leaks one each time has none left.
  const rounds = t.random.shuffle([...ways, ...ways])
  for (const [i, way] of rounds.entries()) {
    const start = `Round ${i + 1} of ${rounds.length}, with a pool of ${maxConnections} connections:`
    t.doing(
      `${start} the checker asked for ${maxConnections + 1} requests, and the server answered none yet.`,
    )
    const requests = await send(t, pool, maxConnections + 1)
    t.doing(
      `${start} ${maxConnections + 1} requests waited. The server sent half of a reply on one connection, then ${way}.`,
    )
    await breakLine(t, pool, requests, way)
  }
  t.doing(
    `In ${rounds.length} rounds, the server broke a connection in the middle of a reply. Then the checker asked for ${maxConnections} requests more.`,
  )
  await answer(t, pool, await send(t, pool, maxConnections))
}

async function send(t: CheckContext, pool: Pool, n: number): Promise<Request[]> {
  const requests: Request[] = []
  for (let i = 1; i <= n; i++) {
    const asked = pool.request()
    const arrival = await pool.arrival('that the request comes to the server.', PLACE, [asked])
    requests.push({ asked, arrival })
  }
  const lines = new Set(requests.map(({ arrival }) => arrival.line))
  if (lines.size === 1) {
    t.fail({
      op: 'request',
      expected: `that ${count(n, 'request')} at once come on more than one connection.`,
      got: 'all on one.',
      hint: PLACE,
    })
  }
  return requests
}

async function answer(t: CheckContext, pool: Pool, requests: readonly Request[]): Promise<void> {
  for (const { asked, arrival } of requests) {
    const bytes = t.random.bytes(t.random.int(1, 60))
    pool.reply(arrival, bytes)
    await pool.expectReply(
      asked,
      bytes,
      'one broken connection concerns only the requests that wait on it: do the others go on?',
    )
  }
}

async function breakLine(
  t: CheckContext,
  pool: Pool,
  requests: readonly Request[],
  way: 'RST' | 'FIN',
): Promise<void> {
  const victim = t.random.pick(requests).arrival
  const { line } = victim
  const reply = encodeReply(victim.id, t.random.bytes(t.random.int(20, 200)))
  await line.peer.write(reply.subarray(0, t.random.int(1, reply.length - 1)))
  // The half has reached the program: it is not only the connection that ends, but a reply.
  await pool.untilRead()
  line.over = true
  if (way === 'RST') line.peer.reset()
  else void line.peer.end()
  for (const { asked, arrival } of requests) {
    if (arrival.line !== line) continue
    await pool.expectError(
      asked,
      'that a request whose connection ended before its reply was complete ends with an error.',
      TOLD,
    )
  }
  await answer(
    t,
    pool,
    requests.filter(({ arrival }) => arrival.line !== line),
  )
}
