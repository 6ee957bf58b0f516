/** Blocks of the program's own, and whom it tells of a new tip. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { decodeHeader } from '../../../exercise/header-messages.ts'
import type { Values } from '../../../exercise/op.ts'
import exercise from '../exercise.ts'
import type { Contact } from './contact.ts'
import { openHouse } from './house.ts'
import {
  bitsOf,
  EASY,
  hashOf,
  medianOf,
  mint,
  mintChain,
  numberOf,
  shown,
  targetOf,
  workOf,
  type Block,
} from './mint.ts'
import { expectGreeting } from './syncs.ts'

const { mine } = exercise.ops
const HOUR = 3_600

type Minable = Values<typeof mine.args>
type Mined = Values<typeof mine.result>

const TELLS =
  'when your tip changes, send its header, in a headers message, to each peer that has sent sendheaders, except the one that it came from.'

export async function mines(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const { random } = t
  const names = ['the source', 'a peer that sent sendheaders', 'another one that sent sendheaders'] as const
  const [source, ...subscribed] = (await Promise.all(names.map(name => house.dial(name)))) as [
    Contact,
    Contact,
    Contact,
  ]
  const silent = await house.dial('a peer that did not send sendheaders')
  for (const contact of [source, ...subscribed, silent]) {
    await expectGreeting(t, house, contact)
    if (contact !== silent) await contact.send('sendheaders')
    await contact.settle()
  }
  const announced = async (block: Block, to: readonly Contact[], hint = TELLS) => {
    for (const contact of to) {
      const headers = await contact.nextHeaders({ what: 'a headers message', hint })
      if (headers.length === 1 && headers[0]!.equals(block.header)) continue
      t.fail({
        op: 'start',
        expected: `a headers message with the header of the new tip, ${shown(block.hash)}, alone.`,
        got:
          headers.length === 1
            ? `the header of ${shown(hashOf(headers[0]!))}.`
            : `${headers.length} headers.`,
        hint: 'announce the new tip. A peer that lacks its parents asks for them.',
        spoke: true,
      })
    }
  }
  const quiet = async (contacts: readonly Contact[], hint: string) => {
    for (const contact of contacts) {
      await contact.settle()
      if (contact.unasked().length === 0) continue
      t.fail({
        op: 'start',
        expected: `no headers message to ${contact.name}, except as an answer.`,
        got: 'one more.',
        hint,
        spoke: true,
      })
    }
  }
  const UNASKED = 'a peer that has not sent sendheaders is not told of new blocks by headers.'

  const base = mintChain(random, house.genesis, 12)
  t.doing('The source sent 12 headers in one message.')
  await source.tell(base)
  await announced(base.at(-1)!, subscribed)
  await quiet([source], 'a peer that sent you a header has it.')
  await quiet([silent], UNASKED)
  let tip = base.at(-1)!
  await house.tells(tip, 'your tip has changed.')

  const rival = mint(random, base[10])
  t.doing('The source sent another branch with the same work as the tip.')
  await source.tell([rival])
  await quiet([source, ...subscribed], 'your tip has not changed, so there is nothing to tell.')

  const now = Math.floor(Date.now() / 1000)
  for (const [bits, what] of [
    [EASY],
    [bitsOf(BigInt(random.int(20, 200)))],
    [EASY, 'a time above the median time, but not above that of the tip'],
  ] as const) {
    const time = what === undefined ? tip.time + random.int(1, 600) : medianOf(tip) + 1
    const args = { merkleRoot: random.bytes(32), time, bits }
    t.doing(`The checker called mine with ${what ?? `the bits ${bits.toString(16)}`}.`)
    const { hash, header } = what === undefined ? await t.call(mine, args) : await minesEarly(t, tip, args)
    tip = judgeMined(t, tip, args, hash, header)
    await house.tipIs(tip, 'a block that you mine is on your tip, so it becomes the tip.')
    await house.tells(tip, 'a block that you mine changes your tip, too.')
    await announced(tip, [source, ...subscribed])
    await quiet([silent], UNASKED)
  }

  const good = { merkleRoot: random.bytes(32), time: tip.time + 1, bits: EASY }
  for (const [what, change] of [
    ['the median time of the last eleven blocks', { time: medianOf(tip) }],
    ['a time a day ahead', { time: now + 24 * HOUR }],
    ['bits that are easier than 207fffff', { bits: 0x21008000 }],
    ['bits with the sign', { bits: 0x20ffffff }],
  ] as const) {
    t.doing(`The checker called mine with ${what}.`)
    const { error } = await t.ask(mine, { ...good, ...change })
    if (error === undefined)
      t.fail({
        op: 'mine',
        expected: 'an error: no peer would take such a block.',
        got: 'a result.',
        hint: 'the rules for headers hold for your own blocks, too.',
      })
    await house.tipIs(tip, 'a block that is not allowed must not become the tip.')
  }

  t.doing('One of the peers that sent sendheaders sent the next block.')
  const next = mint(random, tip)
  await subscribed[0]!.tell([next])
  await announced(next, [source, subscribed[1]!])
  await quiet([subscribed[0]!], 'a peer that sent you a header has it.')
}

/** Mines with a time that is not above that of the tip, but above the median time. */
async function minesEarly(t: CheckContext, tip: Block, args: Minable): Promise<Mined> {
  const { result, error } = await t.ask(mine, args)
  if (result) return result
  return t.fail({
    op: 'mine',
    expected: `a block with the time ${args.time}: your tip has ${tip.time}, and the median time is ${medianOf(tip)}.`,
    got: `the error "${error}".`,
    hint: 'the time of a block must be above the median time. It may be below that of its parent: the clocks of miners differ.',
  })
}

function judgeMined(t: CheckContext, parent: Block, args: Minable, hash: string, header: Buffer): Block {
  const fail = (expected: string, got: string, hint: string) => t.fail({ op: 'mine', expected, got, hint })
  if (header.length !== 80)
    return fail('a header of 80 bytes.', `${header.length} bytes.`, 'encodeHeader makes one.')
  const { previous, merkleRoot, time, bits } = decodeHeader(header)
  const own = hashOf(header)
  if (!previous.equals(parent.hash))
    fail(
      `the parent ${shown(parent.hash)}, your tip.`,
      `${shown(previous)}.`,
      previous.equals(Buffer.from(parent.hash).reverse())
        ? 'in a header, the bytes of a hash are in the order in which SHA-256 gives them.'
        : 'a new block is on your tip.',
    )
  if (!merkleRoot.equals(args.merkleRoot) || time !== args.time || bits !== args.bits)
    fail(
      `the merkle root ${args.merkleRoot.toString('hex')}, the time ${args.time} and the bits ${args.bits.toString(16)}, as given.`,
      `${merkleRoot.toString('hex')}, ${time} and ${bits.toString(16)}.`,
      'only the nonce is yours to choose. (And the version.)',
    )
  const target = targetOf(args.bits)!
  if (numberOf(own) > target)
    fail(
      `a hash of at most ${target.toString(16).padStart(64, '0')}.`,
      `${shown(own)}.`,
      'try nonces until the hash, a number in little-endian, is at most the target.',
    )
  if (hash !== shown(own))
    fail(
      `the hash ${shown(own)}.`,
      `${hash}.`,
      'it is the hash of the header that you return, as people write it.',
    )
  const work = workOf(target)
  return {
    header,
    hash: own,
    parent,
    height: parent.height + 1,
    time,
    work,
    chainWork: parent.chainWork + work,
  }
}
