/** A connection ends in the middle of a reply: the requests that wait there fail, all others go on, and the place is free again. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import { encodeReply, openPool, type Arrival, type Asked, type Pool } from './pool.ts'

interface Request {
  asked: Asked
  arrival: Arrival
}

const TOLD = `when a connection ends${inNode(' ("close")')}, do you take it out of the pool, and fail each request that waits on it? Nothing else will end them.`
const PLACE = `do you still count or use a connection that broke? Take it out of the pool ${inNode('on "close", which comes after every kind of ending', 'after every kind of ending')}.`

export async function broken(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(2, 3)
  const pool = await openPool(t, { maxConnections })
  const ways = ['RST', 'FIN'] as const
  // More often than there are places: a program that leaks one each time has none left.
  const rounds = t.random.shuffle([...ways, ...ways])
  for (const [i, way] of rounds.entries()) {
    const start = `In round ${i + 1} of ${rounds.length}, with a pool of ${maxConnections} connections,`
    const requests = await send(t, pool, maxConnections + 1, start, i === 0 ? undefined : PLACE)
    await breakLine(t, pool, requests, way, `${start} ${count(requests.length, 'request')} waited.`)
  }
  const start = `In ${rounds.length} rounds, the server broke a connection in the middle of a reply. Afterwards,`
  const last = await send(t, pool, maxConnections, start, PLACE)
  t.doing(`${start} the checker called request ${maxConnections} times, and the server began to reply.`)
  await answer(t, pool, last)
}

async function send(
  t: CheckContext,
  pool: Pool,
  n: number,
  start: string,
  hint: string | undefined,
): Promise<Request[]> {
  const requests: Request[] = []
  for (let i = 1; i <= n; i++) {
    t.doing(
      `${start} the checker called request ${i === 1 ? 'once' : `${i} times, each time when the previous request had arrived`}. The server has sent no reply to ${i === 1 ? 'it' : 'them'}.`,
    )
    const asked = pool.request()
    requests.push({ asked, arrival: await pool.arrival([asked], hint) })
  }
  const lines = new Set(requests.map(({ arrival }) => arrival.line))
  if (lines.size === 1) {
    t.fail({
      op: 'request',
      expected: `that ${count(n, 'request')}, none of them answered, arrive on more than one connection.`,
      got: 'all of them on one.',
      hint:
        hint ?? 'is there a connection on which no request waits? If not, and the pool has room, open one.',
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
      'do the other requests go on? A broken connection affects only those that wait on it, and half of a reply there is nothing to the others.',
    )
  }
}

async function breakLine(
  t: CheckContext,
  pool: Pool,
  requests: readonly Request[],
  way: 'RST' | 'FIN',
  before: string,
): Promise<void> {
  const victim = t.random.pick(requests).arrival
  const { line } = victim
  const reply = encodeReply(victim.id, t.random.bytes(t.random.int(20, 200)))
  t.doing(`${before} On one connection, the server sent half of a reply.`)
  await line.peer.write(reply.subarray(0, t.random.int(1, reply.length - 1)))
  // The half has reached the program: it is not only the connection that ends, but a reply.
  await pool.untilRead()
  const broke = `${before} On one connection, the server sent half of a reply, then ${way === 'RST' ? 'an RST' : 'a FIN'}.`
  t.doing(broke)
  line.over = true
  if (way === 'RST') line.peer.reset()
  else void line.peer.end()
  for (const { asked, arrival } of requests) {
    if (arrival.line !== line) continue
    await pool.expectError(
      asked,
      'that a request fails when its connection ends before its reply is complete.',
      TOLD,
    )
  }
  const others = requests.filter(({ arrival }) => arrival.line !== line)
  t.doing(`${broke} Then it began to reply to the requests on the other connections.`)
  await answer(t, pool, others)
}
