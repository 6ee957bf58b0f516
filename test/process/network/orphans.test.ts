import assert from 'node:assert/strict'
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { startNetworkProcess } from '../../../network/client.ts'
import { gone, isAlive } from '../../kit/alive.ts'
import { dist } from '../../kit/network.ts'

describe('Nothing is left running', () => {
  let child: ChildProcess | undefined
  let all: number[] = []
  afterEach(() => {
    child?.kill('SIGKILL')
    for (const pid of all) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })

  it('when the host of the network process is killed', async () => {
    child = fork(path.join(import.meta.dirname, '../../kit/fixtures/network-host.ts'), {
      stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
    })
    const [{ network, nodes }] = (await once(child, 'message')) as [{ network: number; nodes: number[] }]
    all = [network, ...nodes]
    assert.ok(all.every(isAlive))
    child.kill('SIGKILL')
    await gone(all)
  })

  it('when the network process is killed, and its host is told', async () => {
    const ended = Promise.withResolvers<string>()
    const network = startNetworkProcess({
      module: path.join(dist, 'network.mjs'),
      onEnd: ({ how }) => ended.resolve(how),
    })
    await network.request({ op: 'start', options: { nodes: 3, topology: 'full', discovery: 'assigned' } })
    all = Object.values(network.state.nodes).map(n => n.pid!)
    const waiting = network.request({ op: 'addNode' })
    process.kill(network.pid!, 'SIGKILL')
    await assert.rejects(waiting, /network process/)
    await gone(all)
    assert.match(await ended.promise, process.platform === 'win32' ? /exit code/ : /SIGKILL/)
  })

  it('when the network process is killed while one of its nodes is paused', async () => {
    const network = startNetworkProcess({ module: path.join(dist, 'network.mjs') })
    await network.request({ op: 'start', options: { nodes: 3, topology: 'full', discovery: 'assigned' } })
    await network.request({ op: 'pauseNode', node: 'n2' })
    all = Object.values(network.state.nodes).map(n => n.pid!)
    process.kill(network.pid!, 'SIGKILL')
    await gone(all)
  })

  it('but the rest of the network when one node is killed', async () => {
    const network = startNetworkProcess({ module: path.join(dist, 'network.mjs') })
    try {
      await network.request({ op: 'start', options: { nodes: 3, topology: 'full', discovery: 'assigned' } })
      all = Object.values(network.state.nodes).map(n => n.pid!)
      process.kill(all[0]!, 'SIGKILL')
      await gone([all[0]!])
      const { message } = await network.request({ op: 'broadcast', node: 'n2', text: 'still here' })
      assert.ok(message)
      assert.ok(all.slice(1).every(isAlive))
    } finally {
      await network.end()
    }
    await gone(all)
  })

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`when the command line gets ${signal}`, async () => {
      child = spawn(
        process.execPath,
        [path.join(dist, 'cli.mjs'), 'network', 'up', '--nodes', '3', '--json'],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      const [line] = (await once(child.stdout!, 'data')) as [Buffer]
      const { nodes } = JSON.parse(line.toString()) as { nodes: { pid: number }[] }
      all = nodes.map(n => n.pid)
      assert.equal(all.length, 3)
      child.kill(signal)
      await gone(all)
    })
  }
})

describe('The network process', () => {
  it('answers a bad request with one sentence, drops garbage, and goes on', async () => {
    const child = fork(path.join(dist, 'network.mjs'), { stdio: ['pipe', 'pipe', 'pipe', 'ipc'] })
    try {
      for (const garbage of [null, 1, 'x', { type: 'request' }, { type: 'x'.repeat(2 * 1024 * 1024) }])
        child.send(garbage as never)
      const ask = (id: number, options: unknown) =>
        child.send({ type: 'request', id, operation: { op: 'start', options } } as never)
      const bad: unknown[] = [0, -1, 1e9, 'ten']
      bad.forEach((nodes, i) => ask(i, { nodes, topology: 'random' }))
      ask(bad.length, { nodes: 3, topology: 'donut' })
      child.send({ type: 'request', id: 50, operation: { op: 'snapshot' } })
      const answers: { id: number; type: string; failure?: { message: string } }[] = []
      for await (const [answer] of on(child)) {
        answers.push(answer)
        if (answer.id === 50) break
      }
      assert.deepEqual(
        answers.map(a => a.type),
        ['failure', 'failure', 'failure', 'failure', 'failure', 'reply'],
      )
      for (const { failure } of answers.slice(0, 4))
        assert.match(failure!.message, /read the request: operation\.options\.nodes: /)
      assert.match(answers[4]!.failure!.message, /topology/)
    } finally {
      child.kill('SIGKILL')
    }
  })
})

type Answer = { id: number; type: string; failure?: { message: string } }
async function* on(child: ChildProcess): AsyncGenerator<[Answer]> {
  const queue: Answer[] = []
  let wake: () => void = () => undefined
  child.on('message', message => {
    queue.push(message as Answer)
    wake()
  })
  for (;;) {
    const next = queue.shift()
    if (next) yield [next]
    else await new Promise<void>(resolve => (wake = resolve))
  }
}
