/** The checker's UDP sockets: what is sent and received, what is seen of it, and that nothing stays open. */
import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { openDatagrams, openDeafPort, openLink } from '../../../../labs/check/peers/datagrams.ts'
import { createTranscript } from '../../../../labs/check/transcript/transcript.ts'

const anyone = () => true

describe("The checker's datagrams", () => {
  const closers: (() => unknown)[] = []
  const broken: Error[] = []
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })
  const owner = () => ({
    transcript: createTranscript(),
    onEnd: (close: () => unknown) => void closers.push(close),
    broken: (error: Error) => void broken.push(error),
  })

  it('come one by one, with the port that they came from', async () => {
    const t = owner()
    const [a, b] = [await openDatagrams(t, 'a', anyone), await openDatagrams(t, 'b', anyone)]
    await a.send(Buffer.from('one'), b.port)
    await a.send(Buffer.alloc(0), b.port)
    assert.deepEqual(await b.next(5_000), { bytes: Buffer.from('one'), host: '127.0.0.1', port: a.port })
    assert.deepEqual(await b.next(5_000), { bytes: Buffer.alloc(0), host: '127.0.0.1', port: a.port })
    assert.equal(b.address, `127.0.0.1:${b.port}`)
    assert.match(t.transcript.lines().join('\n'), /a: datagram of 3 bytes {2}6f 6e 65 {2}\|one\|/)
  })

  it('are missed when none comes, and the next one is not lost by that', async () => {
    const t = owner()
    const [a, b] = [await openDatagrams(t, 'a', anyone), await openDatagrams(t, 'b', anyone)]
    assert.equal(await b.next(50), undefined)
    await a.send(Buffer.from('late'), b.port)
    assert.equal((await b.next(5_000))?.bytes.toString(), 'late')
    assert.equal(b.waiting(), 0)
  })

  it('go to the one who serves them', async () => {
    const t = owner()
    const [a, b] = [await openDatagrams(t, 'a', anyone), await openDatagrams(t, 'b', anyone)]
    b.serve(({ bytes, port }) => void b.send(bytes.reverse(), port))
    await a.send(Buffer.from('abc'), b.port)
    assert.equal((await a.next(5_000))?.bytes.toString(), 'cba')
  })

  it("are set aside where nobody can say that they are the program's, and the transcript shows it", async () => {
    const t = owner()
    const a = await openDatagrams(t, 'a', anyone)
    const b = await openDatagrams(t, 'b', ({ bytes }) => bytes.toString().startsWith('id 7'))
    await a.send(Buffer.from('anything'), b.port)
    await a.send(Buffer.from('id 7, at last'), b.port)
    assert.equal((await b.next(5_000))?.bytes.toString(), 'id 7, at last')
    assert.equal(b.waiting(), 0)
    assert.deepEqual(b.strangers, [{ bytes: Buffer.from('anything'), host: '127.0.0.1', port: a.port }])
    assert.match(
      t.transcript.lines().join('\n'),
      new RegExp(
        `the network: set aside a datagram to b from port ${a.port}, which need not be your program's`,
      ),
    )
  })

  it('of strangers pass no link: neither to the server, nor from elsewhere to the client', async () => {
    const t = owner()
    const [client, server] = [
      await openDatagrams(t, 'client', anyone),
      await openDatagrams(t, 'server', anyone),
    ]
    const stranger = await openDatagrams(t, 'stranger', anyone)
    const link = await openLink(t, server.port, { seed: 1, isOurs: ({ port }) => port === client.port })
    await stranger.send(Buffer.from('x'), link.port)
    await client.send(Buffer.from('asks'), link.port)
    const asked = await server.next(5_000)
    assert.equal(asked?.bytes.toString(), 'asks')
    await stranger.send(Buffer.from('lies'), asked!.port)
    await server.send(Buffer.from('answers'), asked!.port)
    assert.equal((await client.next(5_000))?.bytes.toString(), 'answers')
    assert.deepEqual(link.strangers, [{ bytes: Buffer.from('x'), host: '127.0.0.1', port: stranger.port }])
    assert.equal(link.counts['to-server'].received, 1)
  })

  it('to a deaf port are refused, and nobody else can have the port', async () => {
    const { port } = await openDeafPort(owner())
    const socket = dgram.createSocket('udp4')
    socket.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const refused = once(socket, 'error')
    socket.send('x')
    if (process.platform === 'linux')
      assert.equal(((await refused) as [NodeJS.ErrnoException])[0].code, 'ECONNREFUSED')
    else refused.catch(() => {})
    socket.close()
    const other = dgram.createSocket('udp4')
    other.bind({ port, address: '127.0.0.1', exclusive: true })
    assert.equal(((await once(other, 'error')) as [NodeJS.ErrnoException])[0].code, 'EADDRINUSE')
    other.close()
  })

  it('suffer on a link what the link reports, and the transcript shows it', async () => {
    const t = owner()
    const [a, b] = [await openDatagrams(t, 'a', anyone), await openDatagrams(t, 'b', anyone)]
    const lost = Promise.withResolvers<void>()
    const link = await openLink(t, b.port, {
      seed: 1,
      toServer: { loss: 1 },
      onReport: ({ fault }) => fault === 'lost' && lost.resolve(),
    })
    await a.send(Buffer.from('never'), link.port)
    await lost.promise
    link.setFaults('to-server', {})
    await a.send(Buffer.from('arrives'), link.port)
    assert.equal((await b.next(5_000))?.bytes.toString(), 'arrives')
    assert.match(t.transcript.lines().join('\n'), /the network: lost, on the way to the server/)
  })

  it('end the check when the system does not take them, and wait when its queue is full', async () => {
    const socket = dgram.createSocket('udp4')
    const send = socket.send.bind(socket) as (...args: unknown[]) => void
    let code = 'EPERM'
    let left = 3
    socket.send = ((...args: unknown[]) => {
      if (left-- <= 0) return send(...args)
      ;(args.at(-1) as (error: Error) => void)(Object.assign(new Error(`send ${code}`), { code }))
    }) as typeof socket.send
    const t = owner()
    const a = await openDatagrams(t, 'a', anyone, { socket })
    await a.send(Buffer.from('x'), a.port)
    assert.match(broken.splice(0).map(String).join(), /Allow it in your firewall.*\(EPERM\)/)
    code = 'ENOBUFS'
    await a.send(Buffer.from('after two tries'), a.port)
    assert.equal((await a.next(5_000))?.bytes.toString(), 'after two tries')
    left = Infinity
    await a.send(Buffer.from('never'), a.port)
    assert.match(broken.splice(0).map(String).join(), /no memory left for its sockets.*\(ENOBUFS\)/)
  })

  it('end with the check: the port is free again, and sending does nothing any more', async () => {
    const a = await openDatagrams(owner(), 'a', anyone)
    for (const close of closers.splice(0)) await close()
    await a.send(Buffer.from('x'), a.port)
    const socket = dgram.createSocket('udp4')
    socket.bind({ port: a.port, address: '127.0.0.1', exclusive: true })
    await once(socket, 'listening')
    await new Promise<void>(resolve => socket.close(() => resolve()))
  })
})
