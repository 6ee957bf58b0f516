/** What the program answers to a getheaders. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { encodeGetHeaders } from '../../../exercise/header-messages.ts'
import type { Contact } from './contact.ts'
import { openHouse } from './house.ts'
import { mintChain, shown, type Block } from './mint.ts'

const MOST = 2_000
const MOST_HASHES = 101

const TOO_MANY = `at most ${number(MOST)} headers fit into a message.`
const FIRST =
  'look through the hashes in their order. The first one that is in your best chain is the fork point; a block that you know, but that is on another branch, is none.'

export async function answers(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const base = mintChain(t.random, house.genesis, t.random.int(20, 60))
  const side = mintChain(t.random, base.at(-1)!, 5)
  const top = mintChain(t.random, base.at(-1)!, MOST + t.random.int(50, 200))
  const best = [...base, ...top]
  const peer = await house.dial('a peer')
  await peer.tell([...base, ...side])
  for (let at = 0; at < top.length; at += MOST) await peer.tell(top.slice(at, at + MOST))
  await peer.settle()
  await house.tipIs(best.at(-1)!, 'the longer branch has more work here.')

  const unknown = (n: number) => Array.from({ length: n }, () => t.random.bytes(32))
  const hashes = (...blocks: Block[]) => blocks.map(({ hash }) => hash)
  /** Of the best chain, at least so many below its tip. */
  const somewhere = (below: number) => best[t.random.int(1, best.length - 1 - below)]!
  const high = best[t.random.int(best.length - 30, best.length - 10)]!
  const low = somewhere(MOST)
  const cases: {
    what: string
    locator: Buffer[]
    from: Block
    stop?: Buffer
    until?: Block
    hint: string
  }[] = [
    {
      what: 'no hashes',
      locator: [],
      from: house.genesis,
      hint: 'without a fork point, begin behind the first block.',
    },
    {
      what: 'only hashes of another network',
      locator: unknown(12),
      from: house.genesis,
      hint: 'without a fork point, begin behind the first block.',
    },
    {
      what: 'two hashes of your best chain, the higher one first',
      locator: hashes(high, low),
      from: high,
      hint: FIRST,
    },
    {
      what: 'five hashes that nobody knows, then one of your best chain',
      locator: [...unknown(5), ...hashes(high, low, house.genesis)],
      from: high,
      hint: FIRST,
    },
    {
      what: 'a branch that is not your best chain, back to where it left it',
      locator: hashes(...[...side].reverse(), base.at(-1)!, house.genesis),
      from: base.at(-1)!,
      hint: FIRST,
    },
    {
      what: 'your own tip',
      locator: hashes(best.at(-1)!, low),
      from: best.at(-1)!,
      hint: 'if there is nothing to send, send a headers message with the count 0.',
    },
    {
      what: `a block ${number(MOST)} below your tip`,
      locator: hashes(best[best.length - 1 - MOST]!),
      from: best[best.length - 1 - MOST]!,
      hint: `at most ${number(MOST)} headers fit into a message, so that many may.`,
    },
    {
      what: `a block ${number(MOST + 1)} below your tip`,
      locator: hashes(best[best.length - 2 - MOST]!),
      from: best[best.length - 2 - MOST]!,
      hint: TOO_MANY,
    },
    {
      what: 'a hash to stop at',
      locator: hashes(low),
      from: low,
      stop: best[low.height + 6]!.hash,
      until: best[low.height + 6]!,
      hint: 'the block with the hash `stop` is the last one that you send.',
    },
    {
      what: 'a hash to stop at that is on another branch',
      locator: hashes(high),
      from: high,
      stop: side[0]!.hash,
      hint: 'if `stop` is not among the headers, send them all.',
    },
    {
      what: `${MOST_HASHES} hashes`,
      locator: [...unknown(MOST_HASHES - 1), high.hash],
      from: high,
      hint: `${MOST_HASHES} hashes are allowed, and the fork point may be the last one.`,
    },
  ]
  for (const { what, locator, from, stop, until, hint } of t.random.shuffle(cases)) {
    t.doing(`A peer sent a getheaders with ${what}.`)
    await peer.ask(locator, stop)
    const end = until ? until.height : Math.min(best.length, from.height + MOST)
    await expectHeaders(t, peer, best.slice(from.height, end), hint)
  }

  for (const [what, payload] of t.random.shuffle([
    [`${MOST_HASHES + 1} hashes`, encodeGetHeaders({ locator: [...unknown(MOST_HASHES), high.hash] })],
    [
      'an end in the middle of a hash',
      encodeGetHeaders({ locator: unknown(3) }).subarray(0, -t.random.int(1, 31)),
    ],
  ] as [string, Buffer][])) {
    const bad = await house.dial('a misbehaving peer')
    t.doing(`A peer sent a getheaders with ${what}.`)
    await bad.send('getheaders', payload)
    await bad.closes({ what, hint: `over ${MOST_HASHES} hashes, or too few bytes, are misbehavior.` })
  }
  await peer.settle()
}

/** Takes the next headers message, which must have the headers of these blocks. */
export async function expectHeaders(
  t: CheckContext,
  peer: Contact,
  blocks: readonly Block[],
  hint: string,
): Promise<void> {
  const headers = await peer.nextHeaders({
    what: 'one headers message',
    hint: 'answer each getheaders with one headers message, even if it is empty.',
  })
  const fail = (expected: string, got: string, why = hint) =>
    t.fail({ op: 'start', expected, got, hint: why, spoke: true })
  const heights = (some: readonly Block[]) =>
    some.length === 0
      ? 'no headers'
      : `${number(some.length)} headers, from height ${some[0]!.height} to ${some.at(-1)!.height}`
  const wrong = headers.findIndex((header, i) => !blocks[i]?.header.equals(header))
  if (wrong < 0 && headers.length === blocks.length) return
  if (headers.length !== blocks.length)
    fail(
      `${heights(blocks)}.`,
      `${number(headers.length)} headers.`,
      headers.length > MOST && blocks.length === MOST ? TOO_MANY : hint,
    )
  fail(
    `${heights(blocks)}; as header ${wrong + 1} the block ${shown(blocks[wrong]!.hash)}.`,
    `another one: ${headers[wrong]!.toString('hex')}.`,
  )
}
