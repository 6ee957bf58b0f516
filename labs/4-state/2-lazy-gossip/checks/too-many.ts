/** Peers that announce without end. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import type { Contact } from './contact.ts'
import { openHouse, someData, someIds, type House } from './house.ts'
import { idOf, MAX_ENTRIES } from './inventory.ts'

const LIMIT =
  'how many ids has this peer announced that you still wait for? At maxAnnounced, ignore what it announces.'
const ROOM =
  'when data comes, or nobody is left to ask, each peer that has announced the id has room for another one.'

export async function tooMany(t: CheckContext): Promise<void> {
  const maxAnnounced = t.random.int(10, 40)
  const house = await openHouse(t, { maxAnnounced })
  const [a, b, c] = [await house.dial('peer A'), await house.dial('peer B'), await house.dial('peer C')]
  const data = Array.from({ length: maxAnnounced }, () => someData(t))
  const ids = data.map(idOf)
  const most = `With maxAnnounced ${maxAnnounced}, peer A`
  t.doing(`${most} announced ${maxAnnounced - 2} ids, and then 5 more.`)
  const extra = someIds(t, 3)
  await a.inv(...ids.slice(0, -2))
  await a.inv(...ids.slice(-2), ...extra)
  await house.expectAsked(
    a,
    ids,
    `ask for ids that you neither have nor wait for, up to the limit. ${LIMIT[0]!.toUpperCase()}${LIMIT.slice(1)}`,
  )
  await house.expectNotAsked(a, LIMIT)
  t.doing(`${most} announced ${maxAnnounced} ids, and then ${number(MAX_ENTRIES)} more in one inv.`)
  const base = t.random.bytes(28).toString('hex')
  await a.inv(...Array.from({ length: MAX_ENTRIES }, (_, i) => i.toString(16).padStart(8, '0') + base))
  await house.expectNotAsked(a, `${LIMIT} Keep the connection.`)

  t.doing(
    `${most} announced ${maxAnnounced} ids, and peer B the same ones. Then peer B announced another one.`,
  )
  const [fresh] = someIds(t, 1) as [string]
  await b.inv(...ids)
  await house.expectNotAsked(b, 'you wait for these ids already.')
  await b.inv(fresh)
  await house.expectNotAsked(b, `${LIMIT} It does not matter who was asked for them.`)
  t.doing(
    'Peer C announced the id that was one too many for peer B. Then peer B announced it again, and peer C sent notfound.',
  )
  await c.inv(fresh)
  await house.expectAsked(c, [fresh], 'maxAnnounced is for each peer: others have room.')
  await b.inv(fresh)
  await house.fence(b)
  await c.notfound(fresh)
  await house.fence(c)
  await house.expectNotAsked(
    b,
    'do not note the announcements of a peer that has no room, also if you wait for the id already.',
  )

  t.doing('Peer A sent data that peer B had announced, too. Then both announced two new ids.')
  await a.tx(data[0]!)
  await house.expectDelivered(data[0]!)
  await room(t, house, [a, b])
  t.doing('Peer A sent notfound for an id that peer B had announced, too. Then peer A announced another one.')
  await a.notfound(ids[1]!)
  await house.expectAsked(b, [ids[1]!], 'peer B has announced it, too, and is next.')
  await a.inv(...someIds(t, 1))
  await house.expectNotAsked(a, 'you still wait for the id: it counts for all peers that have announced it.')
  t.doing('Nobody had an id that peers A and B had announced. Then both announced two new ids.')
  await b.notfound(ids[1]!)
  await house.fence(b)
  await room(t, house, [a, b])

  t.doing(`Peer A closed its connection. Peer B had announced ${ids.length - 2} of the same ids.`)
  a.peer.destroy()
  await house.expectAsked(
    b,
    ids.slice(2),
    'when a connection ends, ask the next peer for each id that was asked for there.',
  )
  t.doing('Peer A closed its connection, connected again, and announced new ids.')
  const again = await house.dial('peer A')
  const more = someIds(t, maxAnnounced)
  await again.inv(...more)
  await house.expectAsked(again, more, 'a new connection is a new peer, which has announced nothing yet.')
}

/** Each has room for one more. */
async function room(t: CheckContext, house: House, contacts: readonly Contact[]): Promise<void> {
  for (const contact of contacts) {
    const [first, second] = someIds(t, 2) as [string, string]
    await contact.inv(first, second)
    await house.expectAsked(contact, [first], ROOM)
    await house.expectNotAsked(contact, LIMIT)
  }
}
