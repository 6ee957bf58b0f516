/** Where a message ends: not with a chunk, and not with the stream. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { encodeRequest, encodeResponse } from '../../../exercise/request-messages.ts'
import { untilRead } from '../../shared/closing.ts'
import { expectRequest, expectResponse, expectResult, type Problem } from './expect.ts'
import { framed, NOT_FOUND, OK, V2 } from './messages.ts'
import { ask, getOf, meet, open, someKey, streamOf, withNode, type Meeting } from './nodes.ts'

const IN_PARTS =
  'do you keep the bytes of a message that is not whole until the rest arrives? A cut can fall anywhere, also between the two bytes of a length.'

const BEHIND =
  'do you take exactly as many bytes as the length says, and leave the rest alone? Several bytes can come in one chunk.'

const offsets = (length: number) => Array.from({ length: length - 1 }, (_, i) => i + 1)

export async function cuts(t: CheckContext): Promise<void> {
  await meet(t, async meeting => {
    const short = framed(encodeRequest(getOf(someKey(t))))
    const whole = await open(meeting)
    whole.write(short)
    t.doing('The checker sent a get, and left the stream open.')
    await expectResponse(t, whole, { status: NOT_FOUND })
    whole.end()
    for (const cut of t.random.shuffle(offsets(short.length))) await inTwoParts(t, meeting, short, cut)
    // Its length takes two bytes. Only around it: the rest is like that of the other.
    const long = framed(encodeRequest(getOf(someKey(t) + t.random.bytes(80).toString('hex'))))
    for (const cut of [1, 2, 3]) await inTwoParts(t, meeting, long, cut)
    await inManyParts(t, meeting, short)
    // With more bytes behind it: a program that passes until here keeps what it has to.
    for (const cut of [0, 1, t.random.int(2, short.length - 1)])
      await inTwoParts(t, meeting, short, cut, t.random.bytes(t.random.int(1, 40)))
  })
  await cutResponses(t)
}

const hint =
  (extra: number) =>
  (problem: Problem): string | undefined =>
    problem === 'extra' || problem === 'open' || problem === 'frame'
      ? undefined
      : extra > 0
        ? BEHIND
        : IN_PARTS

/** `extra` comes behind the message, together with its second part. */
async function inTwoParts(
  t: CheckContext,
  meeting: Meeting,
  message: Buffer,
  cut: number,
  extra: Buffer = Buffer.alloc(0),
): Promise<void> {
  const stream = await open(meeting)
  if (cut > 0) {
    stream.write(message.subarray(0, cut))
    await untilRead(t)
  }
  stream.write(Buffer.concat([message.subarray(cut), extra]))
  const parts = cut === 0 ? '' : ` in two parts, cut after byte ${cut} of ${message.length}`
  const more = extra.length === 0 ? '' : `, with ${extra.length} more bytes behind it in the same chunk`
  t.doing(`The checker sent a get${parts}${more}. It left the stream open.`)
  await expectResponse(t, stream, { status: NOT_FOUND }, hint(extra.length))
  stream.end()
}

async function inManyParts(t: CheckContext, meeting: Meeting, message: Buffer): Promise<void> {
  const stream = await open(meeting)
  for (const byte of message) {
    stream.write(Buffer.of(byte))
    await untilRead(t)
  }
  t.doing(`The checker sent a get of ${message.length} bytes, one byte at a time. It left the stream open.`)
  await expectResponse(t, stream, { status: NOT_FOUND }, hint(0))
  stream.end()
}

async function cutResponses(t: CheckContext): Promise<void> {
  await withNode(t, {}, async node => {
    const value = t.random.bytes(t.random.int(130, 300))
    const revision = t.random.int(1, 1000)
    const response = framed(encodeResponse({ status: OK, value, revision }))
    for (const [i, cut] of [1, 2, t.random.int(3, response.length - 2), response.length - 1].entries()) {
      const request = getOf(someKey(t))
      const asking = ask(t, node, request)
      const stream = await streamOf(t, node, asking)
      await expectRequest(t, stream, request)
      stream.write(response.subarray(0, cut))
      await untilRead(t)
      const extra = t.random.bytes(i < 2 ? 0 : t.random.int(1, 40))
      stream.write(Buffer.concat([response.subarray(cut), extra]))
      t.doing(
        `${asking.did} The peer answered in two parts, cut after byte ${cut} of ${response.length}${extra.length > 0 ? `, with ${extra.length} more bytes behind the response in the same chunk` : ''}. It left the stream open.`,
      )
      await expectResult(
        t,
        asking,
        { protocol: V2, status: OK, value, revision },
        extra.length > 0 ? BEHIND : IN_PARTS,
      )
    }
  })
}
