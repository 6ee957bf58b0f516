/** Several requests at the same time: on streams of one connection, of two peers, and of the program's own. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { withPeer } from '../../../check/peers/libp2p.ts'
import { encodeRequest, encodeResponse } from '../../../exercise/request-messages.ts'
import { untilRead } from '../../shared/closing.ts'
import { expectRequest, expectResponse, expectResult } from './expect.ts'
import { framed, OK, V2 } from './messages.ts'
import {
  ask,
  getOf,
  meet,
  open,
  putOf,
  someKey,
  streamOf,
  withNode,
  type Meeting,
  type Node,
} from './nodes.ts'
import { longValue, send } from './plain.ts'

const OWN =
  'does each stream have variables of its own? What is outside of the handler is shared by all streams, and numbers of streams begin anew on each connection.'
const BLOCKS = 'does one stream that waits block the others?'

export async function atOnce(t: CheckContext): Promise<void> {
  await meet(t, async meeting => {
    const keys = [someKey(t), someKey(t), someKey(t)] as const
    const values = [t.random.bytes(30), t.random.bytes(40), longValue(t)] as const
    for (const [i, key] of keys.entries())
      await expectResponse(t, await send(meeting, putOf(key, values[i]!)), { status: OK, revision: 1 })
    await twoPeers(t, meeting, keys, values)
    t.doing(
      'The checker sent a get of a long value, and did not read the response. Then it sent another get.',
    )
    const waiting = await open(meeting)
    waiting.pause()
    waiting.write(framed(encodeRequest(getOf(keys[2]))))
    waiting.end()
    await untilRead(t)
    const other = await send(meeting, getOf(keys[0]))
    await expectResponse(t, other, { status: OK, value: values[0], revision: 1 }, BLOCKS)
    t.doing('The checker sent a get of a long value, and did not read the response for a while. Then it did.')
    waiting.resume()
    await expectResponse(t, waiting, { status: OK, value: values[2], revision: 1 })
  })
  await asksAtOnce(t)
}

/** Two streams of each of two peers are in the middle of a request at the same time; the streams of both have the same numbers. */
async function twoPeers(
  t: CheckContext,
  meeting: Meeting,
  keys: readonly [string, string, ...string[]],
  values: readonly [Buffer, Buffer, ...Buffer[]],
): Promise<void> {
  await withPeer(t, { called: 'node 2' }, async peer => {
    const connection = await peer.dial(meeting.address)
    // As many as the first node has opened before.
    for (let i = 0; i < 3; i++) {
      const stream = await send({ connection, address: '' }, getOf(keys[0]))
      await expectResponse(t, stream, { status: OK, value: values[0], revision: 1 }, OWN)
    }
    const begun = []
    for (const [i, at] of [meeting, { connection }, meeting, { connection }].entries()) {
      const message = framed(encodeRequest(getOf(keys[i % 2]!)))
      const stream = await open(at)
      const cut = t.random.int(1, message.length - 1)
      stream.write(message.subarray(0, cut))
      begun.push({ stream, rest: message.subarray(cut), value: values[i % 2]! })
    }
    await untilRead(t)
    // The first one last: a program that reads one stream after the other waits for it.
    const [first, ...others] = begun
    for (const [i, { stream, rest, value }] of [...t.random.shuffle(others), first!].entries()) {
      stream.write(rest)
      stream.end()
      t.doing(
        `Two libp2p nodes of the checker each sent parts of two gets on two streams. Then the checker sent the rest of ${i === 0 ? 'one of them' : 'another one'}, on ${stream.name}.`,
      )
      await expectResponse(t, stream, { status: OK, value, revision: 1 }, problem =>
        problem === 'silence' ? BLOCKS : OWN,
      )
    }
  })
}

async function asksAtOnce(t: CheckContext): Promise<void> {
  const SHARED =
    'does each call of request have variables, and a stream, of its own? And what one call ends, no other one must need.'
  const begin = async (node: Node, knowing: string) => {
    const request = getOf(someKey(t))
    const asking = ask(t, node, request, { knowing })
    const stream = await streamOf(t, node, asking)
    await expectRequest(t, stream, request)
    return { asking, stream, value: t.random.bytes(t.random.int(20, 60)) }
  }
  await withNode(t, { called: 'node A' }, a =>
    withNode(t, { called: 'node B' }, async b => {
      const calls = [
        await begin(a, 'a libp2p node, A'),
        await begin(b, 'a second libp2p node, B'),
        await begin(a, 'a libp2p node, A'),
      ]
      for (const { asking, stream, value } of [calls[1]!, calls[2]!, calls[0]!]) {
        stream.write(framed(encodeResponse({ status: OK, value })))
        stream.end()
        t.doing(
          `The checker called request three times at once, for two libp2p nodes. They answered in another order. ${asking.did}`,
        )
        await expectResult(t, asking, { protocol: V2, status: OK, value, revision: 0 }, SHARED)
      }
    }),
  )
}
