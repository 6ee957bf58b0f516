/** What is asked for, of whom, and how often. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { openHouse, short, someData, someIds, type House } from './house.ts'
import { idOf, MSG_BLOCK, MSG_TX } from './inventory.ts'

const NEW =
  'ask for each id that you neither have nor wait for. Does your program read inv messages from all peers?'
/** The least count of three bytes, and the largest that would fit into one. */
const COUNTS = [0xfd, 0xff] as const
/** MSG_TX with MSG_WITNESS_FLAG (Bitcoin Core, src/protocol.h). */
const MSG_WITNESS_TX = 0x40000001

export async function asks(t: CheckContext): Promise<void> {
  const house = await openHouse(t, { dialed: ['peer A'] })
  const contacts = t.random.shuffle([await house.accept('peer A'), await house.dial('peer B')])
  const [first, second] = contacts as [(typeof contacts)[0], (typeof contacts)[0]]
  const own = await house.publish(someData(t))
  const data = [...Array.from({ length: 7 }, () => someData(t)), Buffer.alloc(0), t.random.bytes(100_000)]
  const ids = [...data.map(idOf), ...someIds(t, t.random.int(...COUNTS) - data.length)]
  const others = [MSG_BLOCK, MSG_WITNESS_TX, 0, MSG_TX << 8].map(type => ({ type, id: someIds(t, 1)[0]! }))
  t.doing(
    `${name(first)} sent an inv with ${ids.length} new ids, one of them twice, one that your program has, and entries of other types.`,
  )
  await first.inv(...t.random.shuffle([...ids, ids[0]!, own, ...others]))
  await house.expectAsked(first, ids, `${NEW} Entries of other types are ignored.`)
  t.doing(`${name(first)} sent an inv with ${ids.length} new ids, and then the same inv again.`)
  await first.inv(...ids)
  await house.expectNotAsked(first, 'while you wait for data, a repeated announcement changes nothing.')
  t.doing(`Your program asked ${first.name} for data, and ${first.name} sent it.`)
  for (const one of t.random.shuffle(data)) await first.tx(one)
  for (const one of data) {
    await house.expectDelivered(
      one,
      one.length === 0
        ? 'data without a single byte is data, too, with the id 5df6e0e2….'
        : 'a tx brings data: keep it, and emit delivered.',
    )
  }
  t.doing(
    `${name(second)} sent an inv with ids of data that your program has got, and ${first.name} sent the data again.`,
  )
  await second.inv(...data.map(idOf))
  await house.expectNotAsked(second, 'your program has this data: there is nothing to ask for.')
  for (const one of data.slice(0, 3)) await first.tx(one)
  await house.fence(first)
  expectOnce(t, house, data)
  t.doing(`${name(second)} sent an inv with a new id, and later the data.`)
  const last = someData(t)
  await second.inv(idOf(last))
  await house.expectAsked(second, [idOf(last)], NEW)
  await second.tx(last)
  await house.expectDelivered(last)
}

const name = ({ name: own }: { name: string }) => own[0]!.toUpperCase() + own.slice(1)

function expectOnce(t: CheckContext, house: House, data: readonly Buffer[]): void {
  const twice = data.find(one => house.deliveries(idOf(one)) > 1)
  if (!twice) return
  t.fail({
    op: 'start',
    expected: 'one event delivered for each data.',
    got: `${house.deliveries(idOf(twice))} for the id ${short(idOf(twice))}.`,
    hint: 'do you look whether you have the data already, before you emit delivered?',
  })
}
