/** Which connection a request takes: one at a time, with uneven replies, and 200 at once. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { crowd } from './crowd.ts'
import { openPool, type Arrival, type Asked, type Line, type Pool } from './pool.ts'

interface Request {
  asked: Asked
  arrival: Arrival
}

export async function spreads(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(3, 5)
  const pool = await openPool(t, { maxConnections })
  const requests: Request[] = []
  const opened = `With a pool of ${maxConnections} connections, the checker called request`
  for (let i = 1; i <= 2 * maxConnections; i++) {
    t.doing(
      `${opened} ${i === 1 ? 'once' : `${i} times, each time when the previous request had arrived`}. The server has sent no reply.`,
    )
    requests.push(await sendOne(t, pool, maxConnections, NOW))
  }

  // Replies come unevenly: a program that takes turns, or never counts down, sends the next requests elsewhere.
  const answer = async (line: Line, n: number) => {
    for (const each of requests.filter(({ arrival }) => arrival.line === line).slice(0, n)) {
      requests.splice(requests.indexOf(each), 1)
      await answerOne(t, pool, each)
    }
  }
  const uneven = `${opened} ${2 * maxConnections} times. Two requests waited on each connection.`
  const one = t.random.pick(pool.lines)
  t.doing(`${uneven} The server began to reply to those on ${one.peer.name}.`)
  await answer(one, 2)
  for (const time of ['', ' a second time']) {
    t.doing(
      `${uneven} The server replied to those on ${one.peer.name}. Then the checker called request${time}.`,
    )
    requests.push(await sendOne(t, pool, maxConnections, UNEVEN))
  }
  // The free one is neither the first nor the last on which a reply came.
  const [left, free, right] = t.random
    .shuffle([...pool.lines.keys()])
    .slice(0, 3)
    .sort((a, b) => a - b)
    .map(i => pool.lines[i]!) as [Line, Line, Line]
  const replied = `replied to one request each on ${left.peer.name} and ${right.peer.name}, and to both on ${free.peer.name}.`
  t.doing(`${uneven} The server began to reply to some of them.`)
  for (const [line, n] of t.random.shuffle([
    [left, 1],
    [right, 1],
    [free, 2],
  ] as const))
    await answer(line, n)
  for (const time of ['', ' a second time', ' a third time']) {
    t.doing(`${uneven} The server ${replied} Then the checker called request${time}.`)
    requests.push(await sendOne(t, pool, maxConnections, UNEVEN))
  }

  t.doing(`${uneven} Afterwards, the server began to reply to all requests, in random order.`)
  for (const each of t.random.shuffle(requests)) await answerOne(t, pool, each)
}

/** Calls request, and fails unless it takes the right connection: all replies so far have reached the program. */
async function sendOne(t: CheckContext, pool: Pool, most: number, hint: string): Promise<Request> {
  const before = new Map(pool.openLines().map(line => [line, line.waiting.size]))
  const fewest = Math.min(...before.values())
  const room = before.size < most
  const asked = pool.request()
  const arrival = await pool.arrival([asked])
  const there = before.get(arrival.line)
  const right = there === undefined ? fewest > 0 : there === fewest && (fewest === 0 || !room)
  if (right) return { asked, arrival }
  const waited = [...before].map(([line, n]) => `${n} on ${line.peer.name}`)
  return t.fail({
    op: 'request',
    expected:
      fewest === 0
        ? 'that the request takes a connection on which no request waits.'
        : room
          ? 'that the request takes a new connection, because requests wait on all others and the pool has room.'
          : 'that the request takes the connection with the fewest waiting requests.',
    got: `it arrived on ${there === undefined ? 'a new connection' : arrival.line.peer.name}. Before that, this many requests waited: ${waited.join(', ')}.`,
    hint,
  })
}

const NOW =
  'is there a connection on which no request waits? If not, and the pool has room, open one. Otherwise, use the connection with the fewest requests.'
const UNEVEN =
  'do you use the connection with the fewest requests that wait now? A reply ends one wait. If you take the connections in turn, or count all requests ever sent, you miss the free one.'

async function answerOne(t: CheckContext, pool: Pool, { asked, arrival }: Request): Promise<void> {
  const bytes = t.random.bytes(10)
  pool.reply(arrival, bytes)
  await pool.expectReply(asked, bytes)
}

export async function cap(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(3, 6)
  const n = 200
  const pool = await openPool(t, { maxConnections })
  for (const round of ['', ' a second time']) {
    const called = `With a pool of ${maxConnections} connections, the checker called request ${n} times at once${round}.`
    t.doing(called)
    const found = await crowd(pool, n)
    judgeSpread(t, pool, maxConnections, n)
    const answers = t.random
      .shuffle(found)
      .map(({ asked, arrival }) => ({ asked, arrival, answer: t.random.bytes(t.random.int(1, 40)) }))
    t.doing(`${called} When all requests had arrived, the server replied to them in random order.`)
    for (const { arrival, answer } of answers) pool.reply(arrival, answer)
    for (const { asked, answer } of answers) await pool.expectReply(asked, answer)
  }
}

/** No request was answered since they were sent: so each of them added one where the fewest waited. */
function judgeSpread(t: CheckContext, pool: Pool, maxConnections: number, n: number): void {
  const lines = pool.openLines()
  const sizes = lines.map(({ waiting }) => waiting.size)
  if (lines.length === maxConnections && Math.max(...sizes) - Math.min(...sizes) <= 1) return
  t.fail({
    op: 'request',
    expected: `that the ${n} requests, none of them answered, are spread evenly over ${maxConnections} connections.`,
    got: `${lines.map(({ peer, waiting }) => `${count(waiting.size, 'request')} on ${peer.name}`).join(', ')}.`,
    hint: 'does a request count as waiting from the moment when you choose its connection? If you await anything before you count it, such as the connect, all others choose by outdated counts.',
  })
}
