/** Several clients at once on a bad network. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { openLink } from '../../../check/peers/datagrams.ts'
import { listen } from '../../shared/listening.ts'
import {
  AGAIN,
  ANSWER,
  expectReply,
  openClient,
  PATIENT_MS,
  TWICE,
  type Asked,
  type Client,
} from './asking.ts'
import { parse, REPLY } from './datagram.ts'
import { FAULTS, missing } from './faults.ts'

/** Clients of the storm, requests of each in a round, and the time after which they ask again. */
const CLIENTS = 3
const REQUESTS = 8
const AGAIN_MS = 20
const MOST_ROUNDS = 25

export const storm: Check = async t => {
  const port = await listen(t)
  const own = new Set<number>()
  const link = await openLink(t, port, {
    seed: t.random.int(0, 2 ** 31),
    toServer: FAULTS,
    toClient: FAULTS,
    isOurs: from => own.has(from.port),
  })
  const totals = new Map<string, number>()
  let changed: [number, number] | undefined
  const clients: Client[] = []
  for (let i = 1; i <= CLIENTS; i++) {
    const client = await openClient(t, `client ${i}`, link.port)
    own.add(client.port)
    clients.push(client)
    client.serve(({ bytes }) => {
      const reply = parse(bytes)
      if (reply?.type !== REPLY) return
      const before = totals.get(reply.id)
      if (before === undefined || before === reply.value) totals.set(reply.id, reply.value)
      else changed ??= [before, reply.value]
    })
  }
  let sum = 0
  for (let round = 0; round < MOST_ROUNDS && missing(link, ['to-server', 'to-client']); round++) {
    const requests = clients.flatMap(client =>
      Array.from({ length: REQUESTS }, () => ({ client, asked: client.request(t.random.int(1, 1000)) })),
    )
    for (const { asked } of requests) sum += asked.amount
    await untilAnswered(t, requests, totals, link.port, round)
  }
  if (changed) {
    t.fail({
      op: 'listen',
      expected: 'the same reply to all copies of a request.',
      got: `the total ${number(changed[0])} in one reply and ${number(changed[1])} in another.`,
      hint: TWICE,
    })
  }
  const lacking = missing(link, ['to-server', 'to-client'])
  if (lacking) t.inconclusive(`the network ${lacking}.`)
  const client = await openClient(t, 'the last client', port)
  const last = client.request(t.random.int(1, 1000))
  await client.send(last.bytes, port)
  t.doing(
    `${CLIENTS} clients got the replies to all their requests over a bad network. Then another client sent a request.`,
  )
  const expected = { from: port, total: sum + last.amount, silent: ANSWER, wrong: TWICE }
  await expectReply(t, client, last, expected)
}

/** Sends the requests that have no reply yet, again and again, until all have theirs. */
async function untilAnswered(
  t: CheckContext,
  requests: readonly { client: Client; asked: Asked }[],
  totals: ReadonlyMap<string, number>,
  port: number,
  round: number,
): Promise<void> {
  const open = () => requests.filter(({ asked }) => !totals.has(asked.id.toString('hex')))
  const said = `${CLIENTS} clients sent ${REQUESTS} requests each${round === 0 ? '' : `, in each of ${round + 1} rounds`}, over a network that loses, duplicates and reorders datagrams in both directions. They sent each request again until its reply arrived.`
  let times = 0
  for (let left = open(); left.length > 0; left = open()) {
    let over = false
    const fewer = async () => {
      while (!over && open().length === left.length) {
        for (const { client, asked } of left) await client.send(asked.bytes, port)
        t.doing(said)
        times++
        await pause(AGAIN_MS)
      }
    }
    const patience = { ms: PATIENT_MS, signOfLife: t.program.signOfLife }
    if (await happens(fewer(), patience).finally(() => (over = true))) continue
    t.fail({
      op: 'listen',
      expected: 'a reply to each request that the client sends often enough.',
      got: `no reply to ${count(left.length, 'request')}, each sent at least ${times} times.`,
      hint: AGAIN,
    })
  }
}
