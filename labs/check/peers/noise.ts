/**
 * A peer that speaks libp2p's own Noise on bare TCP connections (network/node/noise-peer.ts), in a bundle of its own that is loaded with the first.
 * Anyone can dial it: only connections on which an identity was proven come to a check, which compares it.
 */
import type * as bundle from '../../../network/node/noise-peer.ts'
import type { CheckContext } from '../kit/check.ts'
import { createInbox, type Stop } from './inbox.ts'
import { socketFault } from './machine-fault.ts'

const LANE = "libp2p's Noise"
/** A program that sends nothing for this long, although something is due, sends nothing any more. */
const QUIET_MS = 5_000

export interface NoiseConnection {
  remote: string
  send(bytes: Uint8Array): void
  /** Exactly `length` bytes, or what came until reading stopped. */
  read(length: number): Promise<{ bytes: Buffer; stop: Stop }>
  /** Ends this side and the connection. */
  close(): void
}

export interface LibraryPeer {
  id: string
  /** 127.0.0.1:PORT */
  address: string
  /** Rejects with an Error whose message is libp2p's reason. */
  dial(port: number): Promise<NoiseConnection>
  /** The next connection on which this peer ID was proven; stays pending while there is none. */
  accept(remote: string): Promise<NoiseConnection>
  /** Why the last handshake failed that somebody began. */
  lastRefusal(): string | undefined
}

/** Listens until the check is over; its identity is decided by the check's seed. */
export async function libraryPeer(t: CheckContext): Promise<LibraryPeer> {
  const { createNoisePeer } = (await import(new URL('noise-peer.mjs', import.meta.url).href)) as typeof bundle
  const arrived: NoiseConnection[] = []
  let refusal: string | undefined
  let look = () => {}
  const wrap = (connection: bundle.SecuredConnection): NoiseConnection => {
    const inbox = createInbox()
    connection.watch({
      data(bytes) {
        t.transcript.bytes('from program', LANE, bytes)
        inbox.push(bytes)
      },
      end(why) {
        inbox.stop(why === undefined ? 'end' : 'reset')
      },
    })
    return {
      remote: connection.remote,
      send(bytes) {
        t.transcript.bytes('to program', LANE, bytes)
        connection.send(bytes)
      },
      read: length => inbox.read(length, QUIET_MS),
      close: () => void connection.close().catch(() => {}),
    }
  }
  const peer = await createNoisePeer({
    seed: t.random.split('library').bytes(32),
    onSecured(connection) {
      t.transcript.note('from program', LANE, 'connect', `secured by ${connection.remote}`)
      arrived.push(wrap(connection))
      look()
    },
    onRefused: why => void (refusal = why),
  }).catch((error: unknown) => {
    throw socketFault(error)
  })
  t.onEnd(() => peer.stop())
  return {
    id: peer.id,
    address: peer.address,
    lastRefusal: () => refusal,
    async dial(port) {
      const connection = await peer.dial(port)
      t.transcript.note(
        'to program',
        LANE,
        'connect',
        `connected to port ${port}, secured by ${connection.remote}`,
      )
      return wrap(connection)
    },
    accept: remote =>
      new Promise(resolve => {
        look = () => {
          const at = arrived.findIndex(one => one.remote === remote)
          if (at >= 0) resolve(arrived.splice(at, 1)[0]!)
        }
        look()
      }),
  }
}
