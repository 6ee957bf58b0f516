/** Messages up to the limit, and lengths that are refused before the message is there. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { encodeRequest, encodeResponse } from '../../../exercise/request-messages.ts'
import { varint } from '../../shared/integers.ts'
import {
  expectError,
  expectLetGo,
  LET_GO,
  expectRequest,
  expectReset,
  expectResponse,
  expectResult,
  type Problem,
} from './expect.ts'
import { framed, OK, V2 } from './messages.ts'
import { ask, getOf, meet, open, putOf, someKey, streamOf, withNode, WIDE, type Request } from './nodes.ts'
import { send } from './plain.ts'

const AT_ONCE =
  'do you compare the length with maxBytes as soon as you have read it? While you wait for the message, or for the end of the stream, you have to keep all that arrives.'
const EXACTLY = (problem: Problem): string | undefined =>
  problem === 'fields' || problem === 'open' || problem === 'extra'
    ? undefined
    : 'do you count the message only? A message of exactly maxBytes is allowed. Its length does not count.'

interface Bad {
  /** As in "A peer sent …". */
  what: string
  bytes: Buffer
  hint: string
}

const VARINT =
  'does your varint refuse a length that is longer than needed, and one that does not end within nine bytes? Exercise 2.1 did both.'

function badLengths(t: CheckContext, maxBytes: number): Bad[] {
  const large = [
    BigInt(maxBytes + 1),
    BigInt(t.random.int(maxBytes + 2, 2 ** 30)),
    (1n << 31n) + BigInt(t.random.int(3, 100)),
    (1n << 32n) + BigInt(t.random.int(3, 100)),
    (1n << 63n) - 1n,
  ]
  return [
    ...large.map(length => ({
      what: `the length ${number(Number(length))}, and nothing more`,
      bytes: varint(length),
      hint:
        length >= 1n << 31n
          ? 'do you compare the length before you make a number of 32 bits of it?'
          : AT_ONCE,
    })),
    { what: 'the length 5 in two bytes (85 00), and nothing more', bytes: Buffer.of(0x85, 0), hint: VARINT },
    {
      what: 'nine bytes of a length that goes on',
      bytes: Buffer.from([...t.random.bytes(9)].map(byte => byte | 0x80)),
      hint: VARINT,
    },
  ]
}

/** A put whose message has exactly so many bytes. */
function putOfLength(key: string, bytes: number): Request {
  const missing = bytes - encodeRequest(putOf(key, Buffer.alloc(bytes))).length
  return putOf(key, Buffer.alloc(bytes + missing, 0x61))
}

export async function tooLong(t: CheckContext): Promise<void> {
  // Above 300: the length of the value in it takes two bytes, whatever the limit.
  const limits = { ...WIDE, maxBytes: t.random.int(300, 3000) }
  const expected = `that your program resets the stream at once: a message has at most ${number(limits.maxBytes)} bytes here.`
  await meet(
    t,
    async meeting => {
      const key = someKey(t)
      const longest = putOfLength(key, limits.maxBytes)
      t.doing(
        `Your program listens with maxBytes ${limits.maxBytes}. The checker sent a put of exactly as many bytes.`,
      )
      await expectResponse(t, await send(meeting, longest), { status: OK, revision: 1 }, EXACTLY)
      const stream = await open(meeting)
      stream.write(Buffer.concat([framed(encodeRequest(longest)), t.random.bytes(limits.maxBytes)]))
      stream.end()
      t.doing(
        `Your program listens with maxBytes ${limits.maxBytes}. The checker sent a put of exactly as many bytes, and more bytes behind it.`,
      )
      await expectResponse(t, stream, { status: OK, revision: 2 }, problem =>
        problem === 'reset'
          ? 'do you count only the bytes of the message? What comes behind it is ignored.'
          : undefined,
      )
      // One more than allowed first: of the larger ones, nobody can say what the program makes of them.
      const [next, ...others] = badLengths(t, limits.maxBytes)
      for (const { what, bytes, hint } of [next!, ...t.random.shuffle(others)]) {
        const stream = await open(meeting)
        stream.write(bytes)
        t.doing(`Your program listens with maxBytes ${limits.maxBytes}. The checker sent ${what}.`)
        await expectReset(t, stream, { expected, hint, connection: meeting.connection })
      }
      t.doing('Your program reset streams with bad lengths. Then the checker sent a get.')
      await expectResponse(t, await send(meeting, getOf(key)), {
        status: OK,
        value: longest.value,
        revision: 2,
      })
    },
    limits,
  )
  await longResponses(t)
}

async function longResponses(t: CheckContext): Promise<void> {
  const limits = { ...WIDE, maxBytes: t.random.int(300, 3000) }
  const bad = badLengths(t, limits.maxBytes)
  await withNode(t, {}, async node => {
    const asked = async () => {
      const request = getOf(someKey(t))
      const asking = ask(t, node, request, { limits })
      const stream = await streamOf(t, node, asking)
      await expectRequest(t, stream, request)
      return { asking, stream }
    }
    const { asking, stream } = await asked()
    const value = Buffer.alloc(
      limits.maxBytes - encodeResponse({ value: Buffer.alloc(300) }).length + 300,
      0x62,
    )
    const response = encodeResponse({ status: OK, value })
    stream.write(framed(response))
    stream.end()
    t.doing(`${asking.did} The peer answered with a response of exactly ${response.length} bytes.`)
    await expectResult(t, asking, { protocol: V2, status: OK, value, revision: 0 }, EXACTLY('silence'))
    for (const { what, bytes, hint } of [bad[0]!, t.random.pick(bad.slice(1, 5)), bad.at(-1)!]) {
      const { asking, stream } = await asked()
      stream.write(bytes)
      t.doing(`${asking.did} The peer answered with ${what}.`)
      const expected = `an error, and a reset of the stream: a response has at most ${number(limits.maxBytes)} bytes here.`
      await expectError(t, asking, { expected, hint })
      await expectLetGo(t, stream, { expected, hint: LET_GO })
    }
  })
}
