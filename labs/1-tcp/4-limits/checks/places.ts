/** The cap on connections: no client gets in above it, and every place becomes free again. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { withTime } from '../../../check/kit/patience.ts'
import { AT_ONCE_MS, connectAll, header, numbered, openHouse, OVERDUE, type Client } from './clients.ts'
import { EXACTLY, expectFull, FIRST_COME } from './full.ts'

export async function cap(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(4, 8)
  const house = await openHouse(t, { maxConnections })
  const given = `With a maxConnections of ${maxConnections}, the checker connected that many good clients`
  t.doing(`With a maxConnections of ${maxConnections}, the checker began to connect that many good clients.`)
  const good = await connectAll(house, numbered('good client', maxConnections))
  t.doing(`${given}, which sent nothing yet.`)
  await house.stillOpen(good, LETS_IN)
  for (const [what, hint] of [
    ['which sent nothing yet', FROM_THE_START],
    ['which sent frames and stayed', EXACTLY],
  ] as const) {
    t.doing(`${given}, ${what}. Then three more clients connected.`)
    await expectFull(t, house, good, 3, hint)
    t.doing(`${given}. Three more found no place. Then each of the good clients sent a frame.`)
    for (const client of t.random.shuffle(good)) await house.ask(client, FIRST_COME)
  }
}

const LETS_IN = 'do you let in exactly maxConnections clients? The last of them has a place, too.'
const FROM_THE_START =
  'does a connection count from the moment you accept it? A client that has sent nothing takes a place, too.'

export const countsDown = (t: CheckContext): Promise<void> =>
  withTime(t, async (handshakeMs, program) => {
    const maxConnections = t.random.int(4, 6)
    const house = await openHouse(t, { maxConnections, handshakeMs }, program)
    const keeper = await house.welcome()
    const endings: [string, (clients: Client[]) => Promise<void>][] = [
      [
        'they ended their side (FIN), then closed',
        async cs => cs.forEach(c => void c.peer.end().then(() => c.peer.destroy())),
      ],
      ['they broke their connections (RST)', async cs => cs.forEach(c => c.peer.reset())],
      ['they sent the length ff ff ff ff, and never closed on their own', overstep],
      ['they made way for as many clients that sent nothing, and never closed on their own', stayMute],
    ]

    async function overstep(clients: Client[]): Promise<void> {
      for (const { peer } of clients) void peer.write(header(2 ** 32 - 1))
      await house.untilClosed(clients, keeper, {
        ms: AT_ONCE_MS,
        expected: 'that your program closes their connections.',
        hint: 'do you close a connection at once when a length is over maxFrame?',
      })
    }

    async function stayMute(clients: Client[]): Promise<void> {
      for (const { peer } of clients) peer.destroy()
      const silent: Client[] = []
      // Seen open, so that their end is that of a client that was let in.
      for (const name of numbered('silent client', clients.length)) {
        silent.push(await house.silentNewcomer(name, FREE))
      }
      await house.untilClosed(silent, keeper, {
        ms: OVERDUE * handshakeMs,
        expected: `that your program closes their connections ${handshakeMs} ms after they connected (handshakeMs).`,
        hint: open =>
          open.length === silent.length
            ? 'does a timer start when a client connects?'
            : 'does each connection have a timer of its own? In a variable that all connections share, each new timer replaces the one before.',
      })
    }

    const capped = `With a maxConnections of ${maxConnections}, `
    let before = 'all clients so far stayed connected'
    let left = false
    const fill = async (): Promise<Client[]> => {
      const clients: Client[] = []
      for (const name of numbered('new client', maxConnections - 1)) {
        t.doing(
          `${capped}${before}. Then ${name} connected. Together with the good client that stayed, it was number ${clients.length + 2}.`,
        )
        clients.push(await house.newcomer(name, left ? FREE : LETS_IN))
      }
      t.doing(`${capped}${before}. Then as many new clients took the places, and one more connected.`)
      await expectFull(t, house, [keeper, ...clients], 1, EXACTLY)
      await house.ask(keeper)
      return clients
    }
    for (const [what, leave] of t.random.shuffle(endings)) {
      const clients = await fill()
      before = `clients took all places but one, and then ${what}`
      t.doing(`${capped}${before}.`)
      await leave(clients)
      left = true
    }
    await fill()
  })

const FREE = inNode(
  'does every kind of ending free a place? Count down once, on "close": it comes after a FIN, an RST and a timeout alike. To close a connection yourself, call destroy(): end() waits for a peer that never ends its own side.',
  'does every kind of ending free a place? Count down once for each connection, after a FIN, an RST and a timeout alike. To close a connection yourself, close both directions at once: a peer may never end its own side.',
)
