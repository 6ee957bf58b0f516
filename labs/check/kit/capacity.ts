/**
 * How many bytes the operating system holds between two sockets whose reader does not read. A check that is about
 * data which is still in the program must send more than that: it is measured, because systems differ (about
 * 2.7 MB on Linux's loopback, a few hundred kB elsewhere) and tune it as they go.
 *
 * It is measured with small writes, each of which waits for the one before. Windows takes a write of any size as long as less
 * than its send buffer is pending: so what is held is known only of writers that do the same, up to the size of their last
 * write. The checker's own peers do (peers/peer.ts); for programs, whose writes are as large as what they read or as a
 * block, checks ask for twice the capacity and at least 1 MiB more.
 */
import { once } from 'node:events'
import net from 'node:net'
import { socketFault } from '../peers/machine-fault.ts'
import { within } from './deadline.ts'

const PIECE = Buffer.alloc(16 * 1024)
/** No system is known to hold more; without it a measurement could go on for ever. */
const MOST = 64 * 1024 * 1024
const STUCK_MS = 100

let measured: Promise<number | undefined> | undefined

/**
 * In bytes, or undefined when no limit was found. Measured once per process, which takes about 0.1 s. Rejects with Inconclusive where this
 * computer cannot make the connection.
 */
export const loopbackCapacity = (): Promise<number | undefined> => (measured ??= measure())

async function measure(): Promise<number | undefined> {
  // Whoever connects is not read from, and one of them is our own writer's other end. All are torn down in the middle of things.
  const readers: net.Socket[] = []
  const server = net.createServer({ pauseOnConnect: true }, reader => {
    reader.on('error', () => {})
    readers.push(reader)
  })
  let writer: net.Socket | undefined
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    writer = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
    await once(writer, 'connect')
    writer.on('error', () => {})
    return await capacityOf(writer)
  } catch (error) {
    throw socketFault(error)
  } finally {
    writer?.destroy()
    for (const reader of readers) reader.destroy()
    server.close()
  }
}

/** What a writer can be rid of whose reader does not read: bytes, up to the first write that is not taken within 0.1 s. */
export async function capacityOf(writer: Pick<net.Socket, 'write'>): Promise<number | undefined> {
  for (let bytes = 0; bytes < MOST; bytes += PIECE.length) {
    const taken = new Promise<void>(resolve => writer.write(PIECE, () => resolve()))
    const full = await within(taken, STUCK_MS, () => new Error('full')).then(
      () => false,
      () => true,
    )
    if (full) return bytes
  }
  return undefined
}
