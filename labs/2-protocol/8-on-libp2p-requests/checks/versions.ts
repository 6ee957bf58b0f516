/** Which version is spoken, and what each of them says. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { encodeResponse } from '../../../exercise/request-messages.ts'
import { expectError, expectRequest, expectResponse, expectResult, type Hint } from './expect.ts'
import { CONFLICT, framed, OK, V1, V2 } from './messages.ts'
import {
  ask,
  getOf,
  meet,
  putOf,
  someKey,
  streamOf,
  withNode,
  type Meeting,
  type Node,
  type Request,
} from './nodes.ts'
import { send } from './plain.ts'

const OF_THE_STREAM: Hint = problem =>
  problem === 'fields'
    ? 'do you answer in the version of the stream? stream.protocol names it. Only 2.0.0 has revisions: 1.0.0 neither reads nor sends them.'
    : undefined

export async function versions(t: CheckContext): Promise<void> {
  await meet(t, meeting => answersInBoth(t, meeting))
  await asksForTheNewest(t)
}

async function answersInBoth(t: CheckContext, meeting: Meeting): Promise<void> {
  const key = someKey(t)
  const [first, second, third] = [t.random.bytes(9), t.random.bytes(8), t.random.bytes(7)] as const
  const revision = t.random.int(7, 1000)
  const exchange = async (
    did: string,
    request: Parameters<typeof send>[1],
    protocol: string,
    response: Parameters<typeof expectResponse>[2],
  ) => {
    t.doing(did)
    await expectResponse(t, await send(meeting, request, protocol), response, OF_THE_STREAM)
  }
  await exchange(`The checker sent a put on a stream with ${V1}.`, putOf(key, first), V1, { status: OK })
  await exchange(`The checker sent a get on a stream with ${V2}.`, getOf(key), V2, {
    status: OK,
    value: first,
    revision: 1,
  })
  await exchange(
    `The checker sent a put with revision ${revision} on a stream with ${V2}. The current revision is 1.`,
    putOf(key, second, revision),
    V2,
    { status: CONFLICT, revision: 1 },
  )
  await exchange(
    `The checker sent a put with revision 1, the current one, on a stream with ${V2}.`,
    putOf(key, second, 1),
    V2,
    { status: OK, revision: 2 },
  )
  await exchange(
    `The checker sent a put with field 4 (${revision}), which version 1.0.0 does not know, on a stream with ${V1}.`,
    putOf(key, third, revision),
    V1,
    { status: OK },
  )
  await exchange(`The checker sent a get on a stream with ${V1}.`, getOf(key), V1, {
    status: OK,
    value: third,
  })
  for (const protocol of ['/p2plab/requests/3.0.0', '/p2plab/requests/2.0.1', '/p2plab/requests']) {
    t.doing(`The checker asked for a stream with the protocol ${protocol}.`)
    const stream = await meeting.connection.tryOpen(protocol)
    if (stream === 'unsupported') continue
    t.fail({
      op: 'listen',
      expected: 'that your node refuses the stream: it speaks 1.0.0 and 2.0.0 only.',
      got:
        stream instanceof Error
          ? `neither a stream nor a refusal: ${stream.message}.`
          : 'your node accepted it.',
      hint: 'do you register your handler for exactly the two protocol IDs?',
    })
  }
}

/** In 1.0.0, field 3 of a response is one that nobody knows. */
async function skipsTheRevision(t: CheckContext, node: Node, knowing: string): Promise<void> {
  const request = getOf(someKey(t))
  const asking = ask(t, node, request, { knowing })
  const stream = await streamOf(t, node, asking)
  await expectRequest(t, stream, request, V1)
  const value = t.random.bytes(9)
  const revision = t.random.int(1, 1000)
  stream.write(framed(encodeResponse({ status: OK, value, revision })))
  stream.end()
  t.doing(
    `${asking.did} The peer answered with a value, and with field 3 (${revision}), which version 1.0.0 does not know.`,
  )
  await expectResult(
    t,
    asking,
    { protocol: V1, status: OK, value, revision: 0 },
    'do you return revision 0 in 1.0.0, whatever came? Only 2.0.0 has revisions.',
  )
}

/** Fails unless the program sends nothing to a peer that does not know revisions. */
async function refuses(t: CheckContext, node: Node, knowing: string, request: Request): Promise<void> {
  const hint = 'a request with a revision needs 2.0.0, whatever its type: propose only that.'
  const refused = ask(t, node, request, { knowing })
  const opened = await Promise.race([node.next(), refused.answer.then(() => undefined)])
  if (opened)
    t.fail({
      op: 'request',
      expected: 'an error, and no request: this peer would ignore the revision.',
      got: `a stream with ${opened.protocol}.`,
      hint,
    })
  await expectError(t, refused, { expected: 'an error: this peer does not know revisions.', hint })
}

async function asksForTheNewest(t: CheckContext): Promise<void> {
  const nothing = { status: OK, value: Buffer.alloc(0), revision: 0 }
  await withNode(t, {}, async node => {
    const knowing = 'a libp2p node that speaks both versions'
    for (const request of [putOf(someKey(t), t.random.bytes(9)), putOf(someKey(t), t.random.bytes(9), 3)]) {
      const asking = ask(t, node, request, { knowing })
      const stream = await streamOf(t, node, asking)
      await expectRequest(t, stream, request, V2)
      stream.write(framed(encodeResponse({ status: OK, revision: 4 })))
      stream.end()
      await expectResult(t, asking, { ...nothing, protocol: V2, revision: 4 })
    }
  })
  await withNode(t, { protocols: [V1], called: 'old node' }, async node => {
    const knowing = 'a libp2p node that only speaks 1.0.0'
    const request = putOf(someKey(t), t.random.bytes(9))
    const asking = ask(t, node, request, { knowing })
    const stream = await streamOf(t, node, asking)
    await expectRequest(t, stream, request, V1)
    stream.write(framed(encodeResponse(nothing)))
    stream.end()
    t.doing(
      `${asking.did} The peer answered with status 0, no value and no revision: a message of no bytes, so that only its length, 00, came.`,
    )
    await expectResult(
      t,
      asking,
      { ...nothing, protocol: V1 },
      'a length of 0 is a whole message, too: everything in it is 0 or empty.',
    )
    await skipsTheRevision(t, node, knowing)
    const revision = t.random.int(1, 1000)
    await refuses(t, node, knowing, putOf(someKey(t), t.random.bytes(9), revision))
    await refuses(t, node, knowing, { ...getOf(someKey(t)), revision })
  })
  await withNode(t, { protocols: ['/p2plab/requests/3.0.0'], called: 'new node' }, async node => {
    const asking = ask(t, node, getOf(someKey(t)), { knowing: 'a libp2p node that only speaks 3.0.0' })
    await expectError(t, asking, {
      expected: 'an error: there is no version in common.',
      hint: 'does request fail when dialProtocol does?',
    })
  })
}
