/**
 * libp2p's Noise on bare TCP connections, without multistream-select and without a multiplexer: for whoever needs a peer whose handshake somebody
 * else wrote. Bundled apart as dist/noise-peer.mjs. No type of libp2p leaves this file.
 */
import { noise, type NoiseComponents } from '@chainsafe/libp2p-noise'
import type { ComponentLogger, Logger, MessageStream, MultiaddrConnection, Upgrader } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { causeOf } from './cause-of.ts'
import { privateKeyOf } from './private-key.ts'
import { TIMEOUT_MS } from './timeouts.ts'

export interface SecuredEvents {
  data(bytes: Uint8Array): void
  /** The connection is over; `why` is libp2p's word, where it did not end in good order. */
  end(why?: string): void
}

/** A connection after a good handshake. */
export interface SecuredConnection {
  /** The peer ID that the other side has proven. */
  remote: string
  /** Nothing is given to `events` before. */
  watch(events: SecuredEvents): void
  /** In messages of at most 65,535 bytes each. */
  send(bytes: Uint8Array): void
  close(): Promise<void>
}

export interface NoisePeer {
  id: string
  /** 127.0.0.1:PORT */
  address: string
  /** Rejects with an Error that gives the innermost reason. */
  dial(port: number): Promise<SecuredConnection>
  /** Closes everything at once. */
  stop(): Promise<void>
}

export interface NoisePeerOptions {
  /** 32 bytes that decide the peer's identity. */
  seed: Uint8Array
  /** Called when a peer that dialed has proven its identity. */
  onSecured(connection: SecuredConnection): void
  /** Called with the reason when a handshake with a peer that dialed has failed. */
  onRefused(why: string): void
}

/** Listens on a free port of 127.0.0.1. */
export async function createNoisePeer({ seed, onSecured, onRefused }: NoisePeerOptions): Promise<NoisePeer> {
  const privateKey = privateKeyOf(seed)
  const open = new Set<MultiaddrConnection>()
  const components = { privateKey, logger: SILENT, upgrader: { getStreamMuxers: () => MUXERS } }
  const encrypter = noise()(components as unknown as NoiseComponents)
  const track = (raw: MultiaddrConnection) => {
    open.add(raw)
    raw.addEventListener('close', () => open.delete(raw))
  }
  // What libp2p calls an upgrade is encryption here, and nothing more.
  const upgrader = {
    async upgradeInbound(raw: MultiaddrConnection) {
      track(raw)
      try {
        const { connection, remotePeer } = await encrypter.secureInbound(raw, options())
        onSecured(wrap(connection, String(remotePeer)))
      } catch (error) {
        onRefused(causeOf(error))
        raw.abort(error as Error)
      }
    },
    async upgradeOutbound(raw: MultiaddrConnection) {
      track(raw)
      const { connection, remotePeer } = await encrypter.secureOutbound(raw, options())
      return wrap(connection, String(remotePeer))
    },
  } as unknown as Upgrader
  const transport = tcp()({ logger: SILENT } as Parameters<ReturnType<typeof tcp>>[0])
  const listener = transport.createListener({ upgrader })
  await listener.listen(multiaddr('/ip4/127.0.0.1/tcp/0'))
  const [, port] = /\/tcp\/(\d+)/.exec(String(listener.getAddrs()[0]))!
  return {
    id: String(privateKey.publicKey),
    address: `127.0.0.1:${port}`,
    async dial(to) {
      try {
        const dialed: unknown = await transport.dial(multiaddr(`/ip4/127.0.0.1/tcp/${to}`), {
          upgrader,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        })
        return dialed as SecuredConnection
      } catch (error) {
        throw new Error(causeOf(error), { cause: error })
      }
    },
    async stop() {
      for (const raw of open) raw.abort(new Error('stopped'))
      await listener.close()
    },
  }
}

const options = () => ({ signal: AbortSignal.timeout(TIMEOUT_MS) })

/** Named in the payload's extensions, as every libp2p node does; without one of the same on the other side, they are ignored. */
const MUXERS = new Map([['/yamux/1.0.0', {}]])

const wrap = (connection: MessageStream, remote: string): SecuredConnection => ({
  remote,
  watch(events) {
    connection.addEventListener('message', ({ data }) => events.data(data.subarray()))
    connection.addEventListener('remoteCloseWrite', () => events.end())
    connection.addEventListener('close', ({ error }) => events.end(error?.message))
  },
  send: bytes => void connection.send(bytes),
  close: () => connection.close(),
})

/** libp2p wants somewhere to log to. */
const quiet = (): Logger =>
  Object.assign(() => {}, { enabled: false, trace() {}, error() {}, newScope: quiet })
const SILENT: ComponentLogger = { forComponent: quiet }
