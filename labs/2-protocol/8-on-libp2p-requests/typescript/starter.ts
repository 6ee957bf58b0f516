// Exercise 2.8: On libp2p: requests. Write the two functions, then check. Nothing has to be installed.
// encodeRequest, decodeRequest, encodeResponse and decodeResponse read and write the messages, without the length in front.
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type RequestMessage,
  type ResponseMessage,
} from 'p2plab'
import { decode, encode } from '../../1-integers-on-the-wire/typescript/solution.ts'

const V1 = '/p2plab/requests/1.0.0'
const V2 = '/p2plab/requests/2.0.0'

const GET = 1
const PUT = 2

const OK = 0
const NOT_FOUND = 1
const CONFLICT = 2
const BAD_REQUEST = 3

interface Limits {
  /** Bytes of the longest message that you read, without its length. */
  maxBytes: number
  /** How long a message may take, from the opening of its stream on. */
  timeoutMs: number
}

/** A node: TCP, Noise, Yamux. Nothing to change here. */
const startNode = (listen: string[]) =>
  createLibp2p({
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })

/** The service, as it should be: a value for each key. Give it a request and the protocol of the stream. Only 2.0.0 knows revisions, which say how often a key was put. */
function createStore() {
  const entries = new Map<string, { value: Uint8Array; revision: number }>()
  return ({ type, key, value, revision }: RequestMessage, protocol: string): ResponseMessage => {
    const entry = entries.get(key)
    const current = entry?.revision ?? 0
    const response = (status: number, now: number, content: Uint8Array = Buffer.alloc(0)) => ({
      status,
      value: content,
      revision: protocol === V2 ? now : 0,
    })
    if (type === GET) return entry ? response(OK, current, entry.value) : response(NOT_FOUND, 0)
    if (type !== PUT) return response(BAD_REQUEST, 0)
    if (protocol === V2 && revision !== 0 && revision !== current) return response(CONFLICT, current)
    entries.set(key, { value, revision: current + 1 })
    return response(OK, current + 1)
  }
}

/** Start a node that answers one request on each stream, in both versions. Return its real address. */
export async function listen({ address, maxBytes, timeoutMs }: { address: string } & Limits): Promise<{
  address: string
}> {
  throw new Error('listen is not written yet')
}

/** Send a request on a stream of its own, and return the protocol and the response. */
export async function request({
  peer,
  type,
  key,
  value,
  revision,
  maxBytes,
  timeoutMs,
}: { peer: string; type: number; key: string; value: Buffer; revision: number } & Limits): Promise<
  { protocol: string } & ResponseMessage
> {
  throw new Error('request is not written yet')
}
