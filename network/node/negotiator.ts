/**
 * libp2p's own multistream-select, for the checker to try a program with. libp2p uses it to agree on an encryption before anything else is sent:
 * here the protocols stand in the place of encryptions, and on the agreed one there is an echo instead.
 */
import type { ConnectionEncrypter, MessageStream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { causeOf } from './cause-of.ts'
import { quietLogger } from './quiet-logger.ts'
import { CONNECTION_TIMEOUTS } from './timeouts.ts'

export interface Negotiator {
  /** HOST:PORT, at which it agrees on one of the protocols with whoever comes, and sends back what comes on it. */
  address: string
  /**
   * Proposes the protocols to a port of 127.0.0.1, sends the bytes on the agreed one and reads as many. Rejects with an Error that gives libp2p's
   * innermost reason. One dial at a time.
   */
  dial(port: number, bytes: Uint8Array): Promise<{ protocol: string; reply: Buffer }>
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/** `onAgreed` is called when somebody who dialed has agreed on one of the protocols. */
export async function createNegotiator(
  protocols: readonly string[],
  onAgreed: (protocol: string) => void,
): Promise<Negotiator> {
  /** What the dial that is under way does once a protocol is agreed on. */
  let use: (protocol: string, connection: MessageStream) => Promise<void> = () => Promise.resolve()
  const libp2p = await createLibp2p({
    ...quietLogger,
    addresses: { listen: [`/ip4/${HOST}/tcp/0`] },
    transports: [tcp()],
    connectionEncrypters: protocols.map(protocol => () => inPlaceOfEncryption(protocol)),
    connectionManager: { allow: ['/ip4/127.0.0.0/ipcidr/8'], ...CONNECTION_TIMEOUTS, reconnectRetries: 0 },
    connectionMonitor: { enabled: false },
  })

  function inPlaceOfEncryption(protocol: string): ConnectionEncrypter {
    return {
      protocol,
      async secureInbound(connection) {
        onAgreed(protocol)
        await echo(connection as MessageStream)
        throw new Error('this is as far as it goes')
      },
      async secureOutbound(connection) {
        await use(protocol, connection as MessageStream)
        throw new Error('this is as far as it goes')
      },
    }
  }

  const [listening] = libp2p.getMultiaddrs()
  return {
    address: `${HOST}:${/\/tcp\/(\d+)/.exec(String(listening))![1]!}`,
    async dial(port, bytes) {
      let agreed: string | undefined
      let reply: Buffer | undefined
      use = async (protocol, connection) => {
        agreed = protocol
        connection.send(bytes)
        reply = await read(connection, bytes.length)
      }
      // It always rejects: nothing here is an encryption.
      const error = await libp2p.dial(multiaddr(`/ip4/${HOST}/tcp/${port}`)).then(
        () => new Error('connected'),
        (error: unknown) => error,
      )
      if (agreed === undefined || reply === undefined) throw new Error(causeOf(error), { cause: error })
      return { protocol: agreed, reply }
    },
    stop: async () => libp2p.stop(),
  }
}

/** Resolves when the connection is over. */
function echo(connection: MessageStream): Promise<void> {
  return new Promise(resolve => {
    connection.addEventListener('message', ({ data }) => {
      if (connection.status === 'open') connection.send(data)
    })
    connection.addEventListener('close', () => resolve())
    if (connection.status !== 'open') resolve()
  })
}

/** Exactly so many bytes. Rejects when the connection ends before. */
async function read(connection: MessageStream, length: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let missing = length
  for await (const chunk of connection) {
    chunks.push(chunk.subarray())
    missing -= chunk.byteLength
    if (missing <= 0) break
  }
  if (missing > 0) throw new Error(`the connection ended ${missing} bytes too early`)
  return Buffer.concat(chunks).subarray(0, length)
}
