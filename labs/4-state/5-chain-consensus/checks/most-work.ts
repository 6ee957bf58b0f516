/** Which of several branches is the best chain. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { expectHeaders } from './answers.ts'
import { openHouse } from './house.ts'
import { expectAsks } from './locator.ts'
import { bitsOf, chainTo, EASY_WORK, mint, mintChain, type Block } from './mint.ts'
import { expectGreeting } from './syncs.ts'

const MOST = 2_000

const TIE = 'with the same work, the block that you saw first stays the tip.'
const WORK = 'the chain with the most work counts, not the one with the most blocks.'
const REORG =
  'go back from the new tip, parent by parent, to a block that is in the old best chain: that is the fork point.'

export async function mostWork(t: CheckContext): Promise<void> {
  const { random } = t
  const house = await openHouse(t)
  const peer = await house.dial('a peer')
  await expectGreeting(t, house, peer)

  /** Sends the blocks; the tip is then `tip`, and there are events only where it has changed. */
  let tip: Block = house.genesis
  const step = async (what: string, blocks: readonly Block[], to: Block, hint: string, fork?: Block) => {
    t.doing(`${what} Your program's tip was at height ${tip.height}, with the work ${tip.chainWork}.`)
    await peer.tell(blocks)
    await peer.settle('these headers are good.')
    await house.tipIs(to, hint)
    if (fork) await house.tellsReorg({ from: tip, to, fork }, REORG)
    if (to !== tip) await house.tells(to, 'once for each message that changes your tip.')
    house.tellsNothing(
      to === tip
        ? 'your tip is the same'
        : fork
          ? 'one reorg and one tip are all'
          : 'the new tip builds on the old one',
      to === tip
        ? hint
        : 'take all headers of a message before you choose the tip: one event tip for each message, and one reorg if the new tip does not build on the old one.',
    )
    tip = to
  }

  const base = mintChain(random, house.genesis, random.int(3, 10))
  const root = base.at(-1)!
  const length = random.int(3, 6)
  const first = mintChain(random, root, length)
  const second = mintChain(random, root, length)
  const longer = mint(random, second.at(-1))
  await step('A peer sent a chain.', [...base, ...first], first.at(-1)!, 'these headers are good.')
  await step('Then it sent another branch with the same work.', second, tip, TIE)
  await step('Then it sent the same branch once more.', second, tip, TIE)
  await step(
    'Then it sent one more block of that branch.',
    [longer],
    longer,
    'this branch has more work now. Its other blocks came before, when they were not the best ones: you have to keep them.',
    root,
  )
  await step('Then it sent the first chain once more.', [...base, ...first], tip, TIE)

  // Fewer blocks, more work: on a block in the middle of the first branch, which is not the best one any more.
  const middle = first[random.int(0, length - 2)]!
  const hard = mint(random, middle, { bits: bitsOf(BigInt(random.int(60, 120))) })
  await step('Then it sent one hard block on an old branch, at a lower height.', [hard], hard, WORK, root)
  t.doing('Then it asked for what is behind the block where the branches part.')
  await peer.ask([root.hash])
  await expectHeaders(
    t,
    peer,
    chainTo(hard).slice(root.height + 1),
    'your best chain ends with your tip: cut off what the old one had behind the fork point, even at heights that the new one does not reach.',
  )
  const cheap = mintChain(random, longer, random.int(8, 20))
  await step('Then it sent many easy blocks on the other branch.', cheap, tip, WORK)
  const next = mint(random, hard)
  await step('Then it sent a block on the tip.', [next], next, WORK)

  // A full message on a branch that is not the best: it goes on behind its own last header.
  const giant = mint(random, next, { bits: bitsOf(4_096n) })
  await step('Then it sent a block with the work of thousands.', [giant], giant, WORK)
  const missing = Number((giant.chainWork - root.chainWork) / EASY_WORK) + 1
  const side = mintChain(random, root, missing)
  for (const [what, hint] of [
    [
      'Then it sent 2,000 easy headers on another branch, which has less work.',
      'a message with 2,000 headers is full: ask again, from its last header backwards. That one need not be in your best chain: a locator from your tip would bring the same headers again.',
    ],
    [
      'Then it sent the same 2,000 headers again.',
      'a message with 2,000 headers is full, even if you know them all: ask again. A connection may have been lost before the rest came.',
    ],
  ] as const) {
    t.doing(what)
    await peer.tell(side.slice(0, MOST))
    await expectAsks(t, peer, side[MOST - 1]!, hint)
  }
  await peer.settle()
  await house.tipIs(giant, WORK)
  await step(
    'Then it sent the rest of that branch, which has more work.',
    side.slice(MOST),
    side.at(-1)!,
    'this branch has more work now.',
    root,
  )
}
