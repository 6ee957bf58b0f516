/** Cheap branches from the first block. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { openHouse } from './house.ts'
import { expectAsks } from './locator.ts'
import { bitsOf, EASY_WORK, mint, mintChain, type Block } from './mint.ts'
import { expectGreeting } from './syncs.ts'

/** Bitcoin Core, src/net_processing.cpp: GetAntiDoSWorkThreshold. */
const BEHIND = 144n
const MOST = 2_000

const KEEPS_NONE =
  "the work up to the last header of the message is less than that of your tip's chain minus 144 times that of your tip's block: keep none of them, or anyone could fill your memory."
const KEEPS =
  "the work up to the last header of the message is not less than that of your tip's chain minus 144 times that of your tip's block. The 144 blocks are like your tip's, and the work is that of the whole chain from the first block on."

export async function spam(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const { random } = t
  const peer = await house.dial('a peer')
  await expectGreeting(t, house, peer)
  const heavy = mint(random, house.genesis, { bits: bitsOf(3_000n) })
  const base = [heavy, ...mintChain(random, heavy, random.int(1, 5))]
  let tip = base.at(-1)!
  await peer.tell(base)
  await peer.settle()
  await house.tipIs(tip, 'these headers are good.')
  const least = tip.chainWork - BEHIND * tip.work
  /** So many easy blocks on the first one have just enough. */
  const enough = Number((least - house.genesis.chainWork + EASY_WORK - 1n) / EASY_WORK)

  const spamming = async (what: string, blocks: readonly Block[], then: Block) => {
    t.doing(
      `A peer sent ${what}, up to the work ${blocks.at(-1)!.chainWork}; your program's tip has ${tip.chainWork}, and its block ${tip.work}. Then it sent one more header on them.`,
    )
    await peer.tell(blocks)
    await peer.settle('a chain with little work is no misbehavior: its sender may just be behind.')
    const asked = peer.waiting('getheaders').length
    if (asked > 0)
      t.fail({
        op: 'start',
        expected: 'that your program ignores these headers.',
        got: `${asked} getheaders.`,
        hint: 'their parent is known, and the message is not worth an answer, even if it is full.',
        spoke: true,
      })
    // Alone, it has no more work: it is not known whether its parent was kept unless the program says so.
    await peer.tell([then])
    await expectAsks(t, peer, tip, KEEPS_NONE)
  }
  const branch = mintChain(random, house.genesis, enough + 1)
  await spamming(
    `a branch of ${enough - 1} easy headers on the first block`,
    branch.slice(0, enough - 1),
    branch[enough - 1]!,
  )
  for (let i = 0; i < 2; i++) {
    const few = mintChain(random, house.genesis, random.int(1, 200))
    await spamming(`a branch of ${few.length} easy headers on the first block`, few, mint(random, few.at(-1)))
  }
  const easy = mintChain(random, house.genesis, random.int(1, 200))
  // 144 times the work of this one is more than that of the whole chain.
  const harder = mint(random, easy.at(-1), { bits: bitsOf(40n) })
  await spamming(
    `a branch of ${easy.length} easy headers on the first block, and a harder one on them`,
    [...easy, harder],
    mint(random, harder),
  )
  await house.tipIs(tip, KEEPS_NONE)

  t.doing(
    `A peer sent a branch of ${enough} easy headers on the first block, up to the work ${branch[enough - 1]!.chainWork}; your program's tip has ${tip.chainWork}, and its block ${tip.work}. Then it sent one more header on them.`,
  )
  await peer.tell(branch.slice(0, enough))
  await peer.tell(branch.slice(enough))
  await peer.settle()
  const asked = peer.waiting('getheaders').length
  if (asked > 0)
    t.fail({
      op: 'start',
      expected: 'that your program keeps these headers, and so knows the parent of the last one.',
      got: `${asked} getheaders.`,
      hint: KEEPS,
      spoke: true,
    })
  const rest = mintChain(random, branch.at(-1)!, Number(BEHIND) + 10)
  t.doing('Then it sent more of that branch, up to more work than that of the tip.')
  await peer.tell(rest)
  await peer.settle()
  await house.tipIs(rest.at(-1)!, KEEPS)

  const heavier = mint(random, rest.at(-1), { bits: bitsOf(3_000n) })
  tip = mint(random, heavier)
  t.doing('Then it sent a block with the work of many, and one on it.')
  await peer.tell([heavier, tip])
  await peer.settle()
  await house.tipIs(tip, 'these headers are good.')
  const full = mintChain(random, house.genesis, MOST)
  await spamming('2,000 easy headers on the first block', full, mint(random, full.at(-1)))
}
