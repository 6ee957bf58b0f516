/**
 * Exercises 2.7 and 2.6 and a whole libp2p node: their programs take a connection as far as the multiplexer. Each program has a part of the
 * connection, so a relay leads the node from one to the next.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import { HEADER, line, lines } from '../../../../labs/2-protocol/shared/multistream.ts'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { peerIdOf } from '../../../../labs/exercise/noise-payload.ts'
import { ed25519PublicKey } from '../../../../labs/exercise/noise-primitives.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { startSolution } from '../../../kit/running-solution.ts'

const HOST = '127.0.0.1'
const NOISE = '/noise'
const YAMUX = '/yamux/1.0.0'

describe('the solutions of 2.7 and 2.6 and a whole libp2p node', function () {
  this.timeout(120_000)
  const identity = randomBytes(32)
  const keys = { identity: identity.toString('hex'), static: randomBytes(32).toString('hex') }
  const id = peerIdOf(ed25519PublicKey(identity))
  let agreeing: Program
  let securing: Program
  let node: Libp2p
  const opened: { close(): void }[] = []

  before(async () => {
    ;[agreeing, securing] = await Promise.all([startSolution('2.7'), startSolution('2.6')])
  })
  beforeEach(async () => {
    node = await createLibp2p({
      addresses: { listen: [`/ip4/${HOST}/tcp/0`] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
    })
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) one.close()
    await node.stop()
  })
  after(async () => {
    await Promise.all([agreeing, securing].map(one => one.stop()))
    await removeFolders()
  })

  /** A server on a free port, and the connections to it, in their order. */
  const gate = async () => {
    const server = net.createServer({ pauseOnConnect: true }).listen(0, HOST)
    await once(server, 'listening')
    opened.push({ close: () => void server.close() })
    return {
      port: (server.address() as net.AddressInfo).port,
      next: async () => keep((await once(server, 'connection'))[0] as net.Socket),
    }
  }
  const connect = async (port: number) => {
    const socket = net.connect({ port, host: HOST })
    await once(socket, 'connect')
    return keep(socket)
  }
  const keep = (socket: net.Socket): net.Socket => {
    opened.push({ close: () => void socket.destroy() })
    // The node ends a connection on which its own frames come back.
    socket.on('error', () => {})
    return socket
  }

  it('get as far as the multiplexer when libp2p dials', async () => {
    const agreed = await agreeing.call('listen', { host: HOST, port: 0, protocols: ['/tls/1.0.0', NOISE] })
    const secured = await securing.call('listen', { host: HOST, port: 0, ...keys })
    const relay = await gate()
    const relayed = relay.next().then(async fromNode => {
      const first = await connect(agreed.port as number)
      for (const text of [HEADER, NOISE])
        await Promise.all([forward(fromNode, first, text), forward(first, fromNode, text)])
      join(fromNode, await connect(secured.port as number))
    })
    // The echo of 2.6 sends back the node's header and its proposal: that is how multistream-select says yes.
    const connection = await node.dial(multiaddr(`/ip4/${HOST}/tcp/${relay.port}`))
    await relayed
    assert.equal(connection.remotePeer.toString(), id)
    assert.deepEqual([connection.encryption, connection.multiplexer], [NOISE, YAMUX])
    const { data } = await securing.told.next('secured')
    assert.deepEqual(data, { remote: node.peerId.toString() })
  })

  it('get as far as the multiplexer when they dial', async () => {
    const port = Number(/\/tcp\/(\d+)/.exec(String(node.getMultiaddrs()[0]))![1])
    const open = new Promise<{ encryption?: string; multiplexer?: string; remotePeer: unknown }>(resolve =>
      node.addEventListener('connection:open', ({ detail }) => resolve(detail)),
    )
    const [relay, toNode] = [await gate(), await connect(port)]
    const call = agreeing.call('dial', {
      peer: `${HOST}:${relay.port}`,
      protocols: ['/tls/1.0.0', NOISE],
      bytes: '',
    })
    const first = await relay.next()
    await Promise.all([forward(first, toNode, HEADER), forward(toNode, first, HEADER)])
    for (const [proposal, answer] of [
      ['/tls/1.0.0', 'na'],
      [NOISE, NOISE],
    ] as const) {
      await forward(first, toNode, proposal)
      await forward(toNode, first, answer)
    }
    assert.deepEqual(await call, { protocol: NOISE, reply: '' })

    const second = relay.next()
    const dialing = securing.call('dial', {
      peer: `${HOST}:${relay.port}`,
      expect: node.peerId.toString(),
      ...keys,
      bytes: lines(HEADER, YAMUX).toString('hex'),
    })
    join(await second, toNode)
    assert.deepEqual(await dialing, { remote: node.peerId.toString() })
    const connection = await open
    assert.equal(String(connection.remotePeer), id)
    assert.deepEqual([connection.encryption, connection.multiplexer], [NOISE, YAMUX])
  })
})

/** Passes on one line, which must be this one. What is behind it stays in the socket. */
async function forward(from: net.Socket, to: net.Socket, text: string): Promise<void> {
  const expected = line(text)
  for (;;) {
    const bytes = from.read(expected.length) as Buffer | null
    if (bytes) {
      assert.equal(bytes.toString(), expected.toString())
      to.write(bytes)
      return
    }
    assert.ok(!from.readableEnded, `the connection ended before the line ${text}`)
    await Promise.race([once(from, 'readable'), once(from, 'end')])
  }
}

function join(a: net.Socket, b: net.Socket): void {
  a.pipe(b)
  b.pipe(a)
}
