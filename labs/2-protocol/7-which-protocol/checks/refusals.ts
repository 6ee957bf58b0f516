/** Lines that are too long, and what is not a line at all. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { expectClosed, untilRead } from '../../shared/closing.ts'
import { varint } from '../../shared/integers.ts'
import { HEADER, line, lines, MAX_LINE, prefixed } from '../../shared/multistream.ts'
import { dialed, expectEcho, expectProposal, expectRefused } from './dialing.ts'
import { expectLines, expectServed, greet, listen, meet, someProtocol } from './house.ts'

/** A protocol ID whose line has exactly so many bytes. */
function ofLength(t: CheckContext, bytes: number): string {
  const start = someProtocol(t, '-')
  const missing = bytes - 1 - start.length
  return (
    start +
    t.random
      .bytes(Math.ceil(missing / 2))
      .toString('hex')
      .slice(0, missing)
  )
}

const LIMIT =
  'a line has at most 1,024 bytes, and its newline is one of them; the bytes of the length are not. So the longest protocol ID has 1,023 bytes.'
const AT_ONCE =
  'do you compare the length with 1,024 as soon as you have read it? While you wait for the line, you have to keep all that arrives.'

export async function longest(t: CheckContext): Promise<void> {
  const protocol = ofLength(t, MAX_LINE)
  const port = await listen(t, [protocol])
  const good = await greet(t, port, 'a good peer')
  t.doing(
    'Your program speaks a protocol whose ID has 1,023 bytes. A peer proposed another one, of the same length.',
  )
  await good.write(line(ofLength(t, MAX_LINE)))
  await expectLines(t, good, ['na'], { op: 'listen', what: 'the line na', hint: LIMIT })
  for (const length of [
    BigInt(MAX_LINE + 1),
    BigInt(t.random.int(MAX_LINE + 2, 100_000)),
    (1n << 31n) + BigInt(t.random.int(3, 100)),
    (1n << 32n) + BigInt(t.random.int(3, 100)),
    (1n << 63n) - 1n,
  ]) {
    for (const first of [true, false]) {
      const peer = first ? await meet(t, port) : await greet(t, port)
      t.doing(
        `A peer sent the length ${number(Number(length))} ${first ? 'as its first bytes' : 'behind its header'}, and nothing more.`,
      )
      await peer.write(varint(length))
      await expectClosed(t, peer, {
        expected: 'that your program closes the connection: a line has at most 1,024 bytes.',
        hint:
          length >= 1n << 31n
            ? 'do you compare the length before you make a number of 32 bits of it?'
            : AT_ONCE,
        silent:
          'do you close the connection without an answer? After a bad length, nobody knows where a line begins.',
      })
    }
  }
  t.doing('A peer proposed the protocol of your program whose ID has 1,023 bytes.')
  await good.write(line(protocol))
  await expectLines(t, good, [protocol], { op: 'listen', what: 'the same line', hint: LIMIT })
  good.destroy()

  const dial = await dialed(t, [someProtocol(t), protocol])
  await dial.peer.write(line(HEADER))
  await expectProposal(t, dial, dial.protocols[0]!)
  await dial.peer.write(line('na'))
  await expectProposal(t, dial, protocol, LIMIT)
  await dial.peer.write(line(protocol))
  await expectEcho(t, dial, protocol)
  const refused = await dialed(t, [someProtocol(t)])
  await refused.peer.write(line(HEADER))
  await expectProposal(t, refused, refused.protocols[0]!)
  await refused.peer.write(varint(BigInt(MAX_LINE + 1)))
  await expectRefused(t, refused, {
    sent: 'It answered with a line of 1,025 bytes, of which it sent only the length.',
    expected: 'a line has at most 1,024 bytes',
    hint: AT_ONCE,
  })
}

/** Each byte says that another one follows. */
const endless = (t: CheckContext): Buffer => Buffer.from([...t.random.bytes(9)].map(byte => byte | 0x80))

/** The line with one byte more in its length than it needs. */
function wide(text: string): Buffer {
  const bytes = line(text)
  return Buffer.concat([Buffer.of(bytes[0]! | 0x80, 0), bytes.subarray(1)])
}

const withoutNewline = (text: string) => prefixed(Buffer.from(text))

const NEWLINE = 'is the last byte of every line a newline (0a)? A line that has lost it is not a line.'
const FIRST = 'is the first line exactly /multistream/1.0.0? Anything else is another protocol.'
const VARINT =
  'does your varint refuse a length that is longer than needed, and one that does not end within nine bytes? Exercise 2.1 did both.'

interface Bad {
  /** As in "A peer sent …". */
  what: string
  bytes: Buffer
  hint: string
}

/** Instead of the header, from either side. */
const badHeaders = (t: CheckContext): Bad[] => [
  { what: 'its header without a newline', bytes: withoutNewline(HEADER), hint: NEWLINE },
  {
    what: 'a header of another version',
    bytes: line(t.random.pick(['/multistream/1.0.1', '/multistream/2.0.0', '/multistream/1.0'])),
    hint: FIRST,
  },
  { what: 'its header with a length in two bytes (93 00)', bytes: wide(HEADER), hint: VARINT },
  { what: 'nine bytes of a length that goes on', bytes: endless(t), hint: VARINT },
  { what: 'a line of 0 bytes', bytes: Buffer.of(0), hint: NEWLINE },
]

const CLOSES = 'that your program closes the connection without an answer.'

export async function malformed(t: CheckContext): Promise<void> {
  const protocol = someProtocol(t)
  const port = await listen(t, [protocol])
  const first: Bad[] = [
    ...badHeaders(t),
    { what: 'a proposal as its first line', bytes: line(protocol), hint: FIRST },
  ]
  const second: Bad[] = [
    { what: 'a proposal without a newline', bytes: withoutNewline(protocol), hint: NEWLINE },
    { what: 'a proposal with a length in two bytes', bytes: wide(protocol), hint: VARINT },
    { what: 'nine bytes of a length that goes on', bytes: endless(t), hint: VARINT },
    { what: 'a line of 0 bytes', bytes: Buffer.of(0), hint: NEWLINE },
  ]
  for (const { what, bytes, hint } of t.random.shuffle(first)) {
    const peer = await meet(t, port)
    t.doing(`A peer sent ${what}.`)
    await peer.write(bytes)
    await expectClosed(t, peer, { expected: CLOSES, hint, silent: hint })
  }
  for (const { what, bytes, hint } of t.random.shuffle(second)) {
    const peer = await greet(t, port)
    t.doing(`A peer sent its header, then ${what}.`)
    await peer.write(bytes)
    await expectClosed(t, peer, { expected: CLOSES, hint, silent: hint })
  }
  await expectServed(t, port, protocol)
  await badAnswers(t)
}

async function badAnswers(t: CheckContext): Promise<void> {
  const [protocol, other] = [someProtocol(t), someProtocol(t)]
  const expected = 'this is not what a peer of multistream-select sends'
  for (const { what, bytes, hint } of t.random.shuffle(badHeaders(t))) {
    const dial = await dialed(t, [protocol, other])
    // A program may send its first proposal right behind its header, or wait for that of the checker.
    await untilRead(t)
    if (dial.peer.waiting() > 0) await expectProposal(t, dial, protocol)
    await dial.peer.write(bytes)
    await expectRefused(t, dial, { sent: `It sent ${what}.`, expected, hint })
  }
  const strange =
    'is each answer either na or exactly your proposal? Anything else means that the other side does not know what you proposed.'
  const answers: Bad[] = [
    { what: 'the agreed line without a newline', bytes: withoutNewline(protocol), hint: NEWLINE },
    { what: 'the agreed line with a length in two bytes', bytes: wide(protocol), hint: VARINT },
    { what: 'another protocol that you did not propose yet', bytes: line(other), hint: strange },
    { what: `"${protocol}0"`, bytes: line(`${protocol}0`), hint: strange },
    { what: '"ok"', bytes: line('ok'), hint: strange },
  ]
  for (const { what, bytes, hint } of t.random.shuffle(answers)) {
    const dial = await dialed(t, [protocol, other])
    await dial.peer.write(line(HEADER))
    await expectProposal(t, dial, protocol)
    await dial.peer.write(bytes)
    await expectRefused(t, dial, { sent: `It answered the proposal with ${what}.`, expected, hint })
  }
  const dial = await dialed(t, [protocol])
  await dial.peer.write(lines(HEADER))
  await expectProposal(t, dial, protocol)
  await dial.peer.write(line(protocol))
  await expectEcho(t, dial, protocol)
}
