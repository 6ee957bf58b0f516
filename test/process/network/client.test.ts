import assert from 'node:assert/strict'
import path from 'node:path'
import { startNetworkProcess, type NetworkEnd, type NetworkProcess } from '../../../network/client.ts'
import type { NetworkState } from '../../../network/state.ts'
import { gone, isAlive } from '../../kit/alive.ts'
import { dist } from '../../kit/network.ts'

const odd = path.join(import.meta.dirname, '../../kit/fixtures/odd-network.ts')

describe('The host of the network process', () => {
  let network: NetworkProcess | undefined
  const start = (options: Omit<Parameters<typeof startNetworkProcess>[0], 'module'> & { module?: string }) =>
    (network = startNetworkProcess({ module: odd, ...options }))
  afterEach(async () => {
    const pid = network?.pid
    // The odd one does not end by itself.
    if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL')
    await network?.end()
  })

  it('drops what is not a message, says so, and goes on', async () => {
    const lines: string[] = []
    const { request } = start({ onLine: line => lines.push(line) })
    await request({ op: 'addNode' })
    assert.equal(lines.length, 3)
    for (const line of lines) assert.match(line, /^Dropped an unknown message: /)
  })

  it('takes a snapshot when events were lost, and counts none twice', async () => {
    const seen: NetworkState[] = []
    const whole = new Promise<void>(resolve => {
      const { request } = start({
        onChange: (state, first, events) => {
          assert.equal(first + events.length, state.count)
          seen.push(state)
          if (state.count === 6) resolve()
        },
      })
      void request({ op: 'stopAll' })
    })
    await whole
    assert.deepEqual(
      network?.state.notices.map(n => n.text),
      ['one', 'two', 'three', 'four', 'five', 'six'],
    )
    assert.deepEqual(
      seen.map(state => state.count),
      [2, 5, 6],
    )
  })

  it('is told how the process ended and its last words, and so is who waits for an answer', async () => {
    const ends: NetworkEnd[] = []
    const { request } = start({ onEnd: end => ends.push(end) })
    await assert.rejects(
      request({ op: 'killNode', node: 'n1' }),
      /network process: it ended \(exit code 7\): the last word\. Start the network again\./,
    )
    assert.deepEqual(ends, [{ asked: false, how: 'exit code 7', lines: ['the last word'] }])
    await assert.rejects(
      request({ op: 'addNode' }),
      /the network process is not running\. Start the network again\./,
    )
  })

  it('says so when there is no such process at all', async () => {
    const { request } = start({ module: path.join(dist, 'no-such-file.mjs') })
    await assert.rejects(
      request({ op: 'addNode' }),
      /network process: it ended \(exit code 1\): Error: Cannot find module.*Start the network again\./,
    )
    const unstarted = start({ execPath: path.join(dist, 'no-such-program') })
    await assert.rejects(unstarted.request({ op: 'addNode' }), /it ended \(spawn .*ENOENT\)/)
  })

  it('kills a process that does not end when it is asked to', async () => {
    const ends: NetworkEnd[] = []
    const { request, end, pid } = start({ onEnd: e => ends.push(e) })
    await request({ op: 'addNode' })
    await end()
    await gone([pid!])
    assert.equal(ends.length, 1)
    assert.equal(ends[0]!.asked, true)
  })

  it('undoes a start that is cancelled, and then tells who asked', async () => {
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const pids = new Set<number>()
    const { request } = start({
      module: path.join(dist, 'network.mjs'),
      onChange: state => {
        for (const node of Object.values(state.nodes)) {
          if (node.pid !== undefined) pids.add(node.pid)
        }
        if (pids.size >= 2) controller.abort(reason)
      },
    })
    const options = { nodes: 4, topology: 'full', discovery: 'assigned' } as const
    await assert.rejects(request({ op: 'start', options }, controller.signal), error => error === reason)
    assert.equal(network?.state.phase, 'stopped')
    await gone([...pids])
    await assert.rejects(request({ op: 'addNode' }, AbortSignal.abort(reason)), error => error === reason)
  })

  describe('that prepares', () => {
    const startReal = () => start({ module: path.join(dist, 'network.mjs') })
    const nodePids = (state: NetworkState) => Object.values(state.nodes).map(({ pid }) => pid)

    it('has its nodes in the processes that waited, and none waits any longer', async () => {
      const { request } = startReal()
      const { pids } = await request({ op: 'prepare', nodes: 3 })
      assert.equal(pids.length, 3)
      // As when the first answer was another one.
      const more = await request({ op: 'prepare', nodes: 4 })
      assert.deepEqual(more.pids.slice(0, 3), pids)
      await request({ op: 'start', options: { nodes: 2, topology: 'full' } })
      assert.deepEqual(nodePids(network!.state).sort(), pids.slice(0, 2).sort())
      await gone(more.pids.slice(2))
    })

    it('starts more where too few wait, and has a network like any other', async () => {
      const { request } = startReal()
      const { pids } = await request({ op: 'prepare', nodes: 1 })
      await request({ op: 'start', options: { nodes: 3, topology: 'full' } })
      assert.ok(nodePids(network!.state).includes(pids[0]))
      assert.equal(new Set(nodePids(network!.state)).size, 3)
      await request({ op: 'broadcast', text: 'hello' })
      await request({ op: 'stopAll' })
      await gone([pids[0]!])
    })

    it('ends them when the user gives up, and when it ends itself', async () => {
      const { request } = startReal()
      const first = await request({ op: 'prepare', nodes: 2 })
      await request({ op: 'endPrepared' })
      await gone(first.pids)
      const second = await request({ op: 'prepare', nodes: 2 })
      await network!.end()
      await gone(second.pids)
    })

    it('starts without one that was killed while it waited', async () => {
      const { request } = startReal()
      const prepare = async () => (await request({ op: 'prepare', nodes: 2 })).pids
      const [killed, other] = await prepare()
      process.kill(killed!, 'SIGKILL')
      let pids = [killed]
      while (pids.includes(killed)) pids = await prepare()
      await request({ op: 'start', options: { nodes: 2, topology: 'full' } })
      assert.deepEqual(nodePids(network!.state).sort(), pids.toSorted())
      assert.ok(pids.includes(other))
    })
  })
})
