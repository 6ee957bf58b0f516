/** The one address of a node, in front of the links that lead to it. */
import assert from 'node:assert/strict'
import net from 'node:net'
import { once } from 'node:events'
import { openFront, type FrontOptions } from '../../../../network/links/front.ts'
import { encodeJsonFrame, jsonFrames } from '../../../../network/links/json-frames.ts'
import { openLink, type LinkEvent } from '../../../../network/links/link.ts'

const HOST = '127.0.0.1'

describe('A front', () => {
  const closers: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })

  /** A server in the place of a link, or of the node behind it. */
  const serve = async () => {
    const connections: net.Socket[] = []
    const waiting: ((socket: net.Socket) => void)[] = []
    const server = net.createServer(socket => {
      socket.on('error', () => {})
      closers.push(() => socket.destroy())
      const next = waiting.shift()
      if (next) next(socket)
      else connections.push(socket)
    })
    server.listen(0, HOST)
    await once(server, 'listening')
    closers.push(() => server.close())
    return {
      port: (server.address() as net.AddressInfo).port,
      count: () => connections.length,
      accepted: () =>
        connections.length > 0
          ? Promise.resolve(connections.shift()!)
          : new Promise<net.Socket>(resolve => waiting.push(resolve)),
    }
  }
  const front = async (links: ReadonlyMap<string, number>, more: Partial<FrontOptions> = {}) => {
    const opened = await openFront({ format: jsonFrames, links, ...more })
    closers.push(() => opened.close())
    return opened
  }
  const dial = async (port: number) => {
    const socket = net.connect({ port, host: HOST })
    socket.on('error', () => {})
    closers.push(() => socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  const read = async (socket: net.Socket, length: number) => {
    let bytes: Buffer = Buffer.alloc(0)
    while (bytes.length < length)
      bytes = Buffer.concat([bytes, ...((await once(socket, 'data')) as Buffer[])])
    return bytes
  }
  const hello = (from: string) => encodeJsonFrame({ from })

  it('leads each dialer to its own link, also when its first frame comes in pieces, and carries both ways', async () => {
    const [of2, of3] = [await serve(), await serve()]
    const { port } = await front(
      new Map([
        ['n2', of2.port],
        ['n3', of3.port],
      ]),
    )
    const dialer = await dial(port)
    const bytes = Buffer.concat([hello('n3'), Buffer.alloc(300_000, 7)])
    dialer.write(bytes.subarray(0, 6))
    await new Promise(resolve => setImmediate(resolve))
    dialer.write(bytes.subarray(6))
    const reached = await of3.accepted()
    assert.deepEqual(await read(reached, bytes.length), bytes)
    reached.write('back')
    assert.equal((await read(dialer, 4)).toString(), 'back')
    assert.equal(of2.count(), 0)
  })

  it('carries an end as an end, and a reset of either side as a reset', async () => {
    const of2 = await serve()
    const { port } = await front(new Map([['n2', of2.port]]))

    const polite = await dial(port)
    polite.write(hello('n2'))
    const heard = await of2.accepted()
    polite.end('last words')
    const all = await read(heard, hello('n2').length + 10)
    assert.equal(all.subarray(-10).toString(), 'last words')
    const [failed] = (await once(heard, 'close')) as [boolean]
    assert.equal(failed, false)

    const rude = await dial(port)
    rude.write(hello('n2'))
    const broken = await of2.accepted()
    broken.resume()
    const isBroken = once(broken, 'error')
    rude.resetAndDestroy()
    assert.match(String(await isBroken), /ECONNRESET/)

    const other = await dial(port)
    other.write(hello('n2'))
    const breaks = await of2.accepted()
    const isReset = once(other, 'error')
    breaks.resetAndDestroy()
    assert.match(String(await isReset), /ECONNRESET/)
  })

  it('closes what none of the dialers opened, and what never says whose it is', async () => {
    const of2 = await serve()
    const strange: string[] = []
    const { port } = await front(new Map([['n2', of2.port]]), {
      unknownMs: 50,
      onStranger: bytes => strange.push(bytes.toString('latin1')),
    })
    for (const bytes of [hello('n9'), Buffer.from('GET / HTTP/1.1\r\n\r\n'), hello('n2').subarray(0, 5)]) {
      const stranger = await dial(port)
      stranger.write(bytes)
      await once(stranger.resume(), 'close')
      assert.equal(strange.at(-1), bytes.toString('latin1'))
    }
    assert.equal(of2.count(), 0)
  })

  it('resets the dialer of a link that is not there, and knows links that come later', async () => {
    const gone = await serve()
    await Promise.all(closers.splice(0).map(close => close()))
    const links = new Map([['n2', gone.port]])
    const { port } = await front(links)
    const early = await dial(port)
    const failed = once(early, 'error')
    early.write(hello('n2'))
    await failed
    const now = await serve()
    links.set('n2', now.port)
    const again = await dial(port)
    again.write(hello('n2'))
    assert.deepEqual(await read(await now.accepted(), hello('n2').length), hello('n2'))
  })

  it('stands in front of a real link, which sees the messages and can be cut', async () => {
    const node = await serve()
    const events: LinkEvent[] = []
    const link = await openLink({
      from: 'n2',
      format: jsonFrames,
      target: () => ({ host: HOST, port: node.port }),
      onEvent: event => events.push(event),
    })
    closers.push(() => link.close())
    const { port } = await front(new Map([['n2', link.port]]))
    const dialer = await dial(port)
    const frames = Buffer.concat([hello('n2'), encodeJsonFrame({ type: 'ping' })])
    dialer.write(frames)
    assert.deepEqual(await read(await node.accepted(), frames.length), frames)
    const labels = events.flatMap(event => (event.type === 'sent' ? [event.unit.label] : []))
    assert.deepEqual(labels, ['from', 'ping'])
    const cut = once(dialer, 'error')
    link.cut('break')
    await cut
  })

  it('leaves nothing open', async () => {
    const of2 = await serve()
    const opened = await openFront({ format: jsonFrames, links: new Map([['n2', of2.port]]) })
    const known = await dial(opened.port)
    known.write(hello('n2'))
    await of2.accepted()
    const unknown = await dial(opened.port)
    const closed = Promise.all([once(known.resume(), 'close'), once(unknown.resume(), 'close')])
    await opened.close()
    await closed
  })
})
