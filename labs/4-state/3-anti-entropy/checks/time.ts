/** Syncs that begin by themselves, and what survives a kill. */
import path from 'node:path'
import { bothWays, type Cluster } from '../../../check/cluster/cluster.ts'
import type { Edge } from '../../../check/cluster/links.ts'
import type { PlayedNode } from '../../../check/cluster/played-node.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { lateUntil } from '../../../check/kit/lateness.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import exercise from '../exercise.ts'
import { digests, openHouse, short, someItems, type House } from './house.ts'
import { idOf } from './item-set.ts'
import { carriedBy, connected, connections, messagesSince, openNetwork } from './network.ts'
import { expectOne } from './networks.ts'

const { get, put, status } = exercise.ops
const { grew } = exercise.events

const SYNC_MS = 100
const ROUNDS = 4
/** So many syncs with a peer may still be without what was just put. */
const EARLY = 3
const TRIES = 3
const LATE_MS = 5_000

export const period: Check = t => withTime(t, (ms, program) => rounds(t, ms / 2, program))

async function rounds(t: CheckContext, syncMs: number, program: Program): Promise<void> {
  // A peer that is never there: the others must not miss anything because of it.
  const gone = await t.sockets.serve(() => undefined)
  await gone.stopListening()
  const started = performance.now()
  const house = await openHouse(t, {
    peers: 3,
    syncMs,
    also: [{ id: 'n9', address: gone.address }],
    program,
  })
  const [eager] = t.random.shuffle(house.peers)
  const eagerMs = syncMs / 5
  t.doing(
    `With syncMs ${syncMs}, the checker put 30 items, and listened to the syncs of your program with 3 peers. A fourth one was not there, and ${eager!.id} began syncs of its own every ${eagerMs} ms.`,
  )
  await house.put(...someItems(t, 30))
  const wanted = house.set.hashes('')
  const isOfAll = (hashes: unknown) => JSON.stringify(hashes) === JSON.stringify(wanted)
  for (const peer of house.peers) await passOld(t, peer, syncMs, isOfAll)
  // Nothing differs, so it needs no answer.
  const syncing = setInterval(() => eager!.send(digests('', wanted)), eagerMs)
  t.onEnd(() => clearInterval(syncing))
  // On a machine that was late, even one peer a round would have been quick enough: then they are counted again.
  let lag = Infinity
  for (let tries = 1; tries <= TRIES && lag >= syncMs / 2; tries++)
    lag = await expectRounds(t, house, { syncMs, program, isOfAll })
  if (lag >= syncMs / 2) throw new TooBusy()
  // Whoever counts more than twice as many has begun syncs beside the timer.
  const each = house.peers.map(peer => peer.received.length)
  const since = performance.now() - started
  const bound = 2 * (since / syncMs) + 3
  const loud = each.findIndex(count => count > bound)
  if (loud >= 0)
    t.fail({
      expected: `about one message to each peer every ${syncMs} ms when no peer answers.`,
      got: `${each[loud]} messages to ${house.peers[loud]!.id} in ${Math.round(since)} ms.`,
      hint: 'is there one timer, and does it only begin a sync?',
      spoke: true,
    })
}

/** Takes what may have been digested before put was over, up to the first digests of all. */
async function passOld(
  t: CheckContext,
  peer: PlayedNode,
  syncMs: number,
  isOfAll: (hashes: unknown) => boolean,
): Promise<void> {
  const before = peer.waiting().length
  for (let more = before + EARLY; more >= 0; more--) {
    const { type, prefix, hashes } = await nextSync(peer, syncMs)
    if (isOfAll(hashes)) return
    if (more === 0)
      t.fail({
        expected: `the digests of the prefix "", of all items that put has answered for, to ${peer.id} in each sync.`,
        got: `${short({ type, prefix, hashes })}.`,
        hint: 'each sync begins with the digests of what the node has then.',
        spoke: true,
      })
  }
}

/** Waits for ROUNDS syncs with each peer, and fails when they took too long. Resolves to how late the machine was meanwhile, in ms. */
async function expectRounds(
  t: CheckContext,
  house: House,
  { syncMs, program, isOfAll }: { syncMs: number; program: Program; isOfAll: (hashes: unknown) => boolean },
): Promise<number> {
  const began = performance.now()
  const rounds = (async () => {
    for (let round = 1; round <= ROUNDS; round++)
      for (const peer of house.peers) {
        const { type, prefix, hashes } = await nextSync(peer, syncMs)
        if (type !== 'digests' || prefix !== '' || !isOfAll(hashes))
          t.fail({
            expected: `the digests of the prefix "" to ${peer.id} in each sync.`,
            got: `${short({ type, prefix, hashes })}.`,
            spoke: true,
          })
      }
  })()
  const lag = await lateUntil(rounds, () => program.signOfLife())
  await rounds
  const took = performance.now() - began
  const most = 2 * ROUNDS * syncMs + ROUNDS * 2 * lag
  if (took > most)
    t.fail({
      expected: `a sync with each of 3 peers every ${syncMs} ms, so ${ROUNDS} with each in about ${ROUNDS * syncMs} ms.`,
      got: `${Math.round(took)} ms.`,
      hint: 'does each round have one peer only, or wait for an answer, or for a peer to be silent?',
      spoke: true,
    })
  return lag
}

const nextSync = (peer: PlayedNode, syncMs: number) =>
  peer.next({
    what: `digests of the prefix "", for a sync that begins by itself every ${syncMs} ms,`,
    hint: 'does a timer begin a sync with every connected peer, again and again, whatever comes in meanwhile?',
  })

export const line: Check = async t => {
  const edges = bothWays([
    ['n1', 'n2'],
    ['n2', 'n3'],
  ])
  const network = await openNetwork(t, { size: 3, edges, syncMs: SYNC_MS })
  const { cluster } = network
  const nodes = cluster.nodes.map(({ id }) => id)
  t.doing(
    `In a line of 3 nodes with syncMs ${SYNC_MS}, the checker put 40 items on n1, 40 on n3, and 20 on both. It called no sync.`,
  )
  const both = someItems(t, 20)
  await network.put('n1', [...someItems(t, 40), ...both])
  await network.put('n3', [...both, ...someItems(t, 40)])
  for (const [a, b] of [
    ['n1', 'n2'],
    ['n2', 'n3'],
    ['n1', 'n2'],
  ] as const)
    network.unite(a, b)
  await converge(cluster, nodes, network.set('n2').count)
  await network.expect(nodes, 'after syncs that began by themselves')

  t.doing('Everything was equal, and nobody put anything.')
  // What began before is over when each link has carried a sync that began after.
  await seen(cluster, edges, 2)
  const from = cluster.trace.entries.length
  const began = performance.now()
  await seen(cluster, edges, ROUNDS)
  const elapsed = performance.now() - began
  const messages = messagesSince(cluster, from)
  const other = messages.find(
    ({ label, value }) => label !== 'digests' || (value as { prefix?: unknown }).prefix !== '',
  )
  if (other)
    t.fail({
      expected: 'only digests of the prefix "" when nothing differs.',
      got: `${short(other.value)} from ${other.from} to ${other.to}.`,
      hint: 'digests that equal yours need no answer.',
      spoke: true,
    })
  const most = 2 * (elapsed / SYNC_MS) + 3
  for (const edge of edges) {
    const count = messages.filter(message => message.from === edge.from && message.to === edge.to).length
    if (count > most)
      t.fail({
        expected: `one message from ${edge.from} to ${edge.to} every ${SYNC_MS} ms when nothing differs.`,
        got: `${count} in ${Math.round(elapsed)} ms.`,
        hint: 'is there one timer, and do equal digests stay without an answer?',
        spoke: true,
      })
  }

  t.doing('The checker reset all connections, and put one more item on n3 when they were there again.')
  const before = connections(cluster)
  cluster.reset()
  await connected(cluster, before + edges.length)
  await network.put('n3', someItems(t, 1))
  for (const [a, b] of [
    ['n2', 'n3'],
    ['n1', 'n2'],
  ] as const)
    network.unite(a, b)
  await converge(cluster, ['n1', 'n2'], network.set('n2').count)
  await network.expect(nodes, 'after syncs on new connections')
}

/** Each of these, which lack some, has said that it has so many items. */
async function converge(cluster: Cluster, nodes: readonly string[], count: number): Promise<void> {
  const last = new Map<string, unknown>()
  for (const { node, data } of cluster.trace.events(grew)) last.set(node, data.count)
  // Counted as it comes: to look through the trace for each entry takes too long when a program sends without end.
  const stop = cluster.trace.onEntry(entry => {
    if (entry.kind === 'event' && entry.event === grew.name)
      last.set(entry.node, (entry.data as { count?: unknown } | undefined)?.count)
  })
  const said = (node: string) => `${node} ${String(last.get(node) ?? 'nothing')}`
  await cluster.until(
    `each node gets what it lacks, so that it has ${count} items`,
    () => nodes.every(node => last.get(node) === count),
    {
      ms: LATE_MS,
      got: () => `the last event grew of each node said: ${nodes.map(said).join(', ')}.`,
      hint: 'does a timer begin a sync with every connected peer, and does what came from one peer go on to the next one that asks?',
    },
  )
  stop()
}

/** Each link carries so many syncs from now on. */
async function seen(cluster: Cluster, edges: readonly Edge[], count: number): Promise<void> {
  const left = new Map(edges.map(({ from, to }) => [`${from} ${to}`, count]))
  const stop = cluster.trace.onEntry(entry => {
    if (entry.kind !== 'message') return
    const link = `${entry.from} ${entry.to}`
    left.set(link, (left.get(link) ?? 0) - 1)
  })
  await cluster.until(
    `each node begins a sync with each of its peers every ${SYNC_MS} ms`,
    () => [...left.values()].every(more => more <= 0),
    { ms: LATE_MS, hint: 'does the timer go on when nothing differs?' },
  )
  stop()
}

const ALL = 500

export const restart: Check = async t => {
  const network = await openNetwork(t, { size: 2 })
  const { cluster } = network
  const n1 = cluster.node('n1')
  const n2 = cluster.node('n2')
  const items = someItems(t, ALL)
  t.doing(
    `The checker put ${ALL} items on n1, in two calls, and n2 got them in a sync. It killed n2 when n2 had counted them, and n1 when put had answered for one more. Then it started both again.`,
  )
  await network.put('n1', items.slice(0, ALL / 2))
  await network.put('n1', items.slice(ALL / 2))
  await network.sync('n2', 'n1')
  await n2.kill()
  const last = someItems(t, 1)
  await network.put('n1', last)
  await n1.kill()
  const before = connections(cluster)
  await Promise.all([n1.restart(), n2.restart()])
  await connected(cluster, before + 2)
  const KEPT = 'is an item on disk before it counts, also one that a peer has sent?'
  await network.expect(['n1', 'n2'], 'after SIGKILL and a new start', KEPT)
  for (const [node, item] of [
    [n1, last[0]!],
    [n2, t.random.pick(items)],
  ] as const) {
    const { data } = await node.call(get, { id: idOf(item) })
    if (!data?.equals(item))
      t.fail({
        op: 'get',
        expected: `the item ${item.toString('hex')} on ${node.id}, as it was before the kill.`,
        got: data ? data.toString('hex') : 'no data.',
        hint: KEPT,
      })
  }
  t.doing('After the new start, n2 began a sync with n1, which had one item more.')
  const messages = await network.sync('n2', 'n1')
  const carried = carriedBy(messages)
  if (carried !== 1)
    t.fail({
      expected: 'that 1 item crosses: n2 has all others on its disk.',
      got: `${carried} items.`,
      hint: 'do you read back in start what you had?',
      spoke: true,
    })
  expectOne(t, await network.sync('n1', 'n2'), 'when nothing differs')

  t.doing('The checker killed n1 in the middle of a put, and started it again.')
  const under = someItems(t, 4_000)
  const asked = n1.ask(put, { items: under })
  await n1.kill()
  await asked
  await n1.restart()
  const { count } = await n1.call(status, {})
  if (count < network.set('n1').count)
    t.fail({
      op: 'status',
      expected: `at least the ${network.set('n1').count} items for which put had answered before.`,
      got: `${count}.`,
      hint: 'a kill can leave half of what you were writing: what was there before must stay readable.',
    })

  t.doing('The checker killed n2, and started it with another dataDir, which is empty.')
  await n2.kill()
  await n2.restart({ dataDir: path.join(n2.dataDir, 'another') })
  const fresh = await n2.call(status, {})
  if (fresh.count !== 0)
    t.fail({
      op: 'status',
      expected: 'no items where nothing was kept.',
      got: `${fresh.count}.`,
      hint: 'does everything that you keep lie in dataDir?',
    })
}
