/** The checker's nodes meet the learner's: addresses, streams, and the ops with arguments that no check is about. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { asAnswer, type Answer } from '../../../check/kit/ask.ts'
import { hinted } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import {
  NODE_MS,
  withPeer,
  type Libp2pConnection,
  type Libp2pPeer,
  type Libp2pStream,
} from '../../../check/peers/libp2p.ts'
import { expectNodeAddress } from '../../../check/peers/node-address.ts'
import type { RequestMessage } from '../../../exercise/request-messages.ts'
import exercise from '../exercise.ts'
import { GET, PUT, V1, V2 } from './messages.ts'

const LISTEN = '/ip4/127.0.0.1/tcp/0'

export interface Limits {
  maxBytes: number
  timeoutMs: number
}

/** Neither is reached where a check is about something else. */
export const WIDE: Limits = { maxBytes: 2 ** 20, timeoutMs: 60_000 }

/** The address of a node of the program. */
export async function listen(t: CheckContext, limits = WIDE): Promise<string> {
  const args = { address: LISTEN, ...limits }
  t.doing(`The checker called listen ${JSON.stringify(args)}.`)
  const { address } = await t.call(exercise.ops.listen, args, { ms: NODE_MS })
  return expectNodeAddress(t, address)
}

export interface Meeting {
  connection: Libp2pConnection
  address: string
}

/** Lets the program listen, dials it with a libp2p node of the checker, and hands over the connection. */
export async function meet(
  t: CheckContext,
  use: (meeting: Meeting) => Promise<void>,
  limits = WIDE,
): Promise<void> {
  const address = await listen(t, limits)
  await withPeer(t, {}, async peer => {
    const connection = await peer.dial(address)
    t.doing('The checker dialed your node with a libp2p node of its own.')
    await use({ connection, address })
  })
}

const NO_STREAM =
  'do you register a handler for both versions, and does it close its own stream only? connection.close() and node.stop() end all streams, and a node accepts 32 open streams of a protocol from one peer: each one ends when both sides have closed it.'

export const open = (
  { connection }: Pick<Meeting, 'connection'>,
  protocol = V2,
  hint = NO_STREAM,
): Promise<Libp2pStream> => connection.open(protocol, hint)

export type Request = RequestMessage & { value: Buffer }

/** A key that no other run has; it is not only ASCII. */
export const someKey = (t: CheckContext): string =>
  t.random.pick(['key', 'Schlüssel', '鍵', 'clé']) + t.random.bytes(4).toString('hex')

export const getOf = (key: string): Request => ({ type: GET, key, value: Buffer.alloc(0), revision: 0 })

export const putOf = (key: string, value: Buffer, revision = 0): Request => ({
  type: PUT,
  key,
  value,
  revision,
})

export interface Node {
  peer: Libp2pPeer
  /** The next stream that the program opens. */
  next: () => Promise<Libp2pStream>
}

/** A node of the checker for the program to ask. */
export async function withNode<T>(
  t: CheckContext,
  { protocols = [V1, V2], called }: { protocols?: readonly string[]; called?: string },
  use: (node: Node) => Promise<T>,
): Promise<T> {
  return withPeer(t, { listen: true, ...(called !== undefined && { called }) }, async peer =>
    use({ peer, next: await peer.accept(...protocols) }),
  )
}

export type Result = { protocol: string; status: number; value: Buffer; revision: number }

/** A call of `request` that is under way. */
export interface Asking {
  /** As the program answered: its error is a failure of the check. */
  call: Promise<Result>
  /** The same where an error is an answer like any other. */
  answer: Promise<Answer<Result>>
  /** As a sentence: what the checker asked for. */
  did: string
}

const named = (type: number): string =>
  type === GET ? 'a get' : type === PUT ? 'a put' : `a request of type ${type}`

/** Calls `request`, and says so. */
export function ask(
  t: CheckContext,
  { peer }: Node,
  request: Request,
  { limits = WIDE, knowing = 'a libp2p node of its own' } = {},
): Asking {
  const did = `The checker started ${knowing}, and called request with ${named(request.type)} of the key ${JSON.stringify(request.key)} for it${
    request.revision === 0 ? '' : `, with the revision ${request.revision}`
  }${limits === WIDE ? '' : `, maxBytes ${limits.maxBytes} and timeoutMs ${limits.timeoutMs}`}.`
  t.doing(did)
  const call = t.call(exercise.ops.request, { peer: peer.address, ...request, ...limits }, { ms: NODE_MS })
  const answer = asAnswer(call)
  answer.catch(() => {})
  return { call, answer, did }
}

/** The stream that the program opens for the call. */
export async function streamOf(
  t: CheckContext,
  { next }: Node,
  { call, answer }: Asking,
): Promise<Libp2pStream> {
  const stream = await Promise.race([next(), answer.then(() => undefined)])
  if (stream) return stream
  await hinted(call, DIALS)
  return t.fail({
    op: 'request',
    expected: 'that your program opens a stream to the peer, and sends the request on it.',
    got: 'a result, without a stream.',
    hint: DIALS,
  })
}

const DIALS =
  'do you call node.dialProtocol(multiaddr(peer), [protocols])? It connects, and opens the stream. Each call needs a stream of its own.'

/** How long something may take while the program shows that it runs. */
const DUE_MS = 2_000

/** Whether it happens, however busy the program is. */
export const comes = (t: CheckContext, due: Promise<unknown>): Promise<boolean> =>
  happens(due, { ms: DUE_MS, signOfLife: () => t.program.signOfLife() })
