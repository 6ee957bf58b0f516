/**
 * How many bytes the operating system holds between two sockets whose reader does not read. A check that is about
 * data which is still in the program must send more than that: it is measured, because systems differ (about
 * 2.7 MB on Linux's loopback, a few hundred kB elsewhere) and tune it as they go.
 */
import net from 'node:net'
import { within } from './deadline.ts'

const CHUNK = Buffer.alloc(64 * 1024)
/** No system is known to hold more; without it a measurement could go on for ever. */
const MOST = 64 * 1024 * 1024
const STUCK_MS = 100

let measured: Promise<number | undefined> | undefined

/** In bytes, or undefined when no limit was found. Measured once per process, which takes about 0.1 s. */
export const loopbackCapacity = (): Promise<number | undefined> => (measured ??= measure())

async function measure(): Promise<number | undefined> {
  const server = net.createServer({ pauseOnConnect: true })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const accepted = new Promise<net.Socket>(resolve => server.once('connection', resolve))
  const writer = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
  const reader = await accepted
  // Both are torn down in the middle of things: their errors are no news.
  writer.on('error', () => {})
  reader.on('error', () => {})
  let bytes = 0
  try {
    while (bytes < MOST) {
      const flushed = new Promise<void>(resolve => writer.write(CHUNK, () => resolve()))
      await within(flushed, STUCK_MS, () => new Error('full'))
      bytes += CHUNK.length
    }
  } catch {
    // Full: that is the answer.
  } finally {
    writer.destroy()
    reader.destroy()
    server.close()
  }
  return bytes < MOST ? bytes : undefined
}
