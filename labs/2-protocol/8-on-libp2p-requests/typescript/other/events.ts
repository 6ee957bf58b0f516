// Another way: a reader on the stream's events, a list of parts instead of one growing buffer, and one node for all calls.
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type RequestMessage,
  type ResponseMessage,
} from 'p2plab'
import { encode } from '../../../1-integers-on-the-wire/typescript/solution.ts'

const VERSIONS = [
  { protocol: '/p2plab/requests/2.0.0', revisions: true },
  { protocol: '/p2plab/requests/1.0.0', revisions: false },
]

interface Limits {
  maxBytes: number
  timeoutMs: number
}

const EMPTY = new Uint8Array(0)

class Service {
  readonly #entries = new Map<string, { value: Uint8Array; revision: number }>()

  serve(request: RequestMessage, revisions: boolean): Partial<ResponseMessage> {
    const entry = this.#entries.get(request.key) ?? { value: EMPTY, revision: 0 }
    const numbered = (revision: number) => (revisions ? { revision } : {})
    switch (request.type) {
      case 1:
        return entry.revision === 0 ? { status: 1 } : { value: entry.value, ...numbered(entry.revision) }
      case 2:
        if (revisions && request.revision > 0 && request.revision !== entry.revision)
          return { status: 2, revision: entry.revision }
        this.#entries.set(request.key, { value: request.value, revision: entry.revision + 1 })
        return numbered(entry.revision + 1)
      default:
        return { status: 3 }
    }
  }
}

/** Takes a message out of chunks: first its length, digit by digit, then so many bytes. */
class Reader {
  readonly #maxBytes: number
  readonly #parts: Uint8Array[] = []
  #length = 0n
  #digits = 0
  #known = false
  #missing = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The message, once it is whole. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    let at = 0
    while (!this.#known && at < chunk.length) this.#digit(chunk[at++]!)
    const part = chunk.slice(at, at + this.#missing)
    this.#parts.push(part)
    this.#missing -= part.length
    return this.#known && this.#missing === 0 ? Buffer.concat(this.#parts) : undefined
  }

  #digit(digit: number): void {
    this.#length += BigInt(digit % 128) * 128n ** BigInt(this.#digits++)
    this.#known = digit < 128
    if (this.#known && digit === 0 && this.#digits > 1) throw new Error('a length with a digit too many')
    if (!this.#known && this.#digits === 9) throw new Error('a length without an end')
    if (this.#length > this.#maxBytes) throw new Error(`more than ${this.#maxBytes} bytes`)
    if (this.#known) this.#missing = Number(this.#length)
  }
}

function receive(stream: Stream, { maxBytes, timeoutMs }: Limits): Promise<Uint8Array> {
  const reader = new Reader(maxBytes)
  const done = new AbortController()
  const { signal } = done
  const whole = new Promise<Uint8Array>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not whole after ${timeoutMs} ms`)), timeoutMs)
    signal.addEventListener('abort', () => clearTimeout(timer))
    const over = () => reject(new Error('over before the message was whole'))
    stream.addEventListener('close', over, { signal })
    // 'end' comes behind the last message; it may have come before anyone listened.
    stream.addEventListener('end', over, { signal })
    if (stream.readableEnded || stream.status !== 'open') over()
    stream.addEventListener(
      'message',
      ({ data }) => {
        try {
          const message = reader.push(data.subarray())
          if (message) resolve(message)
        } catch (error) {
          reject(error as Error)
        }
      },
      { signal },
    )
  })
  return whole.finally(() => done.abort())
}

/** In two pieces: the length, and the message behind it. */
function deliver(stream: Stream, message: Uint8Array): void {
  stream.send(encode({ format: 'varint', value: BigInt(message.byteLength) }).bytes)
  if (message.byteLength > 0) stream.send(message)
}

const start = (listen: string[]): Promise<Libp2p> =>
  createLibp2p({
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })

export async function listen({
  address,
  ...limits
}: { address: string } & Limits): Promise<{ address: string }> {
  const node = await start([address])
  const service = new Service()
  for (const { protocol, revisions } of VERSIONS) {
    // What this throws resets the stream.
    await node.handle(protocol, async stream => {
      const message = await receive(stream, limits)
      deliver(stream, encodeResponse(reply(service, message, revisions)))
      await stream.close()
    })
  }
  return { address: String(node.getMultiaddrs()[0]) }
}

function reply(service: Service, message: Uint8Array, revisions: boolean): Partial<ResponseMessage> {
  try {
    return service.serve(decodeRequest(message), revisions)
  } catch {
    return { status: 3 }
  }
}

let caller: Promise<Libp2p> | undefined

export async function request(
  args: { peer: string; type: number; key: string; value: Buffer; revision: number } & Limits,
): Promise<{ protocol: string } & ResponseMessage> {
  const node = await (caller ??= start([]))
  const usable = VERSIONS.filter(({ revisions }) => revisions || args.revision === 0)
  const stream = await node.dialProtocol(
    multiaddr(args.peer),
    usable.map(({ protocol }) => protocol),
  )
  try {
    const response = receive(stream, args)
    response.catch(() => {})
    deliver(stream, encodeRequest(args))
    stream.close().catch(() => {})
    const { status, value, revision } = decodeResponse(await response)
    const [newest] = VERSIONS
    return {
      protocol: stream.protocol,
      status,
      value,
      revision: stream.protocol === newest!.protocol ? revision : 0,
    }
  } catch (error) {
    stream.abort(error as Error)
    throw error
  }
}
