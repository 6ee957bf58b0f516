/**
 * The transport that all exercises share whose nodes send each other JSON: judged once, with peers that the checker plays. An exercise hands in how its
 * program is started, and a message that makes it send another one:
 *
 *     const links: Check = t => judgeTransport(t, {
 *       start: node => t.call(start, { ...node, window: 10 }),
 *       exchange: () => {
 *         const id = t.random.bytes(8).toString('hex')
 *         return { message: { type: 'flood', id, payload: '' }, to: 'others', what: 'the message', is: message => message.id === id }
 *       },
 *     })
 *
 * It resolves to the port and to the peers that are connected then, for a check that goes on with the same program. It takes about as long as the program's second try to reach a peer. What else the program sends, as on each new connection, is passed over.
 */
import { encodeJsonFrame, MAX_FRAME_BYTES } from '../../../network/links/json-frames.ts'
import { playNode, type PlayedMessage, type PlayedNode } from '../../check/cluster/played-node.ts'
import type { CheckContext } from '../../check/kit/check.ts'
import { count, number } from '../../check/kit/finding.ts'

export interface Conversation {
  /** Starts `t.program` as this node, with these and no other peers. */
  start(node: NodeArguments): Promise<{ port: number }>
  /** Another message each time, new to the program. `from` is the ID of the peer that sends it. */
  exchange(from: string): Exchange
}

export interface NodeArguments {
  id: string
  host: string
  port: number
  peers: { id: string; address: string }[]
}

export interface Exchange {
  /** What the peer sends. */
  message: object
  /** Who gets a message because of it: the peer that sent it, or all others that are connected. */
  to: 'sender' | 'others'
  /** That message, as in "Expected: … from your program to n2": "what was new in it". */
  what: string
  /** Whether it is that message. */
  is(message: PlayedMessage): boolean
}

const HOST = '127.0.0.1'
/** More bytes than characters, so that a length tells which of them were counted. */
const ID = 'nœud-1'
const HEADER = 4
/** For what a program does at once; what is slow is waited for all the same (happens.ts). */
const SOON_MS = 500

const PIECES =
  'a read brings a part of a frame or several frames: read until all bytes of one are there, for each connection by itself.'
const ALL =
  'do you read each connection that you accept, and send to each peer that is connected, whoever is away?'
const SENDER = 'the first frame on a connection names who sends on it: keep the name with the connection.'
const ONE_MIB = `a frame holds up to 1 MiB of JSON, ${number(MAX_FRAME_BYTES)} bytes, its length not among them.`
const AGAIN = 'do you read each connection that you accept, also a second one of the same peer?'
const NEW = 'do you send on the new connection, once there is one?'

/** Fails when frames, senders or connections are not as the text says. */
export async function judgeTransport(
  t: CheckContext,
  { start, exchange }: Conversation,
): Promise<{ port: number; peers: PlayedNode[] }> {
  const play = (number: number, away: boolean) => playNode(t, { id: `nœud-${number}`, of: ID, away })
  // Those that are away come first and last, so that nobody reaches the others only because of an order.
  const late = await play(2, true)
  const [a, b] = [await play(3, false), await play(4, false)]
  const never = await play(5, true)
  const all = [late, a, b, never]
  let there = [a, b]

  t.doing(
    `The checker started your program as ${ID} with 4 peers. ${late.id} and ${never.id}, the first and the last, refused connections.`,
  )
  const { port } = await start({
    id: ID,
    host: HOST,
    port: 0,
    peers: all.map(({ id, address }) => ({ id, address })),
  })
  for (const peer of there) {
    await peer.dialed()
    await peer.dial(port)
  }
  // A program with threads knows of a connection a little later than the peer at its other end.
  await a.settled()

  /** What should come of these exchanges comes to those that should get it, and to nobody else. */
  const expectAnswers = async (exchanges: readonly (readonly [PlayedNode, Exchange])[], hint: string) => {
    const getters = ([from, { to }]: readonly [PlayedNode, Exchange]) =>
      there.filter(peer => (to === 'sender') === (peer === from))
    const expectNothingElsewhere = () => {
      const back = all.find(peer => peer.sentBack() > 0)
      if (back)
        t.fail({
          expected: `nothing on the connection that ${back.id} opened: a node sends only on those that it dialed.`,
          got: `${count(back.sentBack(), 'byte')}.`,
          hint: 'send on the connection that you opened to a peer, also when you answer it.',
          spoke: true,
        })
      for (const one of exchanges) {
        const [from, { to, what, is }] = one
        const wrong = there.find(peer => !getters(one).includes(peer) && peer.waiting().some(is))
        if (wrong)
          t.fail({
            expected: `${what} only to ${to === 'sender' ? from.id : 'the others'}, because ${from.id} has sent the message.`,
            got: `it came to ${wrong.id}.`,
            hint: SENDER,
            spoke: true,
          })
      }
    }
    for (const one of exchanges)
      for (const peer of getters(one))
        await peer.next({ ...one[1], ms: SOON_MS, hint }).catch((error: unknown) => {
          // Where it went instead says more than that it did not come.
          expectNothingElsewhere()
          throw error
        })
    await a.settled()
    expectNothingElsewhere()
    for (const peer of all) while (peer.waiting().length > 0) await peer.next({ what: 'a message' })
  }
  const asks = async (from: PlayedNode, hint: string) => {
    const one = exchange(from.id)
    from.send(one.message)
    await expectAnswers([[from, one]], hint)
  }

  for (const peer of [a, b]) {
    t.doing(`When ${a.id} and ${b.id} had connected to your program, ${peer.id} sent a message.`)
    await asks(peer, ALL)
  }
  // It cannot be reached, but reaches the program.
  await late.dial(port)

  for (const [from, other] of [
    [a, b],
    [b, a],
  ] as const) {
    t.doing(
      `The frame of a message from ${from.id} came in pieces. Between them came the first half of one from ${other.id}, whose second half came with a whole one behind it.`,
    )
    const [first, second, third] = [exchange(from.id), exchange(other.id), exchange(other.id)]
    const [frame, halves] = [encodeJsonFrame(first.message), encodeJsonFrame(second.message)]
    const [header, body] = [t.random.int(1, HEADER - 1), t.random.int(HEADER + 1, frame.length - 1)]
    const half = t.random.int(HEADER + 1, halves.length - 1)
    from.send(frame.subarray(0, header))
    await from.settled()
    from.send(frame.subarray(header, body))
    other.send(halves.subarray(0, half))
    await from.settled()
    from.send(frame.subarray(body))
    await expectAnswers([[from, first]], PIECES)
    other.send(Buffer.concat([halves.subarray(half), encodeJsonFrame(third.message)]))
    await expectAnswers(
      [
        [other, second],
        [other, third],
      ],
      PIECES,
    )
  }

  t.doing(`${late.id}, whose own address still refused connections, sent your program a message.`)
  const early = exchange(late.id)
  late.send(early.message)
  await expectAnswers([[late, early]], AGAIN)

  t.doing(
    `${a.id} sent a frame with exactly 1 MiB of JSON: a message with spaces behind it, which JSON allows.`,
  )
  const large = exchange(a.id)
  a.send(longest(large.message))
  await expectAnswers([[a, large]], ONE_MIB)

  t.doing(`${late.id} accepted connections from then on, and then ${b.id} and ${late.id} sent messages.`)
  if (await late.comes()) {
    await late.dialed()
    there = [late, a, b]
    await late.settled()
    await asks(b, NEW)
    await asks(late, NEW)
  }

  t.doing(
    `The checker broke the connection from your program to ${a.id}, and ${b.id} closed the one to it. Then both sent messages.`,
  )
  a.resetDials()
  b.closeDials()
  for (const peer of [a, b]) await peer.dialed(2)
  await a.settled()
  for (const peer of [a, b]) await asks(peer, NEW)

  t.doing(`${b.id} closed the connection on which it sends, opened another one, and sent a message there.`)
  b.hangUp()
  await b.dial(port)
  await asks(b, AGAIN)
  return { port, peers: there }
}

/** The message in a frame of the greatest length. */
function longest(message: object): Buffer {
  const frame = Buffer.alloc(HEADER + MAX_FRAME_BYTES, ' ')
  frame.writeUInt32BE(MAX_FRAME_BYTES)
  frame.write(JSON.stringify(message), HEADER)
  return frame
}
