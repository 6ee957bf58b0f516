import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import { openTcpLink, type TcpLink, type TcpLinkOptions } from '../../../network/faults/tcp-link.ts'
import { openUdpLink, type UdpLink, type UdpLinkOptions } from '../../../network/faults/udp-link.ts'
import { seededRandom } from '../../../network/random.ts'

const random = seededRandom(11)
const bytes = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)))

describe('A TCP link', () => {
  const open: { close(): unknown }[] = []
  afterEach(async () => {
    for (const thing of open.splice(0)) await thing.close()
  })

  /** A server that echoes, the link before it, and a client of the link. */
  async function echoThrough(faults: Omit<TcpLinkOptions, 'target'>) {
    const server = net.createServer({ allowHalfOpen: true }, socket =>
      socket.on('error', () => undefined).pipe(socket),
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const link: TcpLink = await openTcpLink({
      target: { host: '127.0.0.1', port: (server.address() as net.AddressInfo).port },
      ...faults,
    })
    open.push(link, server)
    const client = net.connect({ port: link.port, host: link.host, allowHalfOpen: true })
    await once(client, 'connect')
    return { link, client }
  }
  /** What came until the end, and how it ended. */
  const readAll = (socket: net.Socket) =>
    new Promise<{ received: Buffer; how: string }>(resolve => {
      const chunks: Buffer[] = []
      const done = (how: string) => resolve({ received: Buffer.concat(chunks), how })
      socket
        .on('data', chunk => chunks.push(chunk))
        .on('end', () => done('fin'))
        .on('error', error => done((error as NodeJS.ErrnoException).code!))
    })

  it('without faults passes a megabyte and the half-close, unchanged', async () => {
    const { link, client } = await echoThrough({})
    const sent = bytes(1024 * 1024)
    const reading = readAll(client)
    client.end(sent)
    const { received, how } = await reading
    assert.ok(received.equals(sent))
    assert.equal(how, 'fin')
    assert.deepEqual(
      link.reports.all.filter(r => r.fault !== 'seen'),
      [],
    )
  })

  for (const [how, seen] of [
    ['fin', 'fin'],
    ['rst', 'ECONNRESET'],
  ] as const) {
    it(`cuts after exactly n bytes with ${how}, which is what the receiver sees`, async () => {
      const { link, client } = await echoThrough({ toClient: { cut: { afterBytes: 1234, how } } })
      const sent = bytes(5000)
      const reading = readAll(client)
      client.write(sent)
      const result = await reading
      // A reset may overtake bytes that the receiver has not read yet: never more than n arrive, and those are the first.
      assert.ok(result.received.equals(sent.subarray(0, how === 'fin' ? 1234 : result.received.length)))
      assert.ok(result.received.length <= 1234)
      assert.equal(result.how, seen)
      assert.deepEqual(
        link.reports.of('cut').map(r => [r.direction, r.how, r.afterBytes]),
        [['to-client', how, 1234]],
      )
    })
  }

  it('stalls after n bytes: no more comes, and no end either', async () => {
    const { link, client } = await echoThrough({ toClient: { cut: { afterBytes: 100, how: 'stall' } } })
    const chunks: Buffer[] = []
    let ended = false
    client
      .on('data', chunk => chunks.push(chunk))
      .on('end', () => (ended = true))
      .on('error', () => undefined)
    client.write(bytes(300))
    while (link.reports.of('cut').length === 0 || Buffer.concat(chunks).length < 100)
      await new Promise(resolve => setTimeout(resolve, 5))
    // A second connection shows that the link itself goes on, and gives the first one time.
    const other = net.connect(link.port, link.host)
    other.write('x')
    await once(other, 'data')
    assert.equal(Buffer.concat(chunks).length, 100)
    assert.equal(ended, false)
    other.destroy()
    client.destroy()
  })

  it('drips: the bytes come in many pieces, in order', async () => {
    const { link, client } = await echoThrough({ toServer: { drip: { bytes: 7, everyMs: 1 } } })
    const sent = bytes(200)
    const reading = readAll(client)
    client.end(sent)
    assert.ok((await reading).received.equals(sent))
    assert.equal(link.reports.of('split')[0]?.pieces, Math.ceil(200 / 7))
  })

  it('delays without changing the order, and says by how much', async () => {
    const { link, client } = await echoThrough({ toClient: { delayMs: 30, jitterMs: 20 }, seed: 3 })
    const reading = readAll(client)
    const start = performance.now()
    client.end('late')
    assert.equal((await reading).received.toString(), 'late')
    const [report] = link.reports.of('delay')
    assert.ok(report!.ms >= 30 && report!.ms <= 50)
    assert.ok(performance.now() - start >= 29)
  })

  it('resets all connections on request, and ends them when it is closed', async () => {
    const { link, client } = await echoThrough({})
    client.write('x')
    await once(client, 'data')
    const reading = readAll(client)
    assert.equal(link.open, 1)
    link.resetAll()
    assert.equal((await reading).how, 'ECONNRESET')
    const second = net.connect(link.port, link.host)
    second.on('error', () => undefined)
    await once(second, 'connect')
    const closed = once(second, 'close')
    await link.close()
    await closed
  })

  it('to a server that is not there resets the client', async () => {
    const link = await openTcpLink({ target: { host: '127.0.0.1', port: 1 } })
    open.push(link)
    const client = net.connect(link.port, link.host)
    assert.match((await readAll(client)).how, /ECONNRESET|fin/)
  })
})

describe('A UDP link', () => {
  const open: { close(): unknown }[] = []
  afterEach(async () => {
    for (const thing of open.splice(0)) await thing.close()
  })
  const socket = async () => {
    const s = dgram.createSocket('udp4')
    s.bind(0, '127.0.0.1')
    await once(s, 'listening')
    open.push({ close: () => new Promise<void>(resolve => s.close(() => resolve())) })
    return s
  }

  /** Sends numbered datagrams one way, one after another as the link has taken them, and gives the numbers in the order of arrival. */
  async function through(count: number, faults: Omit<UdpLinkOptions, 'target'>) {
    const server = await socket()
    const link: UdpLink = await openUdpLink({
      target: { host: '127.0.0.1', port: server.address().port },
      ...faults,
    })
    open.push(link)
    const arrived: number[] = []
    server.on('message', message => arrived.push(message.readUInt32BE()))
    const client = await socket()
    for (let i = 1; i <= count; i++) {
      const message = Buffer.alloc(4)
      message.writeUInt32BE(i)
      client.send(message, link.port, link.host)
      while (link.counts['to-server'].received < i) await new Promise(resolve => setImmediate(resolve))
    }
    while (arrived.length < link.counts['to-server'].delivered)
      await new Promise(resolve => setImmediate(resolve))
    return { link, arrived, client, server }
  }

  it('without faults passes every datagram once, and answers to the one who asked', async () => {
    const { arrived, client, server, link } = await through(50, {})
    assert.deepEqual(
      arrived,
      Array.from({ length: 50 }, (_, i) => i + 1),
    )
    server
      .removeAllListeners('message')
      .on('message', (message, from) => server.send(`echo ${message.toString()}`, from.port, from.address))
    const answer = once(client, 'message')
    client.send('hi', link.port, link.host)
    const [message, from] = (await answer) as [Buffer, dgram.RemoteInfo]
    assert.equal(message.toString(), 'echo hi')
    assert.equal(from.port, link.port)
  })

  it('loses, doubles and reorders just those datagrams that it reports', async () => {
    const { link, arrived } = await through(300, {
      toServer: { loss: 0.2, duplication: 0.2, reordering: 0.1 },
      seed: 42,
    })
    const numbers = (fault: 'lost' | 'duplicated' | 'reordered') =>
      link.reports.of(fault).map(r => r.datagram)
    assert.ok(
      numbers('lost').length > 20 && numbers('duplicated').length > 20 && numbers('reordered').length > 10,
    )
    const times = (n: number) => arrived.filter(a => a === n).length
    for (const n of numbers('lost')) assert.equal(times(n), 0)
    for (const n of numbers('duplicated')) assert.equal(times(n), 2)
    for (const n of numbers('reordered'))
      assert.ok(arrived.slice(0, arrived.indexOf(n)).some(earlier => earlier > n))
    const touched = new Set([...numbers('lost'), ...numbers('duplicated'), ...numbers('reordered')])
    const plain = arrived.filter(n => !touched.has(n))
    assert.deepEqual(
      plain,
      [...plain].sort((a, b) => a - b),
    )
    assert.equal(new Set(plain).size, plain.length)
  })

  it('does the same to the same datagrams with the same seed', async () => {
    const faults = { toServer: { loss: 0.3, reordering: 0.2 }, seed: 7 }
    assert.deepEqual((await through(100, faults)).arrived, (await through(100, faults)).arrived)
  })

  it('can send from a source that is neither the link nor the server', async () => {
    const { link, client } = await through(1, {})
    const heard = once(client, 'message')
    const source = await link.spoofToClients(Buffer.from('trust me'))
    const [message, from] = (await heard) as [Buffer, dgram.RemoteInfo]
    assert.equal(message.toString(), 'trust me')
    assert.equal(`${from.address}:${from.port}`, source)
    assert.notEqual(from.port, link.port)
    assert.equal(link.reports.of('spoofed').length, 1)
  })
})
