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
  /** Bytes of the longest message that is read, without its length. */
  maxBytes: number
  /** How long a message may take, from the opening of its stream on. */
  timeoutMs: number
}

const startNode = (listen: string[]) =>
  createLibp2p({
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })

/** The service: a value for each key. Only 2.0.0 knows revisions, which say how often a key was put. */
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

type Store = ReturnType<typeof createStore>

/** The message that the bytes begin with, without its length; undefined while it is not whole. */
function firstMessage(bytes: Buffer, maxBytes: number): Buffer | undefined {
  const prefix = decode({ format: 'varint', bytes })
  if (prefix.value === null) return undefined
  // Before the message is there: nobody can make us collect more than this.
  if (prefix.value > maxBytes)
    throw new Error(`a message of ${prefix.value} bytes, at most ${maxBytes} are allowed`)
  const end = prefix.length + Number(prefix.value)
  return bytes.length < end ? undefined : bytes.subarray(prefix.length, end)
}

/** Rejects when the message is too long, or not whole in time. */
async function readMessage(stream: Stream, { maxBytes, timeoutMs }: Limits): Promise<Buffer> {
  // One time for the whole message. Resetting the stream makes the loop throw.
  const late = setTimeout(() => stream.abort(new Error(`no message within ${timeoutMs} ms`)), timeoutMs)
  try {
    let bytes = Buffer.alloc(0)
    for await (const chunk of stream) {
      bytes = Buffer.concat([bytes, chunk.subarray()])
      const message = firstMessage(bytes, maxBytes)
      if (message) return message
    }
    throw new Error('the stream ended before the message was whole')
  } finally {
    clearTimeout(late)
  }
}

function sendMessage(stream: Stream, message: Uint8Array): void {
  const { bytes: length } = encode({ format: 'varint', value: BigInt(message.length) })
  stream.send(Buffer.concat([length, message]))
}

/** A request that makes no sense is answered, too: only a message that never becomes whole has no answer. */
function answer(store: Store, message: Buffer, protocol: string): ResponseMessage {
  let request: RequestMessage
  try {
    request = decodeRequest(message)
  } catch {
    return { status: BAD_REQUEST, value: Buffer.alloc(0), revision: 0 }
  }
  return store(request, protocol)
}

/** Listens on the multiaddr, and answers one request on each stream. */
export async function listen({
  address,
  ...limits
}: { address: string } & Limits): Promise<{ address: string }> {
  const node = await startNode([address])
  const store = createStore()
  await node.handle([V1, V2], async stream => {
    try {
      const message = await readMessage(stream, limits)
      sendMessage(stream, encodeResponse(answer(store, message, stream.protocol)))
      await stream.close()
    } catch (error) {
      stream.abort(error as Error)
    }
  })
  return { address: node.getMultiaddrs()[0]!.toString() }
}

/** Sends one request on a stream of its own, and reads the response. */
export async function request({
  peer,
  type,
  key,
  value,
  revision,
  ...limits
}: { peer: string; type: number; key: string; value: Buffer; revision: number } & Limits): Promise<
  { protocol: string } & ResponseMessage
> {
  const node = await startNode([])
  try {
    // The newest first: the first one that the peer speaks is taken. A peer that only speaks 1.0.0 would not see the
    // revision, and put the value whatever the current one is.
    const stream = await node.dialProtocol(multiaddr(peer), revision === 0 ? [V2, V1] : [V2])
    try {
      sendMessage(stream, encodeRequest({ type, key, value, revision }))
      // Not awaited: a long request is still on its way while the response is read. Should it fail, reading fails as well.
      stream.close().catch(() => {})
      const response = decodeResponse(await readMessage(stream, limits))
      // In 1.0.0, field 3 is one that nobody knows, and skipped.
      const current = stream.protocol === V2 ? response.revision : 0
      return { protocol: stream.protocol, ...response, revision: current }
    } catch (error) {
      stream.abort(error as Error)
      throw error
    }
  } finally {
    await node.stop()
  }
}
