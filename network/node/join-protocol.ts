/**
 * How a computer gets into a shared network, by the protocol /p2plab/join/1: the node whose address is in the join code says which nodes
 * there are to dial. Who it is, is known before a byte of ours is sent: the code has a fingerprint of its peer id.
 */
import type { Libp2p, PeerId, Stream } from '@libp2p/interface'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { fingerprint, type JoinCode } from '../share/join-code.ts'
import { JOIN_PROTOCOL, MAX_OFFER_BYTES, parseOffer, type Offered } from '../share/offer.ts'
import { causeOf } from './cause-of.ts'

/** For a dial, a handshake and an answer in a local network, on machines that are busy starting nodes. Milliseconds. */
const ANSWER_MS = 30_000
/** Streams that one stranger may hold open. */
const MAX_STREAMS = 4

export interface JoinProtocol {
  /** For libp2p's connection gater: asked when it is known who is there, and before anything else is done. */
  isImpostor(peer: PeerId, address: Multiaddr): boolean
  /** From now on the node answers who joins, with these. An empty list: it answers no more. */
  offer(peers: readonly Offered[]): Promise<void>
  /** Goes to the node of the code and asks. Rejects with an error whose message says why it did not work. */
  askToJoin(code: JoinCode): Promise<Offered[]>
}

export function createJoinProtocol(libp2p: () => Libp2p, topic: string): JoinProtocol {
  let offered: readonly Offered[] = []
  let expected: { address: string; fingerprint: string } | undefined
  let wasImpostor = false

  // Only when asked: who joins might not have begun to read, and would wait for an end that has been.
  const answer = (stream: Stream) => {
    const late = setTimeout(() => stream.abort(new Error('no request arrived')), ANSWER_MS)
    const reply = async () => {
      try {
        stream.send(Buffer.from(JSON.stringify({ topic, peers: offered })))
        await stream.close({ signal: AbortSignal.timeout(ANSWER_MS) })
      } catch (error) {
        stream.abort(error as Error)
      }
    }
    stream.addEventListener('message', () => void reply(), { once: true })
    stream.addEventListener('close', () => clearTimeout(late))
  }
  const reach = async (address: string, signal: AbortSignal) => {
    try {
      return await libp2p().dial(multiaddr(address), { signal })
    } catch (error) {
      throw new Error(`it cannot be reached (${causeOf(error)})`)
    }
  }

  return {
    isImpostor(peer, address) {
      if (!expected || !`${address.toString()}/`.startsWith(`${expected.address}/`)) return false
      wasImpostor = fingerprint(peer.toString()) !== expected.fingerprint
      return wasImpostor
    },
    async offer(peers) {
      const wasOpen = offered.length > 0
      offered = peers
      if (!wasOpen && peers.length > 0)
        await libp2p().handle(JOIN_PROTOCOL, answer, { maxInboundStreams: MAX_STREAMS })
      if (wasOpen && peers.length === 0) await libp2p().unhandle(JOIN_PROTOCOL)
    },
    async askToJoin({ host, port, fingerprint }) {
      const address = `/ip4/${host}/tcp/${port}`
      expected = { address, fingerprint }
      wasImpostor = false
      const signal = AbortSignal.timeout(ANSWER_MS)
      try {
        const connection = await reach(address, signal)
        const stream = await connection.newStream(JOIN_PROTOCOL, { signal })
        const answer = readToEnd(stream, signal)
        answer.catch(() => undefined)
        stream.send(Buffer.from('join'))
        const found = parseOffer(await answer, host)
        if (!found) throw new Error('its answer is not valid')
        if (found.topic !== topic) throw new Error('it is a different kind of network')
        return found.peers
      } catch (error) {
        if (wasImpostor) throw new Error('the node that answers is not the one that the code belongs to')
        if (signal.aborted) throw new Error(`it did not answer within ${ANSWER_MS / 1000} s`)
        const { name } = error as Error
        throw new Error(
          name === 'UnsupportedProtocolError'
            ? 'the program that answers does not share a network'
            : causeOf(error),
        )
      } finally {
        expected = undefined
      }
    },
  }
}

async function readToEnd(stream: Stream, signal: AbortSignal): Promise<string> {
  const abort = () => stream.abort(new Error('it took too long'))
  signal.addEventListener('abort', abort)
  try {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of stream) {
      bytes += chunk.byteLength
      if (bytes > MAX_OFFER_BYTES) {
        stream.abort(new Error('too much'))
        throw new Error('its answer is too long')
      }
      chunks.push(chunk.subarray())
    }
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    signal.removeEventListener('abort', abort)
    void stream.close().catch(() => undefined)
  }
}
