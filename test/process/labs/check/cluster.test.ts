/** Clusters: copies of a program on links of the checker's, with faults that the trace proves, and invariants over it. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { bothWays, startCluster, type Cluster } from '../../../../labs/check/cluster/cluster.ts'
import type { Edge } from '../../../../labs/check/cluster/links.ts'
import type { Check, CheckContext } from '../../../../labs/check/kit/check.ts'
import { defineExercise, event, op } from '../../../../labs/exercise/define.ts'
import { boundPort, host, integer, maybe, port, records, text } from '../../../../labs/exercise/fields.ts'
import { withJudge } from '../../../kit/judge.ts'
import { skipBecause } from '../../../kit/platform.ts'

const { ops, events } = defineExercise({
  title: 'Flood',
  builds: 'a flood',
  ops: {
    start: op({
      args: {
        id: text(),
        host: host(),
        port: port(),
        peers: records({ id: text(), address: text() }),
        dataDir: text(),
        announce: maybe(text()),
      },
      result: { port: boundPort() },
    }),
    say: op({ args: { n: integer() } }),
    count: op({ result: { count: integer() } }),
    meet: op({ args: { peer: text(), address: text() } }),
  },
  events: { heard: event({ data: { n: integer() }, when: 'a number is new' }) },
  checks: {},
})

/** Numbers reach everyone: a node passes on what is new to it, and counts what it has said in its storage. */
const FLOOD = `
import { emit, openLinks, openStorage } from 'p2plab'
let links, storage
const peers = []
const seen = new Set()
function hear(n, from) {
  if (seen.has(n)) return
  seen.add(n)
  emit('heard', { n })
  for (const peer of peers) if (peer !== from) links.send(peer, { type: 'number', n })
}
export async function start({ id, host, port, peers: all, dataDir }) {
  peers.push(...all.map(peer => peer.id))
  storage = openStorage(dataDir)
  links = await openLinks({ id, host, port, peers: all, onMessage: (from, { n }) => hear(n, from) })
  return { port: links.port }
}
export async function say({ n }) {
  storage.save('count', (storage.load('count') ?? 0) + 1)
  hear(n)
}
export async function meet({ peer, address }) {
  if (!peers.includes(peer)) peers.push(peer)
  links.addPeer({ id: peer, address })
}
export async function count() { return { count: storage.load('count') ?? 0 } }
`

describe('A cluster', () => {
  const judged = withJudge(FLOOD)
  const run = (check: Check) => judged(check, { ops })
  const passes = async (check: Check) => {
    const judgement = await run(check)
    assert.equal(judgement.verdict, 'pass', judgement.message)
    return judgement
  }
  const start = (t: CheckContext, size: number, more: { edges?: Edge[]; delayMs?: number } = {}) =>
    startCluster(t, { start: ops.start, size, args: node => node, ...more })
  const connected = (cluster: Cluster, links: number) =>
    cluster.until(
      'everyone connects',
      () => cluster.trace.entries.filter(({ kind }) => kind === 'connected').length >= links,
      { ms: 5_000 },
    )
  const heard = (cluster: Cluster, n: number) =>
    cluster.trace.events(events.heard).filter(({ data }) => data.n === n)
  const say = (cluster: Cluster, id: string, n: number) => cluster.node(id).call(ops.say, { n })

  it('carries and counts every message, and draws one lane a node', async () => {
    const { transcript } = await passes(async t => {
      const cluster = await start(t, 5)
      await connected(cluster, 20)
      await say(cluster, 'n2', 7)
      await cluster.until('everyone hears it', () => heard(cluster, 7).length === 5, { ms: 5_000 })
      assert.ok(await cluster.quiet())
      // To everyone, and from each of the others to everyone but who told it.
      assert.equal(cluster.trace.messages('number').length, 4 + 4 * 3)
      for (const message of cluster.trace.messages()) assert.ok(message.deliveredAt! >= message.at)
      assert.equal(heard(cluster, 7).length, 5)
    })
    const lanes = transcript!.flatMap(event => (event.type === 'check-lane' ? [event] : []))
    const programs = lanes.filter(({ role }) => role === 'program').map(({ lane }) => lane)
    assert.deepEqual(programs.sort(), ['n1', 'n2', 'n3', 'n4', 'n5'])
    assert.ok(
      transcript!.some(
        event =>
          event.type === 'check-transmission' &&
          event.from === 'n2' &&
          event.to === 'n3' &&
          event.text === 'number',
      ),
    )
  })

  for (const how of ['hold', 'break'] as const) {
    it(`splits (${how}), proves that nothing passes, and heals`, () =>
      passes(async t => {
        const cluster = await start(t, 4)
        await connected(cluster, 12)
        const split = cluster.split(
          [
            ['n1', 'n2'],
            ['n3', 'n4'],
          ],
          how,
        )
        await say(cluster, 'n1', 1)
        await say(cluster, 'n4', 2)
        await cluster.until(
          'each half hears its own',
          () => heard(cluster, 1).length + heard(cluster, 2).length >= 4,
          { ms: 5_000 },
        )
        await cluster.until('the split blocks something', () => split.blocked() > 0, { ms: 5_000 })
        assert.ok(await cluster.quiet())
        assert.deepEqual(
          heard(cluster, 1)
            .map(({ node }) => node)
            .sort(),
          ['n1', 'n2'],
        )
        const connections = cluster.trace.entries.filter(({ kind }) => kind === 'connected').length
        split.heal()
        if (how === 'break') {
          await connected(cluster, connections + 8)
          await say(cluster, 'n1', 3)
          await cluster.until('everyone hears the next', () => heard(cluster, 3).length === 4, { ms: 5_000 })
          assert.equal(heard(cluster, 1).length, 2)
        } else {
          await cluster.until(
            'everyone hears both',
            () => heard(cluster, 1).length + heard(cluster, 2).length === 8,
            { ms: 5_000 },
          )
        }
      }))
  }

  it('cuts one direction alone', () =>
    passes(async t => {
      const cluster = await start(t, 2)
      await connected(cluster, 2)
      const cut = cluster.cut([{ from: 'n1', to: 'n2' }])
      await say(cluster, 'n2', 1)
      await cluster.until('n1 hears it', () => heard(cluster, 1).length === 2, { ms: 5_000 })
      await say(cluster, 'n1', 2)
      assert.ok(await cluster.quiet())
      assert.equal(heard(cluster, 2).length, 1)
      assert.ok(cut.blocked() > 0)
      cut.heal()
      await cluster.until('n2 hears it', () => heard(cluster, 2).length === 2, { ms: 5_000 })
    }))

  it('keeps the order on a link and delays each message', () =>
    passes(async t => {
      const cluster = await start(t, 2, { edges: bothWays([['n1', 'n2']]), delayMs: 40 })
      await connected(cluster, 2)
      for (const n of [1, 2, 3]) await say(cluster, 'n1', n)
      await cluster.until('n2 hears all', () => cluster.trace.events(events.heard, 'n2').length === 3, {
        ms: 5_000,
      })
      assert.deepEqual(
        cluster.trace.events(events.heard, 'n2').map(({ data }) => data.n),
        [1, 2, 3],
      )
      for (const { at, deliveredAt } of cluster.trace.messages('number')) assert.ok(deliveredAt! - at >= 39)
    }))

  it('kills a node and starts it again on its data', () =>
    passes(async t => {
      const cluster = await start(t, 3)
      await connected(cluster, 6)
      await say(cluster, 'n3', 1)
      await cluster.node('n3').kill()
      assert.equal(cluster.node('n3').state, 'down')
      await say(cluster, 'n1', 2)
      await cluster.node('n3').restart()
      assert.deepEqual(await cluster.node('n3').call(ops.count, {}), { count: 1 })
      const connections = () => cluster.trace.entries.filter(({ kind }) => kind === 'connected').length
      await cluster.until('it is connected again', () => connections() >= 10, { ms: 5_000 })
      await say(cluster, 'n1', 3)
      await cluster.until(
        'it hears what comes',
        () => cluster.trace.events(events.heard, 'n3').some(({ data }) => data.n === 3),
        { ms: 5_000 },
      )
    }))

  it('pauses a node, which hears everything when it goes on', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no SIGSTOP')
    await passes(async t => {
      const cluster = await start(t, 3)
      await connected(cluster, 6)
      await cluster.node('n2').pause()
      await say(cluster, 'n1', 1)
      await cluster.until('n3 hears it', () => cluster.trace.events(events.heard, 'n3').length === 1, {
        ms: 5_000,
      })
      await cluster.quiet()
      assert.equal(cluster.trace.events(events.heard, 'n2').length, 0)
      cluster.node('n2').resume()
      await cluster.until('n2 hears it', () => cluster.trace.events(events.heard, 'n2').length === 1, {
        ms: 5_000,
      })
    })
  })

  it('gives each node one address for all, which it may change, and sees who dials it there', () =>
    passes(async t => {
      const addresses = new Map<string, string>()
      const cluster = await startCluster(t, {
        start: ops.start,
        size: 3,
        fronts: true,
        args: node => {
          addresses.set(node.id, node.announce!)
          // From one seed.
          return { ...node, peers: node.peers.filter(({ id }) => id === 'n1') }
        },
      })
      const { trace } = cluster
      const connections = (from: string, to: string) =>
        trace.entries.filter(entry => entry.kind === 'connected' && entry.from === from && entry.to === to)
          .length
      const meet = (id: string, peer: string) =>
        cluster.node(id).call(ops.meet, { peer, address: addresses.get(peer)! })
      const meets = (from: string, to: string, times = 1) =>
        cluster.until(`${from} connects to ${to}`, () => connections(from, to) === times, { ms: 5_000 })
      await meets('n2', 'n1')
      await meets('n3', 'n1')
      assert.equal(trace.entries.filter(({ kind }) => kind === 'connected').length, 2)
      await meet('n3', 'n2')
      await meets('n3', 'n2')
      await say(cluster, 'n3', 1)
      await cluster.until('both hear it', () => heard(cluster, 1).length === 3, { ms: 5_000 })
      const [message] = trace.messages('number').filter(({ to }) => to === 'n2')
      assert.equal(message?.from, 'n3')

      const old = addresses.get('n2')
      await cluster.move('n2')
      await cluster.node('n2').kill()
      await cluster.node('n2').restart()
      assert.notEqual(addresses.get('n2'), old)
      await meets('n2', 'n1', 2)
      assert.equal(connections('n3', 'n2'), 1)
      await meet('n3', 'n2')
      await meets('n3', 'n2', 2)
      await say(cluster, 'n3', 2)
      await cluster.until('n2 hears it at its new address', () => heard(cluster, 2).length === 3, {
        ms: 5_000,
      })
    }))

  it('ends the check with the first violation, and lists what led to it', async () => {
    const { verdict, message } = await run(async t => {
      const cluster = await start(t, 3)
      cluster.always(entry =>
        entry.kind === 'event' && entry.node === 'n3'
          ? {
              expected: 'that n3 hears nothing.',
              got: 'n3 heard something.',
              because: cluster.trace.messages(),
            }
          : undefined,
      )
      await connected(cluster, 6)
      await say(cluster, 'n1', 1)
      await new Promise(() => {})
    })
    assert.equal(verdict, 'fail')
    assert.match(
      message!,
      /Got: n3 heard something\.\nWhat led to it:\n[^]*n1 → n3: \{"type":"number","n":1\}[^]*n3: event heard \{"n":1\}/,
    )
  })

  it('says what did not happen', async () => {
    const { verdict, message } = await run(async t => {
      const cluster = await start(t, 2)
      await cluster.until('it snows', () => false, { ms: 50 })
    })
    assert.equal(verdict, 'fail')
    assert.match(message!, /Expected: that it snows\.\nGot: it did not happen\./)
  })

  it('answers a call of a node that is killed meanwhile, and leaves no folder', async () => {
    let folder = ''
    await passes(async t => {
      const cluster = await start(t, 2)
      folder = cluster.node('n1').dataDir
      assert.ok(existsSync(folder))
      const asked = cluster.node('n2').ask(ops.count, {})
      await cluster.node('n2').kill()
      const answer = await asked
      assert.ok(answer.result ?? answer.error)
    })
    for (let i = 0; existsSync(folder) && i < 100; i++) await new Promise(resolve => setTimeout(resolve, 50))
    assert.ok(!existsSync(folder))
  })
})
