/** Three nodes, a split, and what comes of it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { startCluster, type Cluster } from '../../../check/cluster/cluster.ts'
import type { ClusterNode } from '../../../check/cluster/node.ts'
import { bitcoinMessages } from '../../../../network/links/bitcoin-messages.ts'
import exercise from '../exercise.ts'
import { bitsOf, EASY, mintGenesis } from './mint.ts'

const { start, tip, mine } = exercise.ops
const WAIT_MS = 3_000

const SYNC = {
  ms: WAIT_MS,
  hint: 'the chain with the most work counts, not the one with the most blocks. A node that gets a header whose parents it lacks sends getheaders, and the other one answers. A new tip goes on to the other peers.',
}

export async function split(t: CheckContext): Promise<void> {
  const magic = t.random.bytes(4)
  const genesis = mintGenesis(t.random)
  t.doing('The checker started three copies of your program, each connected to both others.')
  const cluster = await startCluster(t, {
    start,
    size: 3,
    // One connection for each pair.
    edges: [
      { from: 'n1', to: 'n2' },
      { from: 'n1', to: 'n3' },
      { from: 'n2', to: 'n3' },
    ],
    format: bitcoinMessages(magic),
    args: ({ host, port, peers }) => ({
      host,
      port,
      magic,
      genesis: genesis.header,
      peers: peers.map(({ address }) => address),
    }),
  })
  const { trace } = cluster
  const [n1, n2, n3] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode]
  await cluster.until(
    'each node asks both others for headers',
    () =>
      new Set(
        trace
          .messages('getheaders')
          .filter(message => message.deliveredAt)
          .map(({ from, to }) => `${from}>${to}`),
      ).size === 6,
    {
      ms: WAIT_MS,
      hint: 'dial the peers that start names, and send getheaders on each connection, whoever dialed it.',
    },
  )

  let time = Math.floor(Date.now() / 1000) - 86_400
  const mines = (node: ClusterNode, bits = EASY) => {
    time += 60
    return node.call(mine, { merkleRoot: t.random.bytes(32), time, bits })
  }
  t.doing('The checker called mine on n1.')
  const { hash: fork } = await mines(n1)
  await agree(cluster, [n1, n2, n3], fork)

  t.doing(
    'The checker split n1 from n2 and n3. On n1, it mined three easy blocks, and on n2 a hard one, which goes to n3.',
  )
  const cut = cluster.split([['n1'], ['n2', 'n3']])
  for (let i = 0; i < 2; i++) await mines(n1)
  const { hash: lost } = await mines(n1)
  const { hash: won } = await mines(n2, bitsOf(40n))
  await agree(cluster, [n2, n3], won)
  await agree(cluster, [n1], lost)
  if (cut.blocked() === 0) t.inconclusive('nothing tried to cross the split, so it proves nothing.')
  const healed = trace.entries.length
  t.doing(
    'The checker split n1 from n2 and n3. On n1, it mined three easy blocks, and on n2 a hard one. Then it ended the split.',
  )
  cut.heal()
  await agree(cluster, [n1, n2, n3], won)
  await cluster.quiet()

  for (const node of cluster.nodes) {
    const reorgs = trace.events(exercise.events.reorg, node.id)
    const due = node === n1 ? 1 : 0
    if (reorgs.length !== due)
      t.fail({
        op: 'start',
        expected:
          due === 1
            ? 'one event reorg of n1: its branch has lost.'
            : `no event reorg of ${node.id}: each of its tips was built on the one before.`,
        got: `${reorgs.length}.`,
        hint: 'a reorganization is a new tip that does not build on the old one.',
        spoke: true,
      })
  }
  const [reorg] = trace.events(exercise.events.reorg, 'n1')
  const { from, to, fork: at } = reorg!.data
  const names = { from: lost, to: won, fork }
  for (const [key, expected] of Object.entries(names))
    if ({ from, to, fork: at }[key] !== expected)
      t.fail({
        op: 'start',
        expected: `the event reorg of n1 with \`${key}\` ${expected}.`,
        got: `${String({ from, to, fork: at }[key])}.`,
        hint: '`from` is the old tip, `to` the new one, and `fork` the last block that both chains have.',
        spoke: true,
      })
  const told = trace
    .events(exercise.events.tip, 'n1')
    .find(({ index, data }) => index >= healed && data.hash === won)
  if (told && told.index < reorg!.index)
    t.fail({
      op: 'start',
      expected: 'the event reorg before the event tip.',
      got: 'the event tip first.',
      hint: 'emit reorg right before tip.',
      spoke: true,
    })
}

/** All have this tip, and have said so. */
async function agree(cluster: Cluster, nodes: readonly ClusterNode[], hash: string): Promise<void> {
  const ids = nodes.map(({ id }) => id).join(', ')
  const last = (id: string) => cluster.trace.events(exercise.events.tip, id).at(-1)?.data.hash
  await cluster.until(
    `${ids} ${nodes.length === 1 ? 'has' : 'have'} the tip ${hash}`,
    () => nodes.every(({ id }) => last(id) === hash),
    {
      ...SYNC,
      got: () => nodes.map(({ id }) => `${id} has ${last(id) ?? 'told none'}`).join(', ') + '.',
    },
  )
  for (const node of nodes) {
    const is = await node.call(tip, {})
    if (is.hash === hash) continue
    throw new Error(`${node.id} said that its tip is ${hash}, and now it is ${is.hash}`)
  }
}
