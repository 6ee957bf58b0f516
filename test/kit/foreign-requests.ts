/**
 * Exercise 2.8 by software of others: a node of libp2p 2, whose streams are a source and a sink, with libp2p's own protobuf (protons-runtime)
 * and varints (uint8-varint).
 */
import { createLibp2p } from 'libp2p-v2'
import { multiaddr } from 'multiaddr-v12'
import { noise } from 'noise-v2'
import { decodeMessage, encodeMessage, message, type Codec } from 'protons-runtime'
import { tcp } from 'tcp-v2'
import { decode, encode, encodingLength } from 'uint8-varint'
import { yamux } from 'yamux-v2'

interface Request {
  type: number
  key: string
  value: Uint8Array
  revision: number
}

interface Response {
  status: number
  value: Uint8Array
  revision: number
}

type Kind = 'uint32' | 'string' | 'bytes'

/** What protons makes of a .proto file with these fields, numbered from 1 on. */
const codecOf = <T extends object>(kinds: Readonly<Record<keyof T & string, Kind>>, empty: T): Codec<T> => {
  const fields = Object.entries<Kind>(kinds) as [keyof T & string, Kind][]
  return message<T>(
    (object, writer) => {
      for (const [i, [name, kind]] of fields.entries()) {
        const value = object[name]
        if (value === undefined || value === 0 || value === '') continue
        writer.uint32((i + 1) * 8 + (kind === 'uint32' ? 0 : 2))
        if (kind === 'uint32') writer.uint32(value as number)
        else if (kind === 'string') writer.string(value as string)
        else writer.bytes(value as Uint8Array)
      }
    },
    (reader, length) => {
      const object = { ...empty } as Record<string, unknown>
      const end = length === undefined ? reader.len : reader.pos + length
      while (reader.pos < end) {
        const tag = reader.uint32()
        const field = fields[(tag >>> 3) - 1]
        if (field) object[field[0]] = reader[field[1]]()
        else reader.skipType(tag & 7)
      }
      return object as T
    },
  )
}

const nothing = new Uint8Array()
const request = codecOf<Request>(
  { type: 'uint32', key: 'string', value: 'bytes', revision: 'uint32' },
  { type: 0, key: '', value: nothing, revision: 0 },
)
const response = codecOf<Response>(
  { status: 'uint32', value: 'bytes', revision: 'uint32' },
  { status: 0, value: nothing, revision: 0 },
)

type Chunks = AsyncIterable<{ subarray(): Uint8Array }>

const framed = (bytes: Uint8Array): Uint8Array => Buffer.concat([encode(bytes.length), bytes])

/** The first message. Rejects with an Error when the source ends before. */
async function firstMessage(source: Chunks): Promise<Uint8Array> {
  let bytes = Buffer.alloc(0)
  for await (const chunk of source) {
    bytes = Buffer.concat([bytes, chunk.subarray()])
    if (!bytes.some(byte => byte < 0x80)) continue
    const length = decode(bytes)
    const start = encodingLength(length)
    if (bytes.length >= start + length) return bytes.subarray(start, start + length)
  }
  throw new Error('the stream ended before its message was whole')
}

export interface ForeignNode {
  address: string
  /** Sends the request with these fields, and reads the response. */
  ask(peer: string, protocols: string[], fields: Partial<Request>): Promise<{ protocol: string } & Response>
  stop(): Promise<void>
}

/** Listens, and answers requests of these protocols with what `answer` returns. */
export async function startForeignNode(
  protocols: string[],
  answer: (request: Request, protocol: string) => Partial<Response>,
): Promise<ForeignNode> {
  const node = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
  await node.handle(protocols, ({ stream }) => {
    const answered = async () => {
      const asked = decodeMessage(await firstMessage(stream.source), request)
      await stream.sink([framed(encodeMessage(answer(asked, stream.protocol!), response))])
    }
    answered().catch((error: unknown) => stream.abort(error as Error))
  })
  return {
    address: String(node.getMultiaddrs()[0]),
    async ask(peer, proposed, fields) {
      const stream = await node.dialProtocol(multiaddr(peer), proposed)
      await stream.sink([framed(encodeMessage(fields, request))])
      const answered = decodeMessage(await firstMessage(stream.source), response)
      return { protocol: stream.protocol!, ...answered }
    },
    stop: async () => node.stop(),
  }
}
