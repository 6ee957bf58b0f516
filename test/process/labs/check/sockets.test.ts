/** The checker's own connections: what is a refusal, and what is only this computer's trouble. */
import assert from 'node:assert/strict'
import net from 'node:net'
import type { Check } from '../../../../labs/check/kit/check.ts'
import { judge } from '../../../../labs/check/engine/judge.ts'
import { isRefusal, machineFault } from '../../../../labs/check/peers/machine-fault.ts'
import { beginsWith } from '../../../../labs/check/peers/accepted.ts'
import { createSockets } from '../../../../labs/check/peers/sockets.ts'
import { createPeer } from '../../../../network/node/peer.ts'
import { dist, folderWith, removeFolders } from '../../../kit/labs.ts'

/** An address that this computer does not have: the system says EADDRNOTAVAIL, as it does when there is no port left. */
const noPort = (port: number) => net.connect({ host: '127.0.0.1', port, localAddress: '192.0.2.1' })
/** TCP to the broadcast address: the system says ENETUNREACH, as it does for loopback that is down. */
const noNetwork = (port: number) => net.connect({ host: '255.255.255.255', port })
const failsWith = (code: string) => () => {
  const socket = new net.Socket()
  setImmediate(() => socket.destroy(Object.assign(new Error(`connect ${code}`), { code })))
  return socket
}

describe("The checker's connection", () => {
  after(removeFolders)

  const judged = async (check: Check) => {
    const workspace = await folderWith({ '1-tcp/1-echo.ts': 'export const f = () => ({})' })
    const { ending, ...judgement } = await judge(check, 'a-check', {
      exercise: '1.1',
      seed: 5,
      ops: {},
      spec: { kind: 'typescript', file: '1-tcp/1-echo.ts', workspace },
      dist,
      onLog: () => {},
      onRunning: () => {},
      signal: new AbortController().signal,
    })
    await ending
    return judgement
  }

  /** A port of 127.0.0.1 at which nobody listens. */
  const free = async (): Promise<number> => {
    const server = net.createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as net.AddressInfo
    await new Promise(resolve => server.close(resolve))
    return port
  }

  it('is refused where nobody listens', async () => {
    const { verdict, message } = await judged(async t => {
      assert.equal(await t.sockets.tryConnect(await free()), 'refused')
    })
    assert.equal(verdict, 'pass', message)
  })

  for (const [what, open, said] of [
    ['has no port left', noPort, /no free port left on 127\.0\.0\.1\. Close programs .* \(EADDRNOTAVAIL\)/],
    ['finds no loopback', noNetwork, /loopback network is down\. Run .* \(ENETUNREACH\)/],
    ['finds too many open files', failsWith('EMFILE'), /Raise the limit \(ulimit -n 4096 .* \(EMFILE\)/],
    ['is not allowed', failsWith('EACCES'), /Allow it in your firewall .* \(EACCES\)/],
  ] as const) {
    it(`leaves the check inconclusive when it ${what}, whether it wants a connection or a refusal`, async function () {
      if (process.platform === 'win32' && !what.startsWith('finds too')) this.skip()
      for (const way of ['connect', 'probe', 'tryConnect'] as const) {
        const { verdict, message } = await judged(async t => {
          const sockets = createSockets(t.transcript, { open })
          t.onEnd(() => sockets.close())
          if ((await sockets[way](await free())) === 'refused') return
        })
        assert.equal(verdict, 'inconclusive', message)
        assert.match(message!, said)
      }
    })
  }

  it('says that the server stopped listening where it listened before, and what it accepted last', async () => {
    const { verdict, message } = await judged(async t => {
      const server = net.createServer(socket => socket.on('error', () => {})).listen(0, '127.0.0.1')
      await new Promise(resolve => server.once('listening', resolve))
      const { port } = server.address() as net.AddressInfo
      ;(await t.sockets.connect(port, 'client 1')).destroy()
      await new Promise(resolve => server.close(resolve))
      await t.sockets.connect(port, 'client 2')
    })
    assert.equal(verdict, 'fail', message)
    assert.match(message!, /refused, although the port accepted client 1, \d+ ms before\./)
    assert.match(message!, /your program stopped listening after it accepted client 1/)
    assert.doesNotMatch(message!, /does listen return before/)
  })

  it("is the program's when it ends without a byte, where the program was asked to send none", async () => {
    const { verdict, message } = await judged(async t => {
      const server = await t.sockets.serve(beginsWith(Buffer.alloc(0)))
      const own = net.connect(Number(server.address.split(':')[1]), '127.0.0.1')
      t.onEnd(() => own.destroy())
      own.end()
      assert.deepEqual(await (await server.acceptOurs()).readToEnd(), { bytes: Buffer.alloc(0), stop: 'end' })
      assert.doesNotMatch(t.transcript.lines().join('\n'), /set aside/)
    })
    assert.equal(verdict, 'pass', message)
  })

  it("is the program's when it begins with what only the program was asked to send, whoever connects before", async () => {
    const { verdict, message } = await judged(async t => {
      const bytes = t.random.bytes(40)
      const server = await t.sockets.serve(beginsWith(bytes))
      const port = Number(server.address.split(':')[1])
      const [mute, liar, own] = Array.from({ length: 3 }, () => net.connect(port, '127.0.0.1'))
      t.onEnd(() => [mute, liar, own].forEach(socket => socket!.destroy()))
      liar!.write('GET / HTTP/1.1')
      await new Promise(resolve => own!.write(bytes.subarray(0, 3), resolve))
      own!.write(bytes.subarray(3))
      const peer = await server.accept()
      assert.equal(peer.name, 'connection 1')
      assert.deepEqual(await peer.read(40), { bytes, stop: 'enough' })
      const [first, ...more] = server.takeSuspects()
      assert.deepEqual([first!.name, more.length], ['connection 2', 1])
      assert.match(t.transcript.lines().join('\n'), /set aside a connection from port \d+.*\|GET/)
    })
    assert.equal(verdict, 'pass', message)
  })

  it('is refused while the server does not listen, is made again at the same address, and is over when both sides ended it', async () => {
    const { verdict, message } = await judged(async t => {
      const server = await t.sockets.serve(beginsWith(Buffer.from('12345678')))
      const port = Number(server.address.split(':')[1])
      await server.stopListening()
      assert.equal(await t.sockets.tryConnect(port), 'refused')
      assert.equal(await server.listenAgain(), true)
      const asked = performance.now()
      const ours = await t.sockets.connect(port)
      await ours.write(Buffer.from('12345678'))
      const accepted = await server.acceptOurs()
      assert.ok(accepted.since >= asked)
      await ours.end()
      assert.equal((await accepted.readToEnd()).stop, 'end')
      await accepted.end()
      await Promise.all([ours.closed, accepted.closed])
    })
    assert.equal(verdict, 'pass', message)
  })

  it('is one that says the wrong thing when no better one comes although the program runs', async () => {
    const { verdict, message } = await judged(async t => {
      const server = await t.sockets.serve(beginsWith(t.random.bytes(40)))
      const wrong = net.connect(Number(server.address.split(':')[1]), '127.0.0.1')
      t.onEnd(() => wrong.destroy())
      wrong.write('something else')
      const peer = await server.accept()
      assert.equal((await peer.read(14)).bytes.toString(), 'something else')
    })
    assert.equal(verdict, 'pass', message)
  })

  it('knows a refusal and the fault of the machine in the errors of libp2p', async function () {
    const peer = await createPeer({ seed: Buffer.alloc(32, 1) })
    const dial = (address: string) =>
      peer.dial(`${address}/p2p/${peer.id.replace(/.$/, last => (last === 'a' ? 'b' : 'a'))}`).then(
        () => assert.fail('it must not connect'),
        (error: unknown) => error,
      )
    try {
      const refused = await dial(`/ip4/127.0.0.1/tcp/${await free()}`)
      assert.ok(isRefusal(refused))
      assert.equal(machineFault(refused), undefined)
      if (process.platform === 'win32') return
      assert.match(machineFault(await dial('/ip4/255.255.255.255/tcp/4001'))!.message, /ENETUNREACH/)
    } finally {
      await peer.stop()
    }
  })
})
