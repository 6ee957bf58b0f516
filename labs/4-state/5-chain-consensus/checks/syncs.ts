/** From the first block to the tip of a peer, 2,000 headers at a time. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Contact } from './contact.ts'
import { openHouse, type House } from './house.ts'
import { expectAsks } from './locator.ts'
import { mintChain, type Block } from './mint.ts'

const MOST = 2_000

const GREETING =
  'when a handshake is complete, send sendheaders and getheaders: to the peers that you dial, and to those that dial you.'

/** What the program says after a handshake. */
export async function expectGreeting(
  t: CheckContext,
  house: House,
  contact: Contact,
  last: Block = house.genesis,
): Promise<void> {
  const payload = await contact.next('sendheaders', { what: 'a sendheaders', hint: GREETING })
  if (payload.length > 0)
    t.fail({
      op: 'start',
      expected: 'a sendheaders without a payload.',
      got: `one of ${payload.length} bytes.`,
      hint: 'the message is empty.',
      spoke: true,
    })
  await expectAsks(t, contact, last, GREETING)
}

export async function syncs(t: CheckContext): Promise<void> {
  const house = await openHouse(t, { peer: true })
  t.doing('Your program dialed the peer, and they shook hands.')
  const peer = await house.accept()
  judgeHeight(t, peer, 0)
  await expectGreeting(t, house, peer)

  t.doing('The peer answered with a headers message that is empty.')
  await peer.tell([])
  await peer.settle('a headers message may be empty: that is how a peer says that it has nothing for you.')

  // The shape of a locator changes here.
  const low = mintChain(t.random, house.genesis, t.random.int(14, 40))
  let told = 0
  for (const height of [1, 9, 10, 11, 12, 13, low.length]) {
    await peer.tell(low.slice(told, height))
    told = height
    const last = low[height - 1]!
    await house.tells(last, 'do you take the headers that a peer sends, whether you asked for them or not?')
    t.doing(`Your program has ${height} blocks behind the first one. Then one more peer connected to it.`)
    const other = await house.dial(`a peer at height ${height}`)
    judgeHeight(t, other, height)
    await expectGreeting(t, house, other, last)
  }
  await peer.settle()
  const before = peer.waiting('getheaders').length
  if (before > 0)
    t.fail({
      op: 'start',
      expected: 'no getheaders after a message with fewer than 2,000 headers.',
      got: `${before} of them.`,
      hint: 'a message that is not full is the last one: its sender has no more.',
      spoke: true,
    })

  const rest = t.random.int(1, 400)
  const high = mintChain(t.random, low.at(-1)!, 2 * MOST + rest)
  for (const from of [0, MOST, 2 * MOST]) {
    const part = high.slice(from, from + MOST)
    t.doing(`The peer sent ${part.length} headers in one message.`)
    await peer.tell(part)
    const last = part.at(-1)!
    if (part.length === MOST)
      await expectAsks(
        t,
        peer,
        last,
        '2,000 headers are a full message, and allowed. There may be more: ask again, from the last one backwards.',
      )
    await house.tells(last, 'once for each message, when all of its headers are in: the last one is the tip.')
  }
  await peer.settle()
  house.tellsNothing(
    'the tip has changed once with each message',
    'take all headers of a message before you say what the new tip is. A longer chain on the old tip is no reorganization.',
  )
  await house.tipIs(high.at(-1)!, 'each message has its headers in order, each on the one before.')
  t.doing('Your program has all headers of the peer. Then one more peer connected to it.')
  const late = await house.dial('a late peer')
  judgeHeight(t, late, high.at(-1)!.height)
  await expectGreeting(t, house, late, high.at(-1))

  t.doing('The connection between your program and the peer that it had dialed broke.')
  peer.hangUp()
  await expectGreeting(t, house, await house.accept(), high.at(-1))
}

function judgeHeight(t: CheckContext, { theirs, name }: Contact, height: number): void {
  if (theirs.height === height) return
  t.fail({
    op: 'start',
    expected: `the height ${height} in your version message to ${name}: that of your tip.`,
    got: `${theirs.height}.`,
    hint: 'run, which is given, takes it from tip(). Does tip return the height of your best chain?',
  })
}
