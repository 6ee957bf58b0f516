/**
 * The checker's libp2p peers, for the exercises that are written on libp2p. The peer itself is network/node/peer.ts, in
 * a bundle of its own that is loaded with the first peer: checks without libp2p do not pay for it.
 */
import type * as bundle from '../../../network/node/peer.ts'
import type { CheckContext } from '../kit/check.ts'
import { CheckFailure, inNode } from '../kit/finding.ts'
import { createInbox, type Stop } from './inbox.ts'
import { machineFault, socketFault } from './machine-fault.ts'
import type { Transcript } from '../transcript/transcript.ts'

/** A program that sends nothing for this long, although something is due, sends nothing any more. */
export const QUIET_MS = 10_000
/** How long a program may take to reply to an op that starts a node or dials. */
export const NODE_MS = 30_000

/** The lane of the checker's own node, beside those of its streams. */
const NODE = "the checker's node"

export interface Libp2pStream {
  /** As in messages: "stream 1". */
  name: string
  /** The one that both sides agreed on. */
  protocol: string
  /** Queues the bytes. Nothing happens when the stream is over. */
  write(bytes: Uint8Array): void
  /** Half-closes: sends FIN after what was written. */
  end(): void
  /** Resets both directions of the stream. */
  reset(): void
  /** Reads nothing more until `resume`: the program can send `WINDOW_BYTES` and no more. */
  pause(): void
  resume(): void
  /** Bytes that the program has promised room for; it promises more when it reads. */
  room(): number
  /** Bytes written that the program has no room for yet. */
  queued(): number
  /** Exactly `length` bytes, or what came until reading stopped. `silenceMs`: QUIET_MS when left out. */
  read(length: number, silenceMs?: number): Promise<{ bytes: Buffer; stop: Stop }>
  /** All bytes until the program half-closes; `stop` is never 'enough'. */
  readToEnd(): Promise<{ bytes: Buffer; stop: Stop }>
  /** Bytes that came and were not read yet. */
  waiting(): number
  stopped(): 'end' | 'reset' | undefined
  /** Whether it is over because its whole connection is gone. */
  lostConnection(): boolean
  /** Resolves when nothing goes either way any more. While the checker has not ended its side, the program has then reset it, or closed the connection. */
  closed: Promise<void>
}

export interface Libp2pConnection {
  /** Rejects with a CheckFailure when the program does not open it; `hint` is its likely misconception. */
  open(protocol: string, hint: string): Promise<Libp2pStream>
  /** 'unsupported' when the program refuses the protocol as libp2p does; otherwise the stream, or what went wrong. */
  tryOpen(protocol: string): Promise<Libp2pStream | 'unsupported' | Error>
  isOpen(): boolean
}

export interface Libp2pPeer {
  id: string
  /** A multiaddr with the peer's identity; empty when it does not listen. */
  address: string
  /**
   * Rejects with a CheckFailure when the program cannot be reached, and with Inconclusive where that is this computer's fault. `hint`: why,
   * where it is known that the program has been reached before.
   */
  dial(address: string, hint?: string): Promise<Libp2pConnection>
  /** Accepts these protocols. Each call of what it returns waits for the next stream that the program opens with any of them. */
  accept(...protocols: readonly string[]): Promise<() => Promise<Libp2pStream>>
}

/**
 * Makes a peer for `use`, with an identity that the check's seed decides, and stops it afterwards. `called`: where a check has several;
 * then it decides the identity, too, and begins the names of its streams.
 */
export async function withPeer<T>(
  t: CheckContext,
  { called, ...options }: { listen?: boolean; called?: string },
  use: (peer: Libp2pPeer) => Promise<T>,
): Promise<T> {
  const { createPeer } = (await import(new URL('peer.mjs', import.meta.url).href)) as typeof bundle
  const identity = freshIdentity(t, called)
  const peer = await createPeer({ ...options, seed: identity }).catch((error: unknown) => {
    throw socketFault(error)
  })
  // How the streams end when the check is over is no part of what happened.
  let over = false
  const note: Transcript['note'] = (...what) => void (over || t.transcript.note(...what))
  try {
    return await use(wrapPeer(peer, { ...t.transcript, note }, called))
  } finally {
    over = true
    await peer.stop()
  }
}

/** How many peers of each name a check has made. */
const made = new WeakMap<object, Map<string, number>>()

/**
 * The 32 bytes behind an identity that no peer of the check has had. A program that keeps its connections would take one that it has to an earlier
 * peer for one to this: libp2p finds it by the ID, and may not have heard yet that it is over.
 */
export function freshIdentity(t: Pick<CheckContext, 'random'>, called = ''): Uint8Array {
  const counts = made.get(t) ?? new Map<string, number>()
  made.set(t, counts)
  const before = counts.get(called) ?? 0
  counts.set(called, before + 1)
  const random = called === '' ? t.random : t.random.split(called)
  const own = random.split('identity')
  return (before === 0 ? own : own.split(String(before))).bytes(32)
}

export type { Negotiator } from '../../../network/node/peer.ts'

/**
 * libp2p's own multistream-select, which speaks these protocols; it is stopped when the check is over. `onAgreed` is called when somebody who dialed it
 * has agreed on one: only with protocols that nobody else knows is that the program. What goes over its connections is no part of the transcript.
 */
export async function libp2pNegotiator(
  t: CheckContext,
  protocols: readonly string[],
  onAgreed: (protocol: string) => void = () => {},
): Promise<bundle.Negotiator> {
  const { createNegotiator } = (await import(new URL('peer.mjs', import.meta.url).href)) as typeof bundle
  const negotiator = await createNegotiator(protocols, protocol => {
    t.transcript.note('from program', NODE, 'connect', `agreed on ${protocol}`)
    onAgreed(protocol)
  }).catch((error: unknown) => {
    throw socketFault(error)
  })
  t.onEnd(() => negotiator.stop())
  return negotiator
}

function wrapPeer(peer: bundle.Peer, transcript: Transcript, called?: string): Libp2pPeer {
  let streams = 0
  const lane = called ?? NODE
  const prefix = called === undefined ? '' : `${called}, `
  const own = (stream: bundle.PeerStream) => wrapStream(stream, `${prefix}stream ${++streams}`, transcript)
  return {
    id: peer.id,
    address: peer.addresses[0] ?? '',
    async dial(address, hint) {
      try {
        const connection = await peer.dial(address)
        transcript.note('to program', lane, 'connect', `connected to ${address}`)
        return wrapConnection(connection, own, transcript, lane)
      } catch (error) {
        throw machineFault(error) ?? dialFailure(address, error as Error, hint)
      }
    },
    async accept(...protocols) {
      const arrived: Libp2pStream[] = []
      let wake = () => {}
      for (const protocol of protocols) {
        await peer.handle(protocol, stream => {
          const accepted = own(stream)
          transcript.note('from program', accepted.name, 'open', `opened, ${protocol}`)
          arrived.push(accepted)
          wake()
        })
      }
      return () =>
        new Promise(resolve => {
          wake = () => {
            const next = arrived.shift()
            if (next) resolve(next)
          }
          wake()
        })
    },
  }
}

function wrapConnection(
  connection: bundle.PeerConnection,
  own: (stream: bundle.PeerStream) => Libp2pStream,
  transcript: Transcript,
  lane: string,
): Libp2pConnection {
  const tryOpen: Libp2pConnection['tryOpen'] = async protocol => {
    try {
      const stream = own(await connection.open(protocol))
      transcript.note('to program', stream.name, 'open', `opened, ${protocol}`)
      return stream
    } catch (error) {
      const unsupported = (error as Error).name === 'UnsupportedProtocolError'
      transcript.note(
        'from program',
        lane,
        'refused',
        `${protocol}: ${unsupported ? 'not supported' : (error as Error).message}`,
      )
      return unsupported ? 'unsupported' : (error as Error)
    }
  }
  return {
    tryOpen,
    isOpen: () => connection.isOpen(),
    async open(protocol, hint) {
      const stream = await tryOpen(protocol)
      if (stream !== 'unsupported' && !(stream instanceof Error)) return stream
      const open = connection.isOpen()
      throw new CheckFailure({
        expected: `that your node accepts a stream with the protocol ${protocol}.`,
        got:
          stream === 'unsupported'
            ? 'your node does not support this protocol.'
            : open
              ? `no stream: ${stream.message}.`
              : 'the whole connection is closed.',
        hint: stream === 'unsupported' ? UNSUPPORTED : hint,
        lost: !open,
      })
    },
  }
}

function wrapStream(stream: bundle.PeerStream, name: string, transcript: Transcript): Libp2pStream {
  const inbox = createInbox()
  const closed = Promise.withResolvers<void>()
  let ended = false
  let lost = false
  stream.watch({
    data(bytes) {
      transcript.bytes('from program', name, bytes)
      inbox.push(bytes)
    },
    end() {
      transcript.note('from program', name, 'fin', 'end')
      inbox.stop('end')
    },
    broken(why, withConnection) {
      lost = withConnection
      transcript.note('from program', name, 'rst', `over (${why})`)
      inbox.stop('reset')
    },
    closed() {
      // Otherwise both sides have ended it, or it is told as a reset.
      if (!ended && inbox.stopped() === 'end') transcript.note('from program', name, 'rst', 'over')
      closed.resolve()
    },
  })
  return {
    name,
    protocol: stream.protocol,
    write(bytes) {
      if (inbox.stopped() === 'reset') return
      transcript.bytes('to program', name, bytes)
      try {
        stream.send(bytes)
      } catch {
        // Over since: reading from it says so.
      }
    },
    end() {
      ended = true
      transcript.note('to program', name, 'fin', 'end')
      stream.close().catch(() => {})
    },
    reset() {
      ended = true
      transcript.note('to program', name, 'rst', 'reset on purpose')
      stream.reset()
    },
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    room: () => stream.room(),
    queued: () => stream.queued(),
    read: (length, silenceMs = QUIET_MS) => inbox.read(length, silenceMs),
    readToEnd: () => inbox.read(Infinity, QUIET_MS),
    waiting: () => inbox.waiting(),
    stopped: () => inbox.stopped(),
    lostConnection: () => lost,
    closed: closed.promise,
  }
}

const UNSUPPORTED = `do you register the handler${inNode(' with node.handle')} before listen returns, under exactly the protocol id of the exercise?`

const LAYERS = `does your node have ${inNode('tcp() under transports, noise() under connectionEncrypters and yamux() under streamMuxers', 'TCP, Noise and Yamux')}, and is it still running?`

/** What a check ends with when a node of the checker cannot connect to the program. */
export const dialFailure = (address: string, { message }: Error, hint = LAYERS): CheckFailure =>
  new CheckFailure({
    did: `The checker dialed ${address} with a libp2p node of its own.`,
    expected: 'a connection: TCP, then Noise, then Yamux.',
    got: `none: ${message}.`,
    hint,
    lost: true,
  })
