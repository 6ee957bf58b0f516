/** Headers whose parents nobody has told yet. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { openHouse } from './house.ts'
import { expectGreeting } from './syncs.ts'
import { expectAsks } from './locator.ts'
import { mint, mintChain, type Block } from './mint.ts'

const ASKS =
  'if the parent of the first header is unknown, send a getheaders, from your tip backwards: its sender has what is missing.'
const KEPT =
  'a header without its parent is not kept, nor are those behind it. The peer sends them again, in order, as the answer to your getheaders. Otherwise, anyone could fill your memory.'

export async function orphan(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const { random } = t
  const peer = await house.dial('a peer')
  await expectGreeting(t, house, peer)
  const base = mintChain(random, house.genesis, random.int(2, 8))
  await peer.tell(base)
  await peer.settle()
  const tip = base.at(-1)!
  await house.tells(tip, 'each message that changes your tip has an event.')

  const chain = mintChain(random, tip, random.int(5, 9))
  const stranger = mint(random, undefined, { previous: random.bytes(32), time: tip.time + 10 })
  const rounds: [string, readonly Block[]][] = [
    ['the last header of a branch whose other headers it did not have', chain.slice(-1)],
    ['a branch without its first header', chain.slice(1)],
    ['a header whose parent does not exist', [stranger]],
  ]
  for (const [what, blocks] of random.shuffle(rounds)) {
    t.doing(`A peer sent your program ${what}.`)
    await peer.tell(blocks)
    await expectAsks(t, peer, tip, ASKS)
    await peer.settle('a header without its parent is no misbehavior: the peer cannot know what you have.')
    await house.tipIs(tip, KEPT)
  }
  house.tellsNothing('your tip is the same', KEPT)

  t.doing('Then the peer sent the missing header alone.')
  await peer.tell(chain.slice(0, 1))
  await peer.settle()
  await house.tipIs(chain[0]!, KEPT)
  t.doing('Then the peer sent the next header but one.')
  await peer.tell(chain.slice(2, 3))
  await expectAsks(t, peer, chain[0]!, `${ASKS} ${KEPT}`)
  t.doing('Then the peer sent all headers of the branch, in order.')
  await peer.tell(chain)
  await peer.settle()
  await house.tipIs(chain.at(-1)!, 'skip the headers that you know, and keep those behind them.')
  const more = peer.waiting('getheaders').length
  if (more > 0)
    t.fail({
      op: 'start',
      expected: 'no more getheaders: all parents are known.',
      got: `${more} of them.`,
      hint: 'ask only if a parent is missing, or if a message is full.',
      spoke: true,
    })
}
