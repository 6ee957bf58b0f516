import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { StartOptions } from '../../../network/start-options.ts'
import { readJoinCode, writeJoinCode, type JoinCode } from '../../../network/share/join-code.ts'
import { progress, type MessageState, type RemotePeer } from '../../../network/state.ts'
import { gone } from '../../kit/alive.ts'
import { HERE, talk, THERE, twoHosts, type TwoHosts } from '../../kit/two-hosts.ts'
import { skipBecause } from '../../kit/platform.ts'

interface Told {
  type: 'state' | 'received' | 'published' | 'left' | 'failed'
  message: string
  node: string
  origin: string
  nodes: { name: string; pid: number; peerId: string; addresses: string[]; phase: string }[]
  shared?: { code: string; address: string }
  joined?: { address: string }
  metrics?: string
  remote: RemotePeer[]
  unhealthy?: string
  messages: MessageState[]
  notices: string[]
}

/** A network on one of the hosts. */
function networkOn(hosts: TwoHosts, host: string, options: StartOptions) {
  const child: ChildProcess = hosts.run(host, 'shared-network.ts', JSON.stringify(options))
  const next = talk(child)
  const heard: Told[] = []
  /** The first that fits, of what was told since the last time. */
  const until = async (fits: (told: Told) => boolean): Promise<Told> => {
    for (;;) {
      const found = heard.findIndex(fits)
      if (found >= 0) return heard.splice(found, 1)[0]!
      const told = await next<Told>()
      if (told.type === 'failed' && !fits(told)) throw new Error(told.message)
      heard.push(told)
    }
  }
  const command = async (what: Record<string, string>) => {
    child.stdin!.write(`${JSON.stringify(what)}\n`)
    return await until(t => t.type === 'state')
  }
  return {
    child,
    until,
    command,
    state: () => command({}),
    /** Resolves when these nodes have received the message, and to who published it as they know. */
    async received(message: string, nodes: readonly string[]) {
      const origins = new Set<string>()
      for (const node of nodes)
        origins.add(
          (await until(t => t.type === 'received' && t.message === message && t.node === node)).origin,
        )
      return [...origins]
    },
    async end(pids: readonly number[]) {
      child.stdin!.end()
      await gone([...pids])
    },
  }
}
type OnHost = ReturnType<typeof networkOn>

describe('A network of two computers', function () {
  // Each network starts processes of its own, on a machine that may be busy.
  this.timeout(180_000)
  let hosts: TwoHosts | undefined
  let sharing: OnHost
  let joining: OnHost
  let shared: Told
  let joined: Told
  const pids = (told: Told) => told.nodes.map(n => n.pid)

  before(async function () {
    hosts = twoHosts('shared')
    if (!hosts) return skipBecause(this, 'two network namespaces need Linux, root and iproute2')
    sharing = networkOn(hosts, hosts.here, { nodes: 3, topology: 'full', share: {}, metrics: {} })
    shared = await sharing.until(t => t.type === 'state')
    joining = networkOn(hosts, hosts.there, { nodes: 2, topology: 'full', join: shared.shared!.code })
    joined = await joining.until(t => t.type === 'state')
  })
  after(() => hosts?.remove())

  it('listens in the local network, says so, and shows a code with its address', () => {
    for (const { addresses } of shared.nodes)
      assert.match(addresses.join(), new RegExp(`^/ip4/${HERE}/tcp/\\d+/p2p/\\w+$`))
    assert.ok(shared.notices.some(text => text.includes(`local network can reach this network at ${HERE}`)))
    const { host, port } = readJoinCode(shared.shared!.code) as JoinCode
    assert.equal(`${host}:${port}`, shared.shared!.address)
    // Who joins opens nothing.
    for (const { addresses } of joined.nodes) assert.match(addresses.join(), /^\/ip4\/127\.0\.0\.1\//)
    assert.equal(joined.joined!.address, shared.shared!.address)
  })

  it('opens nothing but its nodes: the metrics stay on loopback', async () => {
    const [metrics, node] = [
      new URL(shared.metrics!).port,
      /\/tcp\/(\d+)/.exec(shared.nodes[2]!.addresses[0]!)![1],
    ]
    const outside = hosts!.run(
      hosts!.there,
      'listen-outside.ts',
      THERE,
      '29999',
      `${HERE}:${metrics}`,
      `${HERE}:${node}`,
    )
    const next = talk(outside)
    const heard: object[] = []
    while (heard.length < 3) heard.push(await next<object>())
    assert.deepEqual(
      new Set(heard.map(h => JSON.stringify(h))),
      new Set(['{"listening":true}', '{"refused":"ECONNREFUSED"}', `{"reached":"${HERE}:${node}"}`]),
    )
    outside.kill('SIGKILL')
  })

  it('carries what either side publishes to every node of the other', async () => {
    const { message } = await publish(sharing, 'n2', 'from here')
    const origin = shared.nodes.find(n => n.name === 'n2')!.peerId
    assert.deepEqual(await joining.received(message, ['n1', 'n2']), [origin])

    const back = await publish(joining, 'n1', 'from there')
    assert.deepEqual(await sharing.received(back.message, ['n1', 'n2', 'n3']), [joined.nodes[0]!.peerId])
  })

  it('counts for each side its own nodes, whoever published', async () => {
    const { message } = await publish(joining, 'n2', 'counted')
    await Promise.all([sharing.received(message, ['n1', 'n2', 'n3']), joining.received(message, ['n1'])])
    const there = (await joining.state()).messages.find(m => m.id === message)!
    assert.deepEqual([progress(there).reached, progress(there).expected], [1, 1])
    const here = (await sharing.state()).messages.find(m => m.id === message)!
    assert.deepEqual([here.publisher, progress(here).reached, progress(here).expected], [undefined, 3, 3])
  })

  it('shows the nodes of the other side as remote peers, and is healthy on both', async () => {
    const [here, there] = [await sharing.state(), await joining.state()]
    assert.deepEqual(here.remote.map(r => r.peer).toSorted(), joined.nodes.map(n => n.peerId).toSorted())
    assert.ok(
      there.remote.every(r =>
        shared.nodes.some(n => n.peerId === r.peer && r.address.startsWith(`/ip4/${HERE}/`)),
      ),
    )
    assert.ok(
      there.remote.some(r => r.mesh.length > 0),
      'one mesh, not two with gossip between them',
    )
    assert.deepEqual([here.unhealthy, there.unhealthy], [undefined, undefined])
    assert.deepEqual([here.nodes.length, there.nodes.length], [3, 2])
  })

  it('lets nobody in with a code that is made for another node, and says so in one sentence', async () => {
    const code = readJoinCode(shared.shared!.code) as JoinCode
    const other = writeJoinCode({ ...code, fingerprint: '00'.repeat(10) })
    const { message } = await refusal(other)
    assert.equal(
      message,
      `join the network at ${shared.shared!.address}: the node that answers is not the one that the code belongs to. Check that the other network is still running, that both computers are on the same local network and that no firewall is in between, or get a new code`,
    )
    const nobody = await refusal(writeJoinCode({ ...code, port: 1 }))
    assert.match(
      nobody.message,
      /^join the network at 10\.99\.7\.1:1: it cannot be reached \(.*ECONNREFUSED.*\)\. Check/,
    )
  })

  it('keeps its code when the node that lets others in comes back', async () => {
    await sharing.command({ kill: 'n1' })
    const state = await sharing.command({ restart: 'n1' })
    assert.deepEqual(state.nodes[0]!.addresses, shared.nodes[0]!.addresses)
    const third = networkOn(hosts!, hosts!.there, { nodes: 1, topology: 'full', join: shared.shared!.code })
    const told = await third.until(t => t.type === 'state')
    const { message } = await publish(third, 'n1', 'a third one')
    await Promise.all([
      sharing.received(message, ['n1', 'n2', 'n3']),
      joining.received(message, ['n1', 'n2']),
    ])
    await third.end(pids(told))
  })

  it('is shared and joined from two terminals', async () => {
    const up = hosts!.p2plab(hosts!.here, 'network', 'up', '--nodes', '1', '--share', HERE, '--json')
    const { shared, nodes } = await talk(up)<Pick<Told, 'shared' | 'nodes'>>()
    const errors = createInterface(up.stderr!)
    const seen = new Promise<string>(resolve =>
      errors.on('line', line => line.startsWith('remote ') && resolve(line)),
    )
    const join = hosts!.p2plab(hosts!.there, 'network', 'join', shared!.code.toLowerCase(), '--nodes', '1')
    const text = new Promise<string>(resolve =>
      join.stdout!.once('data', (data: Buffer) => resolve(data.toString())),
    )
    assert.match(
      await text,
      new RegExp(`\\nJoined the network at ${shared!.address}\\nremote ${nodes[0]!.peerId} `),
    )
    assert.match(await seen, /^remote 12D3\w+ connected, \/ip4\/10\.99\.7\.2\/tcp\//)
    for (const child of [join, up]) {
      child.kill('SIGTERM')
      assert.deepEqual(await once(child, 'exit'), [0, null])
    }
  })

  it('goes on when the side that joined is killed', async () => {
    for (const pid of pids(joined)) process.kill(pid, 'SIGKILL')
    joining.child.kill('SIGKILL')
    const left = new Set<string>()
    while (joined.nodes.some(n => !left.has(n.peerId)))
      left.add((await sharing.until(t => t.type === 'left')).message)
    const { message } = await publish(sharing, 'n3', 'still here')
    await sharing.received(message, ['n1', 'n2'])
    const state = await sharing.state()
    assert.deepEqual([state.remote, state.unhealthy], [[], undefined])
    await sharing.end(pids(state))
  })

  async function publish(on: OnHost, node: string, text: string): Promise<Told> {
    await on.command({ broadcast: text, node })
    return await on.until(t => t.type === 'published')
  }
  async function refusal(code: string): Promise<Told> {
    const refused = networkOn(hosts!, hosts!.there, {
      nodes: 1,
      topology: 'full',
      discovery: 'assigned',
      join: code,
    })
    const told = await refused.until(t => t.type === 'failed' || t.type === 'state')
    assert.equal(told.type, 'failed')
    await once(refused.child, 'exit')
    return told
  }
})
