/** Many requests of the client at once, on a network that does everything wrong. */
import type { Check } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { openDatagrams, openLink } from '../../../check/peers/datagrams.ts'
import { PATIENT_MS } from './asking.ts'
import { parse } from './datagram.ts'
import { FAULTS, missing } from './faults.ts'
import { judgeClosed, judgeIds } from './clients.ts'
import {
  expectRequests,
  failWithoutRequest,
  KNOWN,
  MILLISECONDS,
  reply,
  request,
  SAME_PORT,
  settled,
} from './serving.ts'

const CALLS = 12
const MOST_ROUNDS = 25

export const reordered: Check = async t => {
  const requests = expectRequests(t)
  const { isOurs } = requests
  /** The amounts of the requests that the program has sent, lost or not. */
  const seen = new Set<number>()
  /** The ports that they came from: the link has others of its own. */
  const from = new Set<number>()
  const together = Promise.withResolvers<void>()
  const server = await openDatagrams(t, 'server', isOurs)
  const link = await openLink(t, server.port, {
    seed: t.random.int(0, 2 ** 31),
    toServer: FAULTS,
    toClient: FAULTS,
    isOurs: datagram => {
      if (!isOurs(datagram)) return false
      requests.note()
      seen.add(parse(datagram.bytes)!.value)
      from.add(datagram.port)
      if (seen.size === CALLS) together.resolve()
      return true
    },
  })
  /** By client and id, as a server must tell requests apart; and of each amount the clients and ids that it came under. */
  const totals = new Map<string, number>()
  const byAmount = new Map<number, { total: number; ids: Set<string>; ports: Set<number> }>()
  let sum = 0
  server.serve(({ bytes, port }) => {
    const parsed = parse(bytes)!
    const key = `${port} ${parsed.id}`
    let total = totals.get(key)
    if (total === undefined) {
      total = sum = (sum + parsed.value) % 2 ** 32
      totals.set(key, total)
      const known = byAmount.get(parsed.value) ?? { total, ids: new Set(), ports: new Set() }
      byAmount.set(parsed.value, { total, ids: known.ids.add(parsed.id), ports: known.ports.add(port) })
    }
    // The first round gets no reply before all of its requests are there: that calls run one after another would not show otherwise.
    if (byAmount.size >= CALLS) void server.send(reply(parsed, total), port)
  })
  for (let round = 0; round < MOST_ROUNDS && missing(link, ['to-server', 'to-client']); round++) {
    const calls = Array.from({ length: CALLS }, async () => {
      const asked = requests.draw()
      const got = await request(t, {
        peer: `127.0.0.1:${link.port}`,
        amount: asked,
        tries: 200,
        timeoutMs: 50,
      })
      const due = byAmount.get(asked)
      if (got !== null && got === due?.total) return
      const twice = due && due.ids.size + due.ports.size > 2
      const others = [...byAmount].find(([, { total }]) => total === got)?.[0]
      t.fail({
        op: 'request',
        expected:
          due === undefined
            ? `that the amount ${number(asked)} reaches the server within 200 tries.`
            : `the total ${number(due.total)}, the server's reply to the amount ${number(asked)}.`,
        got:
          got === null
            ? 'null.'
            : `the total ${number(got)}${others === undefined ? '' : `, the server's reply to the amount ${number(others)}`}.`,
        hint: twice
          ? due.ids.size > 1
            ? KNOWN
            : SAME_PORT
          : got === null
            ? 'does each request wait for its own reply, and use all of its tries?'
            : 'do you assign the first reply to the first request? Replies arrive in any order, some of them twice: the id of a reply tells you which request it belongs to.',
      })
    })
    const all = Promise.all(calls)
    all.catch(() => {})
    t.doing(
      `The checker called request ${CALLS} times at once${round === 0 ? '' : `, in each of ${round + 1} rounds`}, over a network that loses, duplicates and reorders datagrams in both directions.`,
    )
    const patience = { ms: PATIENT_MS, everyMs: 250, signOfLife: t.program.signOfLife }
    if (round === 0 && !(await happens(Promise.race([together.promise, all]), patience))) {
      if (requests.count() === 0) failWithoutRequest(t, link.strangers)
      t.fail({
        op: 'request',
        expected: `the requests of all ${CALLS} calls. The server replies when all of them are there.`,
        got: `the requests of ${count(seen.size, 'call')}, and no others for long.`,
        hint: 'does a call wait until another one has its reply? Each sends its request at once, and waits for its own reply.',
      })
    }
    await settled(t, all, requests, () => {
      if (requests.count() === 0) failWithoutRequest(t, link.strangers)
      return t.fail({
        op: 'request',
        expected: 'that each request is sent again every 50 ms until its reply arrives.',
        got: `${count(requests.count(), 'datagram')}, and nothing more for long, although some calls have not returned.`,
        hint: MILLISECONDS,
      })
    })
  }
  const doubled = [...byAmount.values()].find(({ ids, ports }) => ids.size + ports.size > 2)
  if (doubled) {
    t.fail({
      op: 'request',
      expected: 'that each request reaches the server under one id, and from one port.',
      got: `${count(doubled.ids.size, 'id')} and ${count(doubled.ports.size, 'port')} for one request: the server counted its amount more than once.`,
      hint: doubled.ids.size > 1 ? KNOWN : SAME_PORT,
    })
  }
  judgeIds(
    t,
    [...byAmount.values()].flatMap(({ ids }) => [...ids]),
  )
  await judgeClosed(t, [...from])
  const lacking = missing(link, ['to-server', 'to-client'])
  if (lacking) t.inconclusive(`the network ${lacking}.`)
}
