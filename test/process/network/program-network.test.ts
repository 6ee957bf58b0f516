/** A network whose nodes are copies of a learner's program: the same faults, events and endings as on one of libp2p. */
import assert from 'node:assert/strict'
import { EXERCISES } from '../../../labs/catalogue.ts'
import { nameOf } from '../../../network/state.ts'
import type { StartOptions } from '../../../network/start-options.ts'
import { gone, isAlive } from '../../kit/alive.ts'
import { existing, folderWith, removeFolders, source } from '../../kit/labs.ts'
import { watched, type WatchedNetwork } from '../../kit/network.ts'
import { skipBecause } from '../../kit/platform.ts'

/** The solution of 4.1, or this program, as its nodes. */
async function flooding(text?: string): Promise<NonNullable<StartOptions['program']>> {
  const { file, network } = existing('4.1')
  const workspace = await folderWith({ [file]: text ?? (await source('4.1', 'typescript/solution.ts')) })
  return { exercise: '4.1', spec: { kind: 'typescript', file, workspace }, ...network! }
}

describe("A network of a learner's program", () => {
  let network: WatchedNetwork
  beforeEach(() => {
    network = watched()
  })
  afterEach(() => network.stopAll())
  after(removeFolders)

  const node = (name: string) => network.state.nodes[name]!
  const pids = () => Object.values(network.state.nodes).flatMap(({ pid }) => pid ?? [])

  it('passes broadcasts on, and tells of every message and every event of its nodes', async () => {
    const program = await flooding()
    await network.start({ nodes: 5, topology: 'ring', program })
    assert.equal(network.state.program, '4.1')
    const id = await network.deliver({ node: 'n2', text: 'hello' })
    const message = network.state.messages.find(m => m.id === id)!
    assert.equal(message.text, 'hello')
    assert.equal(message.publisher, 'n2')
    const floods = () => network.eventsOf('frame').filter(({ kind }) => kind === 'flood')
    await network.until('the links have carried the copies', () => floods().length >= 6)
    // 2 e - (n - 1), of which n - 1 were needed.
    assert.equal(floods().length, 6)
    // Each connection begins with one that names the sender.
    assert.equal(network.eventsOf('frame').filter(({ kind }) => kind === 'from').length, 10)
    assert.equal(network.eventsOf('received').length, 4)
    assert.equal(network.eventsOf('duplicate').length, 2)
    for (const { sentAt, at, bytes } of floods()) {
      assert.ok(at >= sentAt)
      assert.ok(bytes > 40)
    }
    const reported = network.eventsOf('reported')
    assert.deepEqual(
      reported.map(e => `${e.node} ${e.event}`).sort(),
      ['n1', 'n2', 'n3', 'n4', 'n5'].map(name => `${name} delivered`),
    )
    assert.match(node('n4').reported!.data, /"payload":"68656c6c6f"/)
    const running = pids()
    await network.stopAll()
    await gone(running)
  })

  it("speaks Bitcoin's messages on one connection for each pair of neighbors", async () => {
    const { file, network: dials } = existing('4.2')
    const files = { [file]: await source('4.2', 'typescript/solution.ts') }
    for (const id of ['2.1', '2.2', '2.4'])
      files[existing(id).file] = await source(id, 'typescript/solution.ts')
    const workspace = await folderWith(files)
    const spec = { kind: 'typescript' as const, file, workspace }
    await network.start({ nodes: 4, topology: 'ring', program: { exercise: '4.2', spec, ...dials! } })
    const frames = (kind: string) => network.eventsOf('frame').filter(one => one.kind === kind)
    // Who is not through with the handshake hears only of what comes later.
    await network.until('all handshakes are complete', () => frames('verack').length === 8)
    await network.deliver({ node: 'n3', text: 'lazy' })
    assert.equal(new Set(frames('version').map(({ node, peer }) => `${node} to ${peer}`)).size, 8)
    assert.equal(frames('tx').length, 3)
    assert.equal(network.eventsOf('received').length, 3)
    assert.equal(network.eventsOf('duplicate').length, 0)
  })

  it('finds itself from one address, over links that watch, and says to each node what its own links are', async () => {
    const { file, network: meets } = existing('3.1')
    const files = { [file]: await source('3.1', 'typescript/solution.ts') }
    for (const id of ['2.1', '2.2', '2.4'])
      files[existing(id).file] = await source(id, 'typescript/solution.ts')
    const workspace = await folderWith(files)
    const spec = { kind: 'typescript' as const, file, workspace }
    await network.start({ nodes: 4, topology: 'full', program: { exercise: '3.1', spec, ...meets! } })
    const names = ['n1', 'n2', 'n3', 'n4']
    const pairs = names.flatMap(a => names.flatMap(b => (a === b ? [] : [`${a} ${b}`])))
    const links = (state = network.state) =>
      names.flatMap(name =>
        Object.keys(state.nodes[name]!.connections).map(peer => `${name} ${nameOf(state, peer)}`),
      )
    await network.until('everyone has met everyone', state => links(state).length === pairs.length)
    assert.deepEqual(links().sort(), pairs)
    // Nobody got an address that goes past the links.
    const met = () => network.eventsOf('reported').filter(({ event }) => event === 'peer')
    await network.until('every node has dialed every other one', () => met().length >= 2 * pairs.length)
    const own = names.map(name => node(name).addresses[0]!.split('/').at(-1))
    const dialed = met().filter(({ data }) => data.includes('"outbound"'))
    for (const { data } of dialed) assert.ok(!own.some(port => data.includes(`:${port}"`)), data)
    assert.ok(network.eventsOf('frame').some(({ kind }) => kind === 'addr'))
  })

  it('watches datagrams: of a group that finds a member dead, and takes it back', async () => {
    const { file, network: meets } = existing('3.5')
    const workspace = await folderWith({ [file]: await source('3.5', 'typescript/solution.ts') })
    const spec = { kind: 'typescript' as const, file, workspace }
    await network.start({ nodes: 3, topology: 'full', program: { exercise: '3.5', spec, ...meets! } })
    const said = (about: string, state: string) =>
      new Set(
        network
          .eventsOf('reported')
          .filter(({ data }) => data.includes(`"node":"${about}"`) && data.includes(`"state":"${state}"`))
          .map(one => one.node),
      )
    await network.until('n2 and n3 know each other', () =>
      ['n2', 'n3'].every(name => said(name, 'alive').size === 2),
    )
    await network.killNode('n3')
    await network.until('n1 and n2 find it dead', () => said('n3', 'dead').size === 2)
    await network.restartNode('n3')
    await network.until('it is back', () =>
      network.eventsOf('reported').some(({ data }) => /"node":"n3".*"alive","incarnation":1/.test(data)),
    )
    const kinds = new Set(network.eventsOf('frame').map(({ kind }) => kind))
    for (const kind of ['join', 'members', 'ping', 'ack', 'ping-req']) assert.ok(kinds.has(kind), kind)
  })

  it('gives each node the one address that it tells others, and watches whoever comes there', async () => {
    const files: Record<string, string> = {}
    for (const id of ['4.6', '4.8']) files[existing(id).file] = await source(id, 'typescript/solution.ts')
    const workspace = await folderWith(files)
    const { file, network: meets } = existing('4.8')
    const spec = { kind: 'typescript' as const, file, workspace }
    await network.start({ nodes: 3, topology: 'full', program: { exercise: '4.8', spec, ...meets! } })
    // A node sends only where it has dialed: its first frame there names it.
    const all = () => {
      const dialed = network.eventsOf('frame').filter(({ kind }) => kind === 'from')
      return new Set(dialed.map(({ node, peer }) => `${node} ${peer}`)).size === 6
    }
    await network.until('they have found each other', all)
    await network.deliver({ node: 'n2', text: 'hello' })
    // It is the seed, and comes back elsewhere: its record says where.
    await network.killNode('n1')
    const { at } = network.eventsOf('node-killed')[0]!
    await network.restartNode('n1')
    const back = () => {
      const dialed = network.eventsOf('frame').filter(one => one.kind === 'from' && one.at > at)
      return ['n2', 'n3'].every(node => dialed.some(one => one.node === node && one.peer === 'program:n1'))
    }
    await network.until('they have found it again', back)
    await network.deliver({ node: 'n3', text: 'hello again' })
    assert.ok(network.eventsOf('frame').some(({ kind }) => kind === 'record'))
  })

  it('has slow and lossy ways for datagrams, too', async () => {
    const { file, network: meets } = existing('3.5')
    const workspace = await folderWith({ [file]: await source('3.5', 'typescript/solution.ts') })
    const spec = { kind: 'typescript' as const, file, workspace }
    await network.start({ nodes: 2, topology: 'full', program: { exercise: '3.5', spec, ...meets! } })
    await network.setLinkFault('n1', 'n2', { latencyMs: 80 })
    const since = Date.now()
    const late = () =>
      network.eventsOf('frame').filter(({ sentAt, at }) => sentAt > since && at - sentAt >= 79)
    await network.until('pings take their time', () => late().length >= 2)
    await network.setLinkFault('n1', 'n2', { loss: 1 })
    await network.until('all is lost', () => network.eventsOf('frame').some(({ lost }) => lost))
    await network.clearLinkFault('n1', 'n2')
    assert.deepEqual(network.state.faultyLinks, {})
  })

  it('is split, and healed', async () => {
    await network.start({ nodes: 4, topology: 'full', program: await flooding() })
    await network.partition([
      { name: 'A', nodes: ['n1', 'n2'] },
      { name: 'B', nodes: ['n3', 'n4'] },
    ])
    const apart = await network.deliver({ node: 'n1', count: 1 })
    const deliveries = () => Object.keys(network.state.messages.find(m => m.id === apart)!.deliveries)
    await network.deliver({ node: 'n3', count: 1, text: 'there' })
    assert.deepEqual(deliveries(), ['n2'])
    await network.heal()
    await network.deliver({ node: 'n1', text: 'together' })
  })

  it('loses a node, and takes it back where it is then', async () => {
    await network.start({ nodes: 3, topology: 'line', program: await flooding() })
    const { pid, addresses } = node('n2')
    await network.killNode('n2')
    await gone([pid!])
    assert.equal(network.eventsOf('node-killed')[0]!.how, 'SIGKILL')
    await network.restartNode('n2')
    assert.notDeepEqual(node('n2').addresses, addresses)
    await network.deliver({ node: 'n1', text: 'back' })
  })

  it('keeps what a node has stored, for its next start', async () => {
    const text = `import { emit, openLinks, openStorage } from 'p2plab'
export async function start({ id, host, port, peers, dataDir }) {
  const storage = openStorage(dataDir)
  const starts = (storage.load('starts') ?? 0) + 1
  storage.save('starts', starts)
  const links = await openLinks({ id, host, port, peers, onMessage() {} })
  emit('started', { starts })
  return { port: links.port }
}`
    const { file, network: meets } = existing('4.4')
    const spec = { kind: 'typescript' as const, file, workspace: await folderWith({ [file]: text }) }
    await network.start({ nodes: 2, topology: 'line', program: { exercise: '4.4', spec, ...meets! } })
    await network.killNode('n1')
    await network.restartNode('n1')
    await network.until('n1 says how often it was started', state =>
      state.nodes['n1']!.reported!.data.includes('{"starts":2}'),
    )
  })

  it('pauses a node, which hears it all when it goes on', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no SIGSTOP')
    await network.start({ nodes: 3, topology: 'line', program: await flooding() })
    await network.pauseNode('n3')
    const id = await network.deliver({ node: 'n1', count: 1 })
    await network.resumeNode('n3')
    await network.until(
      'n3 hears it',
      state => state.messages.find(m => m.id === id)!.deliveries['n3'] !== undefined,
    )
  })

  it('has links that are slow', async () => {
    await network.start({ nodes: 2, topology: 'line', program: await flooding() })
    await network.setLinkFault('n1', 'n2', { latencyMs: 80 })
    const id = await network.deliver({ node: 'n1' })
    const { at, deliveries } = network.state.messages.find(m => m.id === id)!
    assert.ok(deliveries['n2']!.at - at < 80, 'the link that watches is before the one that is slow')
    await network.until('n2 reports it', () => network.eventsOf('reported').some(e => e.node === 'n2'))
    const heard = network.eventsOf('reported').find(e => e.node === 'n2')!.at
    assert.ok(heard - at >= 79)
    await network.clearLinkFault('n1', 'n2')
  })

  it('says why a program does not start, in the words of a check', async () => {
    const program = await flooding(
      'export async function start() {\n  throw new Error("no peers for me")\n}\n',
    )
    await assert.rejects(
      network.start({ nodes: 2, topology: 'line', program }),
      /n1: start the program: .*flooding\.ts:2:\d+: no peers for me/,
    )
    assert.deepEqual(pids().filter(isAlive), [])
  })

  it('goes on where a program never connects, and says so', async () => {
    const text = `import net from 'node:net'
export const start = () => new Promise(resolve => {
  const server = net.createServer().listen(0, '127.0.0.1', () => resolve({ port: server.address().port }))
})`
    await network.start({ nodes: 2, topology: 'line', program: await flooding(text) })
    const [notice] = network.state.notices
    assert.match(
      notice!.text,
      /n1 has 0 of 1 links\)\. That is up to your program, so the network keeps running\.$/,
    )
    await assert.rejects(network.broadcast({ node: 'n1' }), /n1: publish: .*does not export.*publish/)
  })

  it('tells of a crash with the last lines of the program', async () => {
    const crashing = (await source('4.1', 'typescript/solution.ts')).replace(
      'if (seen.has(id)) return',
      'if (payload === "6f756368") throw new Error("ouch")\n  if (seen.has(id)) return',
    )
    await network.start({ nodes: 3, topology: 'line', program: await flooding(crashing) })
    await network.broadcast({ node: 'n1', text: 'ouch' }).catch(() => undefined)
    await network.broadcast({ node: 'n1', text: 'fine' })
    const crashed = () => network.eventsOf('node-crashed')
    // The publisher's own op only fails; whoever gets it from a peer has nobody to catch it.
    assert.equal(crashed().length, 0)
    assert.equal(nameOf(network.state, 'program:n1'), 'n1')
  })

  it('refuses what only libp2p nodes can do', async () => {
    const program = await flooding()
    await assert.rejects(
      network.start({ nodes: 3, topology: 'line', discovery: 'mdns', program }),
      /mDNS discovery is for libp2p nodes\. Leave it out/,
    )
    await assert.rejects(network.start({ nodes: 21, topology: 'line', program }), /Use at most 20 nodes/)
    await assert.rejects(
      network.start({ nodes: 3, topology: 'ring', program: { ...program, dials: 'found' } }),
      /the nodes of exercise 4\.1 find each other, and a ring of them was asked for\. Use the topology full/,
    )
    await network.start({ nodes: 2, topology: 'line', program })
    await assert.rejects(network.addNode(), /your program's nodes get their peers when they start/)
    await assert.rejects(network.addHostile('spam'), /your program's nodes get their peers when they start/)
  })

  it('can be run of each exercise that says so', () => {
    for (const { id, network: dials } of EXERCISES) if (dials) assert.match(id, /^[34]\.\d$/)
  })
})
