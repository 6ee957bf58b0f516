/**
 * Exercise 3.3 and bittorrent-dht, the DHT of WebTorrent: its nodes and the solution ask each other, learn of others from each other, and agree about
 * distances. And tshark names what goes over the wire.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type DHT from 'bittorrent-dht'
import { decodeContacts, krpcQuery, parseKrpc } from '../../../../labs/3-discovery/shared/krpc.ts'
import { byDistance } from '../../../../labs/3-discovery/shared/xor.ts'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { p2plab } from '../../../kit/cli.ts'
import { startSwarm, stopSwarm, type SwarmNode } from '../../../kit/dht-swarm.ts'
import { folderWith, removeFolders, workspaceOf } from '../../../kit/labs.ts'
import { startSolution } from '../../../kit/running-solution.ts'
import { needTshark, tshark } from '../../../kit/tshark.ts'

const HOST = '127.0.0.1'
const SIZE = 12
/** As theirs: all of them find a place in any table. */
const K = 20
const MINUTES_MS = 15 * 60_000

/** What kit/bittorrent-dht.d.ts does not have, because only these tests use it. */
type Node = DHT & {
  nodes: { closest(target: Uint8Array): { id: Uint8Array; host: string; port: number }[] }
  lookup(target: Buffer, done: (error: Error | null) => void): void
}

describe('the solution of 3.3 and real DHT nodes', function () {
  this.timeout(180_000)
  const id = randomBytes(20)
  let swarm: SwarmNode[] = []
  let solution: Program
  let port: number
  const started: DHT[] = []

  before(async function () {
    swarm = await startSwarm(this, SIZE)
    solution = await startSolution('3.3')
    const rules = { id: id.toString('hex'), k: K, goodMs: MINUTES_MS, refreshMs: 300, timeoutMs: 5_000 }
    ;({ port } = (await solution.call('listen', { host: HOST, port: 0, ...rules })) as { port: number })
  })
  after(async () => {
    await solution?.stop()
    for (const dht of started) dht.destroy()
    await stopSwarm(swarm)
    await removeFolders()
  })

  const nodes = async () => new Set((await solution.call('table', {}))['nodes'] as string[])
  const line = (node: { id: Uint8Array; address: string }) =>
    `${Buffer.from(node.id).toString('hex')} ${node.address}`
  /** Its time-out is that of the test. */
  const until = async (so: () => boolean | Promise<boolean>) => {
    while (!(await so())) await sleep(50)
  }
  const ids = (dht: DHT) => new Set(dht.nodes.toArray().map(node => Buffer.from(node.id).toString('hex')))

  it('learns of a whole network from one of its nodes', async () => {
    swarm[5]!.dht.addNode({ host: HOST, port })
    await until(async () => (await nodes()).size >= SIZE)
    assert.deepEqual([...(await nodes())].sort(), swarm.map(line).sort())
  })

  it('tells a new node of the whole network', async () => {
    const { default: Node } = await import('bittorrent-dht')
    const dht = new Node({ host: HOST, bootstrap: [`${HOST}:${port}`] })
    started.push(dht)
    dht.on('warning', () => {})
    dht.listen(0, HOST)
    await once(dht, 'listening')
    const expected = [id, ...swarm.map(node => node.id)].map(one => one.toString('hex'))
    await until(() => expected.every(one => ids(dht).has(one)))
    // And it is told of in turn.
    await until(async () =>
      (await nodes()).has(line({ id: dht.nodeId, address: `${HOST}:${dht.address().port}` })),
    )
  })

  it('agrees with them about the nearest nodes', async () => {
    const [{ dht, id: theirs }] = swarm as [SwarmNode]
    for (const one of swarm.slice(1)) dht.addNode({ host: HOST, port: one.dht.address().port })
    await until(() => swarm.slice(1).every(one => ids(dht).has(one.id.toString('hex'))))
    for (let i = 0; i < 20; i++) {
      const target = randomBytes(20)
      const known = (one: { id: Uint8Array }) =>
        swarm.some(node => node.id.equals(one.id)) && !theirs.equals(one.id)
      const expected = (dht as Node).nodes.closest(target).filter(known)
      const got = (await findNode(target)).filter(known)
      assert.deepEqual(
        got.map(one => one.id.toString('hex')),
        expected.map(one => Buffer.from(one.id).toString('hex')),
      )
      assert.deepEqual(got, [...got].sort(byDistance(target)))
    }
  })

  it('is a node among others for a lookup of peers, for which it knows no method', async () => {
    const { dht } = swarm[7]!
    await new Promise<void>((resolve, reject) => {
      ;(dht as Node).lookup(randomBytes(20), error => (error ? reject(error) : resolve()))
    })
    assert.ok((await nodes()).size >= SIZE)
  })

  /** What the solution answers to find_node. */
  async function findNode(target: Buffer) {
    const socket = dgram.createSocket('udp4')
    try {
      socket.bind(0, HOST)
      await once(socket, 'listening')
      const t = randomBytes(2)
      socket.send(krpcQuery(t, 'find_node', { id: randomBytes(20), target }), port, HOST)
      for (;;) {
        const [bytes] = (await once(socket, 'message')) as [Buffer]
        const message = parseKrpc(bytes)
        // The other one is its ping.
        if (message.kind !== 'response' || !message.t.equals(t)) continue
        return decodeContacts(message.values.nodes as Buffer)
      }
    } finally {
      socket.close()
    }
  }
})

describe('a packet capture of 3.3', function () {
  this.timeout(120_000)
  before(async function () {
    await needTshark(this)
  })
  after(removeFolders)

  it('is what the bt-dht dissector calls BitTorrent DHT, down to the nodes', async () => {
    const folder = await folderWith({})
    const file = path.join(folder, 'check.pcapng')
    const workspace = await workspaceOf('solution.ts')
    const ran = await p2plab(
      ['check', '3.3', '--workspace', workspace, '--only', 'closest', '--pcap', file],
      folder,
    )
    assert.equal(ran.status, 0, ran.errors)
    const ports = new Set(await tshark(file, '-T', 'fields', '-e', 'udp.dstport'))
    const told = [...ports].flatMap(one => ['-d', `udp.port==${one},bt-dht`])
    const all = await tshark(file, '-Y', 'udp')
    const named = await tshark(file, ...told, '-Y', 'bt-dht')
    assert.ok(all.length > 50)
    assert.equal(named.length, all.length)
    assert.deepEqual(await tshark(file, ...told, '-Y', '_ws.malformed'), [])
    const nodes = await tshark(file, ...told, '-Y', 'bt-dht.nodes', '-T', 'fields', '-e', 'bt-dht.port')
    const contacts = nodes.flatMap(line => line.split(',')).filter(one => one !== '')
    assert.ok(contacts.length > 10)
    for (const one of contacts) assert.ok(ports.has(one), `port ${one}`)
  })
})
