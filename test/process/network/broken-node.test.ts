import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { gone } from '../../kit/alive.ts'
import { dist, watched } from '../../kit/network.ts'
import { skipBecause } from '../../kit/platform.ts'

const real = JSON.stringify(pathToFileURL(path.join(dist, 'node.mjs')).href)

describe('A node process that misbehaves', () => {
  const folders: string[] = []
  after(() => Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true }))))

  /** A network whose node processes run `source` instead of our bundle. */
  async function networkOf(source: string, startDeadlineMs = 20_000) {
    const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-broken-'))
    folders.push(folder)
    await writeFile(path.join(folder, 'node.mjs'), source)
    return watched({ dist: folder, startDeadlineMs: () => startDeadlineMs })
  }

  it('by ending at once fails the start, with the node, the step, the cause and its last words', async () => {
    const network = await networkOf(`console.error('disk full'); process.exit(3)`)
    await assert.rejects(
      network.start({ nodes: 2, topology: 'line', discovery: 'assigned' }),
      /^NetworkError|n1: start the node process: it exited with code 3/,
    )
    assert.deepEqual(network.eventsOf('node-crashed')[0]?.log, ['disk full'])
    assert.equal(network.state.phase, 'stopped')
  })

  it('by never getting up ends the start at its deadline, says who, and leaves nothing', async () => {
    const network = await networkOf(
      `setInterval(() => {}, 1000); process.send({ type: 'hello', pid: process.pid })`,
      1_500,
    )
    await assert.rejects(
      network.start({ nodes: 1, topology: 'line', discovery: 'assigned' }),
      /wait until the network is ready: after 1\.5 s n1 is still starting/,
    )
    assert.equal(network.state.phase, 'stopped')
  })

  it('by sending garbage, half a message and 2 MiB at once is heard where it makes sense and nowhere else', async () => {
    const network = await networkOf(`
      for (const garbage of [null, 7, 'x', [], { type: 'up', extra: 1n < 2 }, { type: 'events' }, { type: 'events', events: [{ type: 'mesh' }] }, { type: 'clock', id: 'one' }]) process.send(garbage)
      process.send({ type: 'nonsense', data: 'x'.repeat(2 * 1024 * 1024) })
      await import(${real})`)
    try {
      await network.start({ nodes: 2, topology: 'line', discovery: 'assigned' })
      await network.deliver({ count: 1 })
      assert.match(
        network.log('n1').join('\n'),
        /dropped a message from this process that could not be parsed/,
      )
    } finally {
      await network.stopAll()
    }
  })

  it('by flooding its output does no harm, and the last lines are kept', async () => {
    const network = await networkOf(`
      for (let i = 0; i < 20_000; i++) console.error('flood', i, 'x'.repeat(1000))
      await import(${real})`)
    try {
      await network.start({ nodes: 2, topology: 'line', discovery: 'assigned' })
      await network.deliver({ count: 1 })
      // The flood is still being read while the node is at work already.
      while (!/ n1 /.test(network.log('n1').at(-1)!)) await new Promise(resolve => setTimeout(resolve, 20))
      assert.ok(network.log('n1').length <= 500)
    } finally {
      await network.stopAll()
    }
  })

  it('by an exception crashes alone: the others go on, and it can be restarted', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no SIGUSR2')
    const network = await networkOf(`
      process.on('SIGUSR2', () => setImmediate(() => { throw new Error('out of cheese') }))
      await import(${real})`)
    try {
      await network.start({ nodes: 3, topology: 'full', discovery: 'assigned' })
      const { pid } = network.state.nodes['n2']!
      process.kill(pid!, 'SIGUSR2')
      await network.until('n2 crashed', state => state.nodes['n2']!.phase === 'crashed')
      const { cause, log } = network.state.nodes['n2']!.failure!
      assert.equal(cause, 'it exited with code 1')
      assert.match(log.join('\n'), /out of cheese/)
      await gone([pid!])
      await network.deliver({ node: 'n1', count: 1 })
      await network.restartNode('n2')
      await network.deliver({ node: 'n1', count: 2 })
    } finally {
      await network.stopAll()
    }
  })
})
