/** The two rules about the time of a block. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { openHouse, type House } from './house.ts'
import { bitsOf, medianOf, mint, mintChain, type Block } from './mint.ts'

const HOUR = 3_600
/** Of the limit of two hours: the program looks at its clock later than we do. In seconds. */
const SLACK = 10 * 60

/** The last time of nine digits, in 2001: sorted as texts, those behind it come before it. */
const NINE_DIGITS = 999_999_999

const MEDIAN = `sort the times of the parent and of the ten before it, as numbers${inNode(' (sort() without a function compares texts)')}, and take the one in the middle: of 11 the sixth, of 4 the third. The time must be greater than that.`

export async function times(t: CheckContext): Promise<void> {
  const house = await openHouse(t, { time: NINE_DIGITS })
  const { random } = t
  const peer = await house.dial('a peer')
  let tip = house.genesis
  const grow = async (blocks: readonly Block[], hint: string) => {
    await peer.tell(blocks)
    await peer.settle(hint)
    tip = blocks.at(-1)!
    await house.tipIs(tip, hint)
  }

  // Times that go up and down, as clocks of miners do: each just above the median, or far above it.
  const heights = [1, 2, 3, 4, 9, 10, 11, 12, 20]
  for (const height of heights) {
    while (tip.height < height) {
      const median = medianOf(tip)
      t.doing(
        `A peer sent a block at height ${tip.height + 1}, with a time above the median of the blocks before, ${median}.`,
      )
      const time = median + random.pick([1, 2, random.int(600, 6_000)])
      await grow([mint(random, tip, { time })], MEDIAN)
    }
    // At first just the median time, which is the parent's: sorted as texts, it is that of the first block.
    await tooEarly(t, house, tip, height === 1 ? 0 : random.pick([0, 0, 1, 600]))
    await house.tipIs(tip, MEDIAN)
  }

  // On another branch, the times of that branch count.
  const ahead = mint(random, tip, { time: tip.time + 30 * HOUR })
  const far = mintChain(random, ahead, 12)
  t.doing('A peer sent a chain whose blocks are days apart.')
  await grow([ahead, ...far], MEDIAN)
  const other = mint(random, house.genesis, { time: house.genesis.time + 1, bits: bitsOf(200n) })
  t.doing(
    "Then it sent a block on the first block with an old time: the median of that branch is before it, and the median of your program's best chain behind it.",
  )
  await grow(
    [other],
    'the median time is that of the branch on which the block is, and not that of your tip.',
  )

  const before = mintChain(random, tip, 3)
  const early = mint(random, before.at(-1), { time: medianOf(before.at(-1)!) })
  const bad = await house.dial('a misbehaving peer')
  t.doing('A peer sent three good headers, one that is too early, and one behind it.')
  await bad.tell([...before, early, mint(random, early)])
  await bad.closes({ what: 'a time that is not above the median time', hint: MEDIAN })
  await peer.settle()
  tip = before.at(-1)!
  await house.tipIs(tip, 'keep the headers before one that is too early, and drop it, with those behind it.')

  const now = Math.floor(Date.now() / 1000)
  const fine = mint(random, tip, { time: now + 2 * HOUR - SLACK })
  t.doing('A peer sent a header whose time is 10 minutes less than two hours ahead.')
  await grow([fine], 'up to two hours ahead are allowed: clocks differ. Times are in seconds.')
  const good = mintChain(random, fine, 2, { time: now + HOUR })
  const late = mint(random, good.at(-1), {
    time: now + random.pick([2 * HOUR + SLACK, 30 * HOUR, 400 * 24 * HOUR]),
  })
  t.doing('A peer sent two good headers, one that is far over two hours ahead, and one behind it.')
  await peer.tell([...good, late, mint(random, late, { time: now + HOUR })])
  await peer.settle(
    'a header that is too far ahead is no misbehavior: your clock may be wrong. Drop it, and those behind it.',
  )
  tip = good.at(-1)!
  await house.tipIs(
    tip,
    'keep the headers before one that is too far ahead, and drop it, with those behind it. Date.now() is in milliseconds.',
  )
}

async function tooEarly(t: CheckContext, house: House, tip: Block, by: number): Promise<void> {
  const median = medianOf(tip)
  const bad = await house.dial('a misbehaving peer')
  t.doing(
    `A peer sent a block at height ${tip.height + 1}, with ${by === 0 ? 'just the median time' : `a time ${by} s before the median time`} of the blocks before, ${median}.`,
  )
  await bad.tell([mint(t.random, tip, { time: median - by })])
  await bad.closes({ what: 'a time that is not above the median time', hint: MEDIAN })
}
