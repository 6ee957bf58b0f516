/** The cap on connections: nobody gets in above it, and every place gets free again. */
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
  t.doing(
    `The checker asked for a maxConnections of ${maxConnections}, and connected that many good clients.`,
  )
  const house = await openHouse(t, { maxConnections })
  const good = await connectAll(house, numbered('good client', maxConnections))
  for (const client of good) await house.ask(client)
  for (const round of ['', ' again']) {
    t.doing(
      `The checker asked for a maxConnections of ${maxConnections}, and connected that many good clients, which stayed. Then three more connected${round}.`,
    )
    await expectFull(t, house, good, 3)
    for (const client of t.random.shuffle(good)) await house.ask(client, FIRST_COME)
  }
}

const FIRST_COME = 'is the newcomer closed, and nobody who was there before?'

/** So many more clients find no place, and those who have one keep it. */
async function expectFull(
  t: CheckContext,
  house: House,
  inside: readonly Client[],
  surplus: number,
): Promise<void> {
  const expected = `that at most ${house.limits.maxConnections} connections are open: what is more is closed at once, and nobody else.`
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
        got: `${name} was served, and ${out.name} was closed.`,
        hint: FIRST_COME,
        lost: true,
      })
    }
    t.fail({
      op: 'listen',
      expected,
      got: bytes.length > 0 ? `${name} was served.` : `${name} was neither served nor closed.`,
      hint: 'how many are open when the next one comes? Count up once for each connection that you take, and down once when that one closes: not for those you refused, and not twice.',
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
        'they left (FIN, then closed)',
        async cs => cs.forEach(c => void c.peer.end().then(() => c.peer.destroy())),
      ],
      ['they died (RST)', async cs => cs.forEach(c => c.peer.reset())],
      ['they sent the length ff ff ff ff, and kept their side open when your program closed', overstep],
      [
        'they were replaced by as many that never spoke, and kept their side open when your program closed',
        stayMute,
      ],
    ]

    async function overstep(clients: Client[]): Promise<void> {
      for (const { peer } of clients) void peer.write(header(2 ** 32 - 1))
      await house.untilClosed(clients, keeper, {
        ms: AT_ONCE_MS,
        expected: 'that their connections are closed.',
        hint: 'is a length over maxFrame a reason to close at once?',
      })
    }

    async function stayMute(clients: Client[]): Promise<void> {
      for (const { peer } of clients) peer.destroy()
      const silent = await connectAll(house, numbered('silent client', clients.length))
      await house.untilClosed(silent, keeper, {
        ms: OVERDUE * handshakeMs,
        expected: `that they are closed ${handshakeMs} ms after they connected (handshakeMs).`,
        hint: 'does a timer start when the connection is made?',
      })
    }

    let before = 'Nobody had left yet'
    const fill = async (): Promise<Client[]> => {
      const clients: Client[] = []
      for (const name of numbered('new client', maxConnections - 1)) {
        t.doing(
          `The checker asked for a maxConnections of ${maxConnections}. ${before}. With the good client that stayed, ${name} was number ${clients.length + 2}.`,
        )
        clients.push(await house.newcomer(name, FREE))
      }
      t.doing(
        `The checker asked for a maxConnections of ${maxConnections}. ${before}. Then as many new ones took the places, and one more connected.`,
      )
      await expectFull(t, house, [keeper, ...clients], 1)
      await house.ask(keeper)
      return clients
    }
    for (const [what, leave] of t.random.shuffle(endings)) {
      const clients = await fill()
      before = `All places but one were taken; then ${what}`
      t.doing(`The checker asked for a maxConnections of ${maxConnections}. ${before}.`)
      await leave(clients)
    }
    await fill()
  })

const FREE =
  'is a place free again after every kind of ending? Count down once, on "close": it comes after FIN, RST and time-out alike. To close a connection yourself, destroy() it: end() waits for a peer that never ends its own side.'
