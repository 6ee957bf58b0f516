import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { startNetworkProcess } from '../../../network/client.ts'
import { listNetworks, loadNetwork, saveNetwork, startOptionsOf } from '../../../network/saved-networks.ts'
import { edges } from '../../../network/state.ts'
import { dist, watched } from '../../kit/network.ts'

describe('A network kept by name', function () {
  // Each test starts several networks, one after another.
  this.timeout(180_000)
  let folder: string
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-saved-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('comes back with the same identities, links and settings, also those of a node that joined later', async () => {
    const first = watched()
    const look = ({ state }: typeof first) => ({
      ids: Object.values(state.nodes).map(n => n.peerId),
      links: edges(state)
        .map(({ a, b }) => `${a} ${b}`)
        .sort(),
      topology: state.topology,
    })
    let seen: ReturnType<typeof look>
    try {
      await first.start({ nodes: 9, topology: 'random', discovery: 'assigned' })
      await first.addHostile('spam', 1)
      await first.addNode()
      const hostile = first.state.nodes['n10']!.peerId
      const definition = first.definition()
      // What is saved is the plan; a dial of the newcomer may still be under way.
      await first.until(
        'every saved link is a connection',
        state =>
          edges(state).filter(({ a, b }) => a !== 'n10' && b !== 'n10').length === definition.links.length,
      )
      await saveNetwork(folder, { name: 'mine', ...definition })
      seen = look(first)
      seen.ids = seen.ids.filter(id => id !== hostile)
    } finally {
      await first.stopAll()
    }
    const again = watched()
    try {
      const saved = await loadNetwork(folder, 'mine')
      assert.equal(saved.identities.length, 10)
      await again.start(startOptionsOf(saved))
      assert.deepEqual(look(again).ids, seen.ids)
      // n11 is n10 now: the hostile node that stood between is not kept.
      const links = seen.links
        .filter(link => !link.split(' ').includes('n10'))
        .map(link => link.replace('n11', 'n10'))
        .sort()
      assert.deepEqual(look(again).links, links)
      assert.equal(again.state.topology, 'random')
      await again.deliver({ count: 9 })
    } finally {
      await again.stopAll()
    }
  })

  it('is never written over, is for its owner only, and is listed', async () => {
    const network = {
      topology: 'line',
      discovery: 'assigned',
      identities: ['0'.repeat(64)],
      links: [],
    } as const
    const file = await saveNetwork(folder, {
      name: 'solo',
      ...network,
      identities: [...network.identities],
      links: [],
    })
    if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600)
    const again = saveNetwork(folder, { name: 'solo', ...network, identities: ['1'.repeat(64)], links: [] })
    await assert.rejects(again, /a saved network named solo already exists\. Use another name, or delete/)
    assert.equal((await loadNetwork(folder, 'solo')).identities[0], '0'.repeat(64))
    assert.ok((await listNetworks(folder)).includes('solo'))
    assert.deepEqual(await listNetworks(path.join(folder, 'nowhere')), [])
  })

  it('that is not there, is damaged, or has a name that leads elsewhere is refused with one sentence', async () => {
    await assert.rejects(loadNetwork(folder, 'other'), /there is no saved network named other\. Use one of /)
    await writeFile(path.join(folder, 'bad.p2pnetwork.json'), '{"p2pnetwork":1,"name":"bad"')
    await assert.rejects(loadNetwork(folder, 'bad'), /bad\.p2pnetwork\.json is damaged/)
    for (const name of ['', '..', '../x', 'a/b', 'a\\b', 'x'.repeat(61), 'c:d'])
      await assert.rejects(loadNetwork(folder, name), /is not a valid name/)
  })

  it('is saved, listed and started again through the network process, which keeps the identities to itself', async function () {
    this.timeout(180_000)
    const before = process.env['P2PLAB_NETWORKS']
    process.env['P2PLAB_NETWORKS'] = path.join(folder, 'process')
    const network = startNetworkProcess({ module: path.join(dist, 'network.mjs') })
    const ids = () => Object.values(network.state.nodes).map(n => n.peerId)
    const list = async () => (await network.request({ op: 'savedNetworks' })).networks
    try {
      assert.deepEqual(await list(), [])
      const save = (name: string) => network.request({ op: 'saveNetwork', name })
      await assert.rejects(save('mine'), /save the network: no network is running\. Start one first/)
      const options = { nodes: 3, topology: 'line', discovery: 'assigned', production: true } as const
      await network.request({ op: 'start', options })
      const { file } = await save('mine')
      assert.equal(file, path.join(folder, 'process', 'mine.p2pnetwork.json'))
      await assert.rejects(save('mine'), /a saved network named mine already exists\. Use another name/)
      await assert.rejects(save('../up'), /is not a valid name/)
      await writeFile(path.join(folder, 'process', 'bad.p2pnetwork.json'), '{}')

      const [bad, mine] = await list()
      assert.deepEqual([bad?.name, bad?.about], ['bad', undefined])
      assert.match(bad?.problem ?? '', /is damaged/)
      const { savedAt, ...about } = mine!.about!
      assert.deepEqual(about, { topology: 'line', discovery: 'assigned', production: true, nodes: 3 })
      assert.ok(Math.abs(Date.now() - Date.parse(savedAt)) < 600_000)
      const { identities } = await loadNetwork(path.dirname(file), 'mine')
      assert.ok(!identities.some(identity => JSON.stringify([bad, mine]).includes(identity)))

      const seen = ids()
      const load = (name: string) => network.request({ op: 'loadNetwork', name })
      await assert.rejects(load('other'), /there is no saved network named other\. Use one of bad, mine/)
      await assert.rejects(load('bad'), /is damaged/)
      assert.equal(network.state.phase, 'ready')
      assert.equal((await load('mine')).discovery, 'assigned')
      assert.deepEqual(ids(), seen)
    } finally {
      await network.end()
      if (before === undefined) delete process.env['P2PLAB_NETWORKS']
      else process.env['P2PLAB_NETWORKS'] = before
    }
  })

  it('is saved, listed and loaded from the command line', async () => {
    const env = { ...process.env, P2PLAB_NETWORKS: path.join(folder, 'cli') }
    const run = (...args: string[]) =>
      spawn(process.execPath, [path.join(dist, 'cli.mjs'), 'network', ...args], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    const up = async (...args: string[]) => {
      const child = run('up', ...args, '--json')
      const exit = once(child, 'exit')
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      child.kill('SIGTERM')
      await exit
      return (JSON.parse(line.toString()) as { nodes: { peerId: string }[] }).nodes.map(n => n.peerId)
    }
    const fails = async (...args: string[]) => {
      const child = run(...args)
      const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')])
      assert.equal(status, 2)
      return stderr
    }
    const ids = await up('--nodes', '3', '--topology', 'line', '--save', 'three')
    assert.equal(await text(run('list').stdout), 'three\n')
    assert.deepEqual(await up('--load', 'three'), ids)
    assert.match(
      await fails('up', '--load', 'four'),
      /there is no saved network named four\. Use one of three/,
    )
    assert.match(await fails('up', '--load', 'three', '--nodes', '4'), /--load does not accept --nodes/)
    assert.match(
      await fails('up', '--nodes', '2', '--save', 'three'),
      /a saved network with that name already exists/,
    )
    assert.match(await fails('up', '--save', '../up'), /is not a valid name/)
  })
})
