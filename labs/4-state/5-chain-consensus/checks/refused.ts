/** What ends a connection, and leaves nothing behind. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { encodeHeaders } from '../../../exercise/header-messages.ts'
import { openHouse } from './house.ts'
import { mint, mintChain, numberOf, type Block } from './mint.ts'

const MOST = 2_000

interface Case {
  what: string
  payload: Buffer
  hint: string
}

export async function refused(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const { random } = t
  const good = await house.dial('a good peer')
  const base = mintChain(random, house.genesis, random.int(3, 12))
  await good.tell(base)
  await good.settle(
    'these headers are good. The hash is a number in little-endian: its last byte is the most significant one.',
  )
  const tip = base.at(-1)!
  await house.tipIs(tip, 'these headers are good.')

  const message = (blocks: readonly Block[]) => encodeHeaders(blocks.map(({ header }) => header))
  /** A bad one on top of a few good ones, and a good one on top of that. */
  const behindGood = (spoil: (parent: Block) => Block): Buffer => {
    const before = mintChain(random, tip, random.int(1, 5))
    const bad = spoil(before.at(-1)!)
    return message([...before, bad, ...mintChain(random, bad, random.int(0, 2))])
  }
  const bits = (value: number) => (parent: Block) => mint(random, parent, { bits: value })
  const chain = mintChain(random, tip, 6)
  const many = mintChain(random, tip, MOST + 1)
  const whole = message(chain)
  const cases: Case[] = [
    {
      what: 'a hash above its target',
      // Its bytes read the wrong way round are below it.
      payload: behindGood(parent =>
        mint(random, parent, { wants: (hash, target) => numberOf(hash) > target && hash[0]! < 0x40 }),
      ),
      hint: 'the hash is a number in little-endian: its last byte is the most significant one. It must be at most the target.',
    },
    {
      what: 'a hash above a harder target, but below that of 207fffff',
      payload: behindGood(parent =>
        mint(random, parent, {
          bits: 0x1f7fffff,
          wants: (hash, target) => numberOf(hash) > target && hash[31]! < 0x40,
        }),
      ),
      hint: "the target is that of the header's own bits.",
    },
    {
      what: 'bits whose target is above that of 207fffff',
      payload: behindGood(bits(0x21008000)),
      hint: 'no block may be easier than 207fffff, however good its proof of work is.',
    },
    {
      what: 'bits with the sign',
      // Without the sign, it would be good.
      payload: behindGood(parent =>
        mint(random, parent, {
          bits: random.pick([0x20ffffff, 0x20c00000]),
          wants: hash => hash[31]! < 0x20,
        }),
      ),
      hint: 'bits that stand for no target are misbehavior: with the sign, there is none.',
    },
    {
      what: 'bits that are 0, or shifted to 0',
      payload: behindGood(bits(random.pick([0x20000000, 0, 0x01003456]))),
      hint: 'bits that stand for no target are misbehavior: 0 is none.',
    },
    {
      what: 'bits of more than 256 bits',
      payload: behindGood(bits(random.pick([0x23000001, 0x22010000, 0xff7fffff]))),
      hint: 'bits that stand for no target are misbehavior. A target has at most 256 bits.',
    },
    {
      what: 'two headers that changed places',
      payload: message([chain[0]!, chain[1]!, chain[3]!, chain[2]!, chain[4]!]),
      hint: 'in one message, each header must have the hash of the one before it as its parent.',
    },
    {
      what: 'two branches in one message',
      payload: message([...chain.slice(0, 2), mint(random, chain[0])]),
      hint: 'in one message, each header must have the hash of the one before it as its parent; that you know its parent is not enough.',
    },
    {
      what: 'a missing header, and unknown parents before it',
      payload: message([chain[1]!, chain[2]!, chain[4]!]),
      hint: 'look at the whole message before you ask for a parent: the first row of the table that fits counts.',
    },
    {
      what: 'an unknown parent, and a hash above its target',
      payload: message([
        mint(random, mint(random, chain[5]), { wants: (hash, target) => numberOf(hash) > target }),
      ]),
      hint: 'judge the proof of work before you ask for a parent: the first row of the table that fits counts.',
    },
    {
      what: '2,001 headers',
      payload: message(many),
      hint: '2,000 is the most.',
    },
    {
      what: 'an end in the middle of the last header',
      payload: whole.subarray(0, -random.int(1, 80)),
      hint: 'a message with fewer bytes than its count needs is misbehavior.',
    },
    {
      what: 'the count 2,000, and six headers',
      payload: Buffer.concat([Buffer.of(0xfd, 0xd0, 0x07), whole.subarray(1)]),
      hint: 'a message with fewer bytes than its count needs is misbehavior.',
    },
  ]
  for (const { what, payload, hint } of random.shuffle(cases)) {
    const bad = await house.dial('a misbehaving peer')
    t.doing(`A peer sent a headers message with ${what}.`)
    await bad.send('headers', payload)
    await bad.closes({ what, hint })
    await good.settle('only the connection of the misbehaving peer is closed.')
    await house.tipIs(tip, 'of such a message, keep nothing, not even the good headers before the bad one.')
  }
}
