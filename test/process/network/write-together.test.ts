import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { text } from 'node:stream/consumers'
import { writeTogether } from '../../../network/node/write-together.ts'

/** Two ends of a connection; the first writes together. */
async function connected(): Promise<[writer: net.Socket, reader: net.Socket, server: net.Server]> {
  const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const writer = net.connect({ port: (server.address() as net.AddressInfo).port, noDelay: true })
  const [reader] = (await once(server, 'connection')) as [net.Socket]
  writeTogether(writer)
  return [writer, reader, server]
}

describe('A socket that writes together', () => {
  let ends: Awaited<ReturnType<typeof connected>>
  beforeEach(async () => {
    ends = await connected()
  })
  afterEach(() => {
    const [writer, reader, server] = ends
    writer.destroy()
    reader.destroy()
    server.close()
  })

  it('sends what it is given in one turn at once, in order, and what comes later, too', async () => {
    const [writer, reader] = ends
    const chunks: string[] = []
    reader.setEncoding('latin1').on('data', (chunk: string) => chunks.push(chunk))
    for (const part of ['a', 'bc', 'd']) assert.equal(writer.write(part), true)
    await once(reader, 'data')
    assert.deepEqual(chunks, ['abcd'])
    const called = new Promise<void>(resolve => writer.write('e', () => resolve()))
    await Promise.all([called, once(reader, 'data')])
    assert.deepEqual(chunks, ['abcd', 'e'])
  })

  it('says when it has enough, and when there is room again', async () => {
    const [writer, reader] = ends
    const block = Buffer.alloc(writer.writableHighWaterMark / 2)
    assert.deepEqual([writer.write(block), writer.write(block)], [true, false])
    reader.resume()
    await once(writer, 'drain')
    assert.equal(writer.writableLength, 0)
  })

  it('loses nothing when it is ended in the same turn', async () => {
    const [writer, reader] = ends
    writer.write('a')
    writer.write('b')
    writer.end('c')
    assert.equal(await text(reader), 'abc')
  })

  it('stays silent while somebody else holds it back', async () => {
    const [writer, reader] = ends
    writer.cork()
    writer.write('a')
    await new Promise(resolve => setImmediate(resolve))
    assert.equal(writer.writableLength, 1)
    writer.uncork()
    const [chunk] = (await once(reader, 'data')) as [Buffer]
    assert.equal(String(chunk), 'a')
  })

  it('may be reset, or destroyed, with something left to write', async () => {
    const [writer, reader] = ends
    reader.on('error', () => undefined)
    writer.write('a')
    writer.resetAndDestroy()
    await once(writer, 'close')
    await new Promise(resolve => setImmediate(resolve))
  })
})
