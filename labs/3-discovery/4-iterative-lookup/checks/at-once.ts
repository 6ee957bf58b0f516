/** Many lookups in one program: at the same time, and one after another. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import { openUdpPorts } from '../../../check/peers/open-udp-ports.ts'
import {
  answer,
  drawWanted,
  judgeEndless,
  lookup,
  MOST_QUERIES,
  playDht,
  settled,
  type DhtNode,
  type Query,
} from './dht.ts'
import { planNetwork, type Planned } from './plan.ts'
import { expectNodes } from './result.ts'

const NODES = 30
const LOOKUPS = 6
const K = 5
const ALPHA = 3

export const atOnce: Check = async t => {
  const ids = Array.from({ length: NODES }, () => t.random.bytes(20))
  const shared: DhtNode[] = ids.map((id, i) => ({ name: `node ${i + 1}`, id }))
  const looks = Array.from({ length: LOOKUPS }, () => {
    const wanted = drawWanted(t)
    return { wanted, plan: planNetwork(t.random, { target: wanted.target, k: K, nodes: ids }) }
  })
  const [first, ...others] = looks as [(typeof looks)[0], ...typeof looks]
  const ports = new Set<number>()
  const held: Query<DhtNode>[] = []
  let isHeld = true
  let asked = 0
  const { nodes } = await playDht<DhtNode>(t, {
    nodes: shared,
    wanted: looks.map(({ wanted }) => wanted),
    receive(query) {
      if (++asked > LOOKUPS * MOST_QUERIES) judgeEndless(t, asked)
      ports.add(query.port)
      if (isHeld && query.wanted === first.wanted) return void held.push(query)
      return reply(query)
    },
  })
  const played = ({ id }: Pick<Planned, 'id'>) => nodes.find(node => node.id.equals(id))!
  async function reply(query: Query<DhtNode>): Promise<void> {
    const { plan } = looks.find(({ wanted }) => wanted === query.wanted)!
    const [, named] = [...plan.named].find(([{ id }]) => id.equals(query.node.id))!
    await answer(query, named.map(played))
  }
  const begin = ({ wanted, plan }: (typeof looks)[0]) =>
    lookup(t, { ...wanted, seeds: [played(plan.seed).address], k: K, alpha: ALPHA, timeoutMs: NEVER_MS })
  const judge = (got: readonly string[], { wanted, plan }: (typeof looks)[0], missing: string) =>
    expectNodes(t, got, { target: wanted.target, k: K, nodes, closest: plan.closest.map(played), missing })

  const call = begin(first)
  call.catch(() => {})
  const calls = others.map(begin)
  t.doing(
    `The checker called lookup ${LOOKUPS} times at once, for different targets in the same network. The seed of the first lookup does not answer yet.`,
  )
  const results = await settled(t, Promise.all(calls), () => asked, {
    hint: 'does a lookup wait until another one has ended? One that is stuck must not hold up the others.',
  })
  results.forEach((got, i) => judge(got, others[i]!, OWN))
  isHeld = false
  for (const query of held) await reply(query)
  judge(await settled(t, call, () => asked), first, OWN)

  t.doing(
    `The checker called lookup ${LOOKUPS} times at once. Then it called it again, with the same arguments.`,
  )
  for (const look of [first, others[0]!]) judge(await settled(t, begin(look), () => asked), look, OWN)
  await judgeClosed(t, [...ports])
}

const OWN =
  'does each lookup have a list of its own, and its own addresses that it has asked? What another lookup has asked says nothing.'

/** Fewer ports than that for all lookups: they share sockets. */
const MOST_SHARED = 4
const CLOSING_MS = 1_000

/** Fails when most of the lookups that had a port of their own have not closed their socket, although they have returned. */
async function judgeClosed(t: CheckContext, ports: readonly number[]): Promise<void> {
  if (ports.length < MOST_SHARED) return
  let isOver = false
  let open: readonly number[] = []
  const closed = async () => {
    for (;;) {
      // Ports are given out again: some may be another program's by now.
      open = await openUdpPorts(ports)
      if (isOver || open.length <= ports.length / 2) return
      await pause(50)
    }
  }
  const patience = { ms: CLOSING_MS, signOfLife: t.program.signOfLife }
  if (await happens(closed(), patience).finally(() => (isOver = true))) return
  t.fail({
    op: 'lookup',
    expected: 'that nothing is left of a lookup that has returned.',
    got: `${open.length} of ${ports.length} sockets are still open, although all lookups have returned.`,
    hint: 'do you close the socket at the end of each lookup? One socket that all lookups share may stay open.',
  })
}
