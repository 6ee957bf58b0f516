/** The cap on connections: no client gets in above it, and every place becomes free again. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { happens, withTime } from '../../../check/kit/patience.ts'
import { encode } from '../../shared/frames.ts'
import {
  AT_ONCE_MS,
  connectAll,
  header,
  NEVER_MS,
  numbered,
  openHouse,
  OVERDUE,
  type Client,
  type House,
} from './clients.ts'

export async function cap(t: CheckContext): Promise<void> {
  const maxConnections = t.random.int(4, 8)
  const house = await openHouse(t, { maxConnections })
  t.doing(`With a maxConnections of ${maxConnections}, the checker connected that many good clients.`)
  const good = await connectAll(house, numbered('good client', maxConnections))
  for (const client of good) await house.ask(client)
  for (const round of ['', ' again']) {
    t.doing(
      `With a maxConnections of ${maxConnections}, the checker connected that many good clients, which stayed. Then three more clients connected${round}.`,
    )
    await expectFull(t, house, good, 3)
    for (const client of t.random.shuffle(good)) await house.ask(client, FIRST_COME)
  }
}

const FIRST_COME = 'do you close the new connection, and none of those that were there before?'

/** So many more clients find no place, and those that have one keep it. */
async function expectFull(
  t: CheckContext,
  house: House,
  inside: readonly Client[],
  surplus: number,
): Promise<void> {
  const expected = `that at most ${house.limits.maxConnections} connections are open: your program closes each further connection at once, and no other.`
  for (const name of numbered('surplus client', surplus)) {
    const peer = await t.sockets.tryConnect(house.port, name)
    if (peer === 'refused') continue
    void peer.write(encode(t.random.bytes(10)))
    const seen = peer.read(1, NEVER_MS)
    const known = await happens(seen, { ms: AT_ONCE_MS, signOfLife: house.program.signOfLife })
    const { bytes } = known ? await seen : { bytes: Buffer.alloc(0) }
    if (known && bytes.length === 0) continue
    await house.program.signOfLife()
    const out = inside.find(client => client.peer.stopped())
    if (out) {
      t.fail({
        op: 'listen',
        expected,
        got: `your program served ${name}, and closed the connection of ${out.name}.`,
        hint: FIRST_COME,
        lost: true,
      })
    }
    t.fail({
      op: 'listen',
      expected,
      got:
        bytes.length > 0
          ? `your program served ${name}.`
          : `your program neither served ${name} nor closed its connection.`,
      hint: 'do you count the open connections exactly? Count up once for each connection that you accept, and down once when that one closes: not for a connection that you refused, and not twice.',
    })
  }
}

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
      ['they sent the length ff ff ff ff, and kept their side open when your program closed', overstep],
      [
        'they made way for as many clients that sent nothing, and kept their side open when your program closed',
        stayMute,
      ],
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
      const silent = await connectAll(house, numbered('silent client', clients.length))
      await house.untilClosed(silent, keeper, {
        ms: OVERDUE * handshakeMs,
        expected: `that your program closes their connections ${handshakeMs} ms after they connected (handshakeMs).`,
        hint: 'does a timer start when a client connects?',
      })
    }

    const capped = `With a maxConnections of ${maxConnections}, `
    let before = 'all clients so far stayed connected'
    const fill = async (): Promise<Client[]> => {
      const clients: Client[] = []
      for (const name of numbered('new client', maxConnections - 1)) {
        t.doing(
          `${capped}${before}. Then ${name} connected. Together with the good client that stayed, it was number ${clients.length + 2}.`,
        )
        clients.push(await house.newcomer(name, FREE))
      }
      t.doing(`${capped}${before}. Then as many new clients took the places, and one more connected.`)
      await expectFull(t, house, [keeper, ...clients], 1)
      await house.ask(keeper)
      return clients
    }
    for (const [what, leave] of t.random.shuffle(endings)) {
      const clients = await fill()
      before = `clients took all places but one, and then ${what}`
      t.doing(`${capped}${before}.`)
      await leave(clients)
    }
    await fill()
  })

const FREE =
  'does every kind of ending free a place? Count down once, on "close": it comes after a FIN, an RST and a timeout alike. To close a connection yourself, call destroy(): end() waits for a peer that never ends its own side.'
