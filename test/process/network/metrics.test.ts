import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect, createServer, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { NetworkError } from '../../../network/failure.ts'
import { gone } from '../../kit/alive.ts'
import { parseExposition, type Metric } from '../../kit/exposition.ts'
import { watched, type WatchedNetwork } from '../../kit/network.ts'
import { skipBecause } from '../../kit/platform.ts'

const scrape = async (url: string) => {
  const response = await fetch(url)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  return parseExposition(await response.text())
}
/** The samples of a metric by node, those of one node added up. */
const byNode = (metrics: Map<string, Metric>, name: string) => {
  const sums: Record<string, number> = {}
  for (const { labels, value } of metrics.get(name)?.samples ?? [])
    sums[labels['node'] ?? ''] = (sums[labels['node'] ?? ''] ?? 0) + value
  return sums
}
const sum = (values: Record<string, number>) => Object.values(values).reduce((a, b) => a + b, 0)

/** The answer to a request as it is written here: fetch would not let us choose the host. */
async function ask(url: string, options: { method?: string; path?: string; host?: string }) {
  const { hostname, port, pathname } = new URL(url)
  const { host = `${hostname}:${port}`, method = 'GET', path = pathname } = options
  const sent = request({ hostname, port, method, path, headers: { host } })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}
const refused = async (url: string) => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  return error.code === 'ECONNREFUSED'
}

describe('The metrics of a network', () => {
  let network: WatchedNetwork
  let url: string
  before(async () => {
    network = watched()
    await network.start({ nodes: 4, topology: 'full', discovery: 'assigned', metrics: {} })
    url = network.state.metrics!
  })
  after(() => network.stopAll())

  it('are those of every node, in a format that Prometheus takes', async () => {
    const metrics = await scrape(url)
    assert.deepEqual(byNode(metrics, 'p2plab_node_up'), { n1: 1, n2: 1, n3: 1, n4: 1 })
    assert.equal(metrics.get('p2plab_nodes_unanswered')!.samples[0]!.value, 0)
    // libp2p's, of its transport, its encryption and its connection manager, and gossipsub's
    for (const name of [
      'libp2p_connection_manager_connections',
      'libp2p_noise_xxhandshake_successes_total',
      'libp2p_data_transfer_bytes_total',
      'gossipsub_mesh_peer_count',
    ])
      assert.deepEqual(Object.keys(byNode(metrics, name)), ['n1', 'n2', 'n3', 'n4'], name)
    // In a full network of four everyone is connected to three others, and grafts them.
    assert.deepEqual(byNode(metrics, 'gossipsub_mesh_peer_count'), { n1: 3, n2: 3, n3: 3, n4: 3 })
    assert.ok([...metrics.values()].some(m => m.kind === 'histogram'))
    assert.ok([...metrics.keys()].every(name => !name.startsWith('nodejs_') && !/^p2plab\d/.test(name)))
    const info = metrics.get('p2plab_node_info')!.samples
    assert.deepEqual(
      info.map(s => [s.labels['node'], s.labels['pid'], s.labels['peer_id']]),
      Object.values(network.state.nodes).map(n => [n.name, String(n.pid), n.peerId]),
    )
    assert.equal(metrics.get('p2plab_process_resident_memory_bytes')!.samples.length, 4)
  })

  it('add up to what was delivered', async () => {
    // What was received for the first time and had a valid signature; copies count as duplicates.
    const valid = (metrics: Map<string, Metric>) =>
      sum(byNode(metrics, 'gossipsub_pre_validation_valid_total'))
    const before = await scrape(url)
    for (const node of ['n1', 'n2', 'n1']) await network.deliver({ node })
    const after = await scrape(url)
    assert.equal(valid(after) - valid(before), 9)
    const published = byNode(after, 'gossipsub_msg_publish_count_total')
    assert.deepEqual(published, { n1: 2, n2: 1 })
  })

  it('are answered at that address and that path only, and to GET only', async () => {
    const port = Number(new URL(url).port)
    const strangers = ['evil.example', '192.168.1.5', '127.0.0.1.evil.example', 'localhost.evil.example']
    for (const host of [...strangers, 'evil.example/127.0.0.1', 'evil.example@localhost'])
      assert.equal((await ask(url, { host: `${host}:${port}` })).status, 403, host)
    // A port that is forwarded from another computer may have another number there.
    for (const host of [`localhost:${port}`, `localhost:${port + 1}`, `127.0.0.1:${port + 1}`, '[::1]:80'])
      assert.equal((await ask(url, { host })).status, 200, host)
    assert.equal((await ask(url, { path: '/' })).status, 404)
    const posted = await ask(url, { method: 'POST' })
    assert.deepEqual([posted.status, posted.headers.allow], [405, 'GET'])
    assert.equal((await ask(url, { path: '/metrics?x=1' })).status, 200)
  })

  it('of a node that does not answer are missing, and the scrape does not wait for ever', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no SIGSTOP')
    const { pid } = network.state.nodes['n3']!
    process.kill(pid!, 'SIGSTOP')
    try {
      const metrics = await scrape(url)
      assert.deepEqual(byNode(metrics, 'p2plab_node_up'), { n1: 1, n2: 1, n3: 0, n4: 1 })
      assert.equal(metrics.get('p2plab_nodes_unanswered')!.samples[0]!.value, 1)
      assert.deepEqual(Object.keys(byNode(metrics, 'gossipsub_mesh_peer_count')), ['n1', 'n2', 'n4'])
    } finally {
      process.kill(pid!, 'SIGCONT')
    }
    const { samples } = (await scrape(url)).get('p2plab_nodes_unanswered')!
    assert.equal(samples[0]!.value, 0)
  })

  it('cannot be had at a port that is in use, and one sentence says so', async () => {
    const other = watched()
    const port = Number(new URL(url).port)
    await assert.rejects(
      other.start({ nodes: 1, topology: 'line', metrics: { port } }),
      (error: NetworkError) =>
        error instanceof NetworkError &&
        error.message ===
          `open the metrics endpoint: port ${port} is in use by another program. Choose another port, or leave it out to use a free port`,
    )
    assert.equal(other.state.phase, 'none')
  })

  it('go with the network', async () => {
    const pids = Object.values(network.state.nodes).map(n => n.pid!)
    await network.stopAll()
    assert.equal(network.state.metrics, undefined)
    assert.ok(await refused(url))
    await gone(pids)
  })
})

describe('Nodes that share a process', function () {
  // Thirteen nodes, on a machine that may be busy.
  this.timeout(180_000)

  it('have metrics of their own, also when one comes back', async () => {
    const network = watched()
    try {
      await network.start({ nodes: 13, topology: 'star', discovery: 'assigned', metrics: {} })
      await network.restartNode('n5')
      const metrics = await scrape(network.state.metrics!)
      const connections = byNode(metrics, 'libp2p_connection_manager_connections')
      assert.equal(Object.keys(connections).length, 13)
      assert.equal(connections['n1'], 12)
      assert.equal(connections['n5'], 1)
      assert.equal(connections['n6'], 1)
      const pids = new Set(Object.values(network.state.nodes).map(n => n.pid))
      assert.equal(metrics.get('p2plab_process_cpu_seconds_total')!.samples.length, pids.size)
    } finally {
      await network.stopAll()
    }
  })
})

describe('A network without metrics', () => {
  it('opens no port but those of its nodes', async () => {
    const servers = () =>
      process.getActiveResourcesInfo().filter(resource => resource === 'TCPServerWrap').length
    const before = servers()
    const network = watched()
    try {
      await network.start({ nodes: 1, topology: 'line', discovery: 'assigned' })
      assert.equal(servers(), before)
      assert.equal(network.state.metrics, undefined)
      assert.deepEqual(network.eventsOf('metrics-listening'), [])
    } finally {
      await network.stopAll()
    }
    // The same way of looking does see one.
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    assert.ok((server.address() as AddressInfo).port > 0)
    assert.equal(servers(), before + 1)
    server.close()
  })
})
