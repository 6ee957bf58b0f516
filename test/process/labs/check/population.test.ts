/** Networks that the checker plays: their addresses, who serves whom, and that an error of theirs ends the check. */
import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import { createRandom } from '../../../../labs/check/kit/random.ts'
import { beginsWith } from '../../../../labs/check/peers/accepted.ts'
import { loopbackHosts } from '../../../../labs/check/peers/hosts.ts'
import { createSockets } from '../../../../labs/check/peers/sockets.ts'
import { playTcp } from '../../../../labs/check/population/tcp.ts'
import { playUdp } from '../../../../labs/check/population/udp.ts'
import { createTranscript } from '../../../../labs/check/transcript/transcript.ts'

const HELLO = Buffer.from('hello, it is me')

describe('Addresses of the loopback network', () => {
  it('are decided by the seed, and all different where the system has them', async () => {
    const [a, b] = [await loopbackHosts(createRandom(1), 50), await loopbackHosts(createRandom(1), 50)]
    assert.deepEqual(a, b)
    assert.equal(a.hosts.length, 50)
    assert.equal(new Set(a.hosts).size, a.distinct ? 50 : 1)
    if (process.platform !== 'darwin') assert.ok(a.distinct)
    for (const host of a.hosts) assert.match(host, /^127\.\d+\.\d+\.\d+$/)
  })
})

describe('A network that the checker plays', () => {
  const closers: (() => unknown)[] = []
  let broken = Promise.withResolvers<Error>()
  beforeEach(() => void (broken = Promise.withResolvers()))
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })
  const context = () => {
    const transcript = createTranscript()
    const sockets = createSockets(transcript)
    closers.push(() => sockets.close())
    return {
      transcript,
      sockets,
      onEnd: (close: () => unknown) => void closers.push(close),
      broken: (error: Error) => broken.resolve(error),
    }
  }
  const hosts = async (count: number) => (await loopbackHosts(createRandom(7), count)).hosts

  /** A program's socket. */
  const program = async () => {
    const socket = dgram.createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    closers.push(() => socket.close())
    return socket
  }

  it('has a UDP socket for each member, at its own address, and answers as each behaves', async () => {
    const t = context()
    const socket = await program()
    const { port } = socket.address()
    const members = (await hosts(3)).map((host, i) => ({ name: `node ${i}`, host, answers: i !== 1 }))
    const played = await playUdp(t, {
      members,
      isOurs: from => from.host === '127.0.0.1' && from.port === port,
      receive: ({ answers, name, send }, from) =>
        answers ? send(Buffer.from(`${name} got ${from.bytes.toString()}`), from.port, from.host) : undefined,
    })
    const answers: string[] = []
    const both = new Promise<void>(resolve =>
      socket.on('message', (bytes, from) => {
        answers.push(`${from.address}:${from.port} ${bytes.toString()}`)
        if (answers.length === 2) resolve()
      }),
    )
    for (const { host, port: to } of played.toReversed()) socket.send('x', to, host)
    await both
    assert.deepEqual(
      answers.sort(),
      [`${played[0]!.address} node 0 got x`, `${played[2]!.address} node 2 got x`].sort(),
    )
    assert.equal(played[0]!.host, members[0]!.host)
  })

  it('ends the check with what a member throws', async () => {
    const t = context()
    const socket = await program()
    const [member] = await playUdp(t, {
      members: [{ name: 'node' }],
      isOurs: () => true,
      receive() {
        throw new Error('a mistake')
      },
    })
    socket.send('x', member!.port, member!.host)
    assert.equal((await broken.promise).message, 'a mistake')
  })

  it("has a TCP server for each member, serves the program's connections by name, and refuses where it is dead", async () => {
    const t = context()
    const members = (await hosts(3)).map((host, i) => ({ name: `node ${i}`, host, dead: i === 2 }))
    const served: string[] = []
    const played = await playTcp(t, {
      members,
      begins: beginsWith(HELLO),
      async serve(member, peer) {
        served.push(`${member.name}: ${peer.name}`)
        const { bytes } = await peer.read(HELLO.length)
        await peer.write(bytes)
        await peer.end()
      },
    })
    const dial = async ({ host, port }: { host: string; port: number }) => {
      const socket = net.connect({ host, port })
      closers.push(() => socket.destroy())
      await once(socket, 'connect')
      socket.end(HELLO)
      return Buffer.concat(await socket.toArray()).toString()
    }
    const [first, second, dead] = played as [(typeof played)[0], (typeof played)[0], (typeof played)[0]]
    assert.equal(await dial(first), HELLO.toString())
    assert.equal(await dial(second), HELLO.toString())
    assert.equal(await dial(first), HELLO.toString())
    await assert.rejects(dial(dead), /ECONNREFUSED/)
    // A stranger, of whom it takes no notice.
    const stranger = net.connect({ host: first.host, port: first.port })
    closers.push(() => stranger.destroy())
    await once(stranger, 'connect')
    stranger.write('something else')
    assert.equal(await dial(second), HELLO.toString())
    assert.deepEqual(served, ['node 0: node 0', 'node 1: node 1', 'node 0: node 0 (2)', 'node 1: node 1 (2)'])
    assert.deepEqual(
      played.map(({ connections }) => connections),
      [2, 2, 0],
    )
  })

  it('lets the checker dial the program from an address of its own', async () => {
    const t = context()
    const { hosts: own, distinct } = await loopbackHosts(createRandom(3), 1)
    const server = net.createServer().listen(0, '127.0.0.1')
    closers.push(() => server.close())
    await once(server, 'listening')
    const accepted = once(server, 'connection') as Promise<[net.Socket]>
    const { port } = server.address() as net.AddressInfo
    const peer = await t.sockets.connect(port, 'node 1', { from: own[0]! })
    const [socket] = await accepted
    closers.push(() => socket.destroy())
    assert.equal(socket.remoteAddress, distinct ? own[0] : '127.0.0.1')
    assert.equal(peer.address, `${own[0]}:${socket.remotePort}`)
  })
})
