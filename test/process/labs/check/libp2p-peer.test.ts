/** The checker's libp2p peer: two of them talk to each other. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createPeer, WINDOW_BYTES, type Peer, type PeerStream } from '../../../../network/node/peer.ts'
import { root } from '../../../kit/labs.ts'

const PROTOCOL = '/p2plab/test/1.0.0'

/** What a stream gave, and a promise for when it is over. */
function record(stream: PeerStream) {
  const chunks: Uint8Array[] = []
  const over = Promise.withResolvers<string>()
  const closed = Promise.withResolvers<void>()
  let wake = () => {}
  stream.watch({
    data(bytes) {
      chunks.push(bytes)
      wake()
    },
    end: () => over.resolve('end'),
    broken: why => over.resolve(`broken: ${why}`),
    closed: closed.resolve,
  })
  const bytes = () => Buffer.concat(chunks)
  return {
    stream,
    bytes,
    over: over.promise,
    closed: closed.promise,
    until: (length: number) =>
      new Promise<void>(resolve => {
        wake = () => {
          if (bytes().length >= length) resolve()
        }
        wake()
      }),
  }
}

describe('A libp2p peer', () => {
  const peers: Peer[] = []
  const start = async (seed: number, listen = false) => {
    const peer = await createPeer({ seed: Buffer.alloc(32, seed), listen })
    peers.push(peer)
    return peer
  }
  afterEach(async () => void (await Promise.all(peers.splice(0).map(peer => peer.stop()))))

  /** Two peers with a stream between them, seen from both ends. */
  async function meet() {
    const [server, client] = [await start(1, true), await start(2)]
    const accepted = Promise.withResolvers<PeerStream>()
    await server.handle(PROTOCOL, accepted.resolve)
    const connection = await client.dial(server.addresses[0]!)
    const here = record(await connection.open(PROTOCOL))
    return { server, client, connection, here, there: record(await accepted.promise) }
  }

  it('has the identity that its seed decides', async () => {
    const [one, same, other] = [await start(1), await start(1), await start(2)]
    assert.equal(one.id, same.id)
    assert.notEqual(one.id, other.id)
    assert.deepEqual(one.addresses, [])
  })

  it('dials, opens a stream with Noise and Yamux, and half-closes it in each direction', async () => {
    const { server, connection, here, there } = await meet()
    assert.deepEqual([connection.encryption, connection.multiplexer], ['/noise', '/yamux/1.0.0'])
    assert.equal(server.accepted(), 1)
    here.stream.send(Buffer.from('ask'))
    await here.stream.close()
    assert.equal(await there.over, 'end')
    assert.equal(there.bytes().toString(), 'ask')
    there.stream.send(Buffer.from('answer'))
    await there.stream.close()
    assert.equal(await here.over, 'end')
    assert.equal(here.bytes().toString(), 'answer')
    assert.ok(connection.isOpen())
  })

  it('tells a reset from an end, and a lost connection too', async () => {
    const first = await meet()
    first.there.stream.reset()
    assert.match(await first.here.over, /^broken: /)
    assert.ok(first.connection.isOpen())
    await Promise.all(peers.splice(0).map(peer => peer.stop()))
    const second = await meet()
    await second.server.stop()
    assert.match(await second.here.over, /^broken: /)
  })

  it('tells when nothing goes either way any more, also behind the end of the other side', async () => {
    const finished = await meet()
    await finished.here.stream.close()
    await finished.there.stream.close()
    await Promise.all([finished.here.closed, finished.there.closed])
    await Promise.all(peers.splice(0).map(peer => peer.stop()))
    for (const how of ['reset', 'stop'] as const) {
      const { here, there, server } = await meet()
      await there.stream.close()
      assert.equal(await here.over, 'end')
      if (how === 'reset') there.stream.reset()
      else await server.stop()
      await here.closed
      await Promise.all(peers.splice(0).map(peer => peer.stop()))
    }
  })

  it('is refused by name where there is no such protocol', async () => {
    const { connection } = await meet()
    await assert.rejects(connection.open('/other/1.0.0'), { name: 'UnsupportedProtocolError' })
    assert.ok(connection.isOpen())
  })

  it('does not reach an address under another identity', async () => {
    const [server, other, client] = [await start(1, true), await start(3), await start(2)]
    await assert.rejects(client.dial(server.addresses[0]!.replace(server.id, other.id)))
    assert.equal(server.accepted(), 0)
  })

  it('knows how much room the other side has promised, and takes no more itself while it is paused', async () => {
    const { here, there } = await meet()
    there.stream.pause()
    const room = here.stream.room()
    assert.ok(room > 0 && room <= WINDOW_BYTES, `${room}`)
    const bytes = Buffer.alloc(3 * WINDOW_BYTES, 7)
    here.stream.send(bytes)
    assert.equal(here.stream.room(), 0)
    assert.equal(here.stream.queued(), bytes.length - room)
    there.stream.resume()
    await there.until(bytes.length)
    assert.deepEqual(there.bytes(), bytes)
    assert.equal(here.stream.queued(), 0)
  })

  it('stands on exact versions, because it looks inside of Yamux', async () => {
    const { devDependencies } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>
    }
    assert.match(devDependencies['@chainsafe/libp2p-yamux']!, /^\d+\.\d+\.\d+$/)
  })
})
