/** Data that nobody asked for, or that is not what was asked for. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { openHouse, short, someData } from './house.ts'
import { idOf } from './inventory.ts'

const COUNTS = 'each tx counts, from any peer, asked for or not.'

export async function unsolicited(t: CheckContext): Promise<void> {
  const house = await openHouse(t, { dialed: ['peer A'] })
  const a = await house.accept('peer A')
  const b = await house.dial('peer B')
  const c = await house.dial('peer C')
  const [plain, wrong, right, raced, own] = Array.from({ length: 5 }, () => someData(t)) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ]
  t.doing('Peer A sent a tx that it had not announced.')
  await a.tx(plain)
  await house.expectDelivered(plain, COUNTS)
  await house.expectTold(c, [idOf(plain)], 'data that is new is announced, however it came.')

  t.doing('Peer A announced an id.')
  await a.inv(idOf(right))
  await house.expectAsked(a, [idOf(right)], 'ask for what you do not have.')
  t.doing(
    `Peer A announced ${short(idOf(right))}. When your program asked for it, peer A sent the data of ${short(idOf(wrong))}.`,
  )
  await a.tx(wrong)
  await house.expectDelivered(
    wrong,
    'this is good data: its hash says which id it has, not what you have asked for.',
  )
  await b.inv(idOf(right))
  await house.expectNotAsked(
    b,
    'wrong data is no answer: you still wait for the id, from the peer that you asked.',
  )
  await a.notfound(idOf(right))
  await house.expectAsked(b, [idOf(right)], 'wrong data does not end the wait: peer B is next.')
  await b.tx(right)
  await house.expectDelivered(right)

  await a.inv(idOf(raced))
  await house.expectAsked(a, [idOf(raced)], 'ask for what you do not have.')
  await b.inv(idOf(raced))
  await house.expectNotAsked(b, 'you wait for this id already.')
  t.doing(
    'Your program asked peer A for data that peer B had announced, too. Peer C sent it, and then peer A.',
  )
  await c.tx(raced)
  await house.expectDelivered(raced, COUNTS)
  await a.tx(raced)
  await a.notfound(idOf(raced))
  await house.fence(a)
  await house.expectNotAsked(b, 'you have the data: nobody is asked for it any more.')
  if (house.deliveries(idOf(raced)) !== 1) {
    t.fail({
      op: 'start',
      expected: 'one event delivered for this data.',
      got: `${house.deliveries(idOf(raced))}.`,
      hint: 'data that you have is not new, also when you have asked for it.',
    })
  }

  await a.inv(idOf(own))
  await house.expectAsked(a, [idOf(own)], 'ask for what you do not have.')
  await b.inv(idOf(own))
  await house.expectNotAsked(b, 'you wait for this id already.')
  t.doing(
    'Your program asked peer A for data. Then the checker published the same data, and peer A sent notfound.',
  )
  await house.publish(own)
  await house.expectDelivered(own, 'data that you publish is new, also while you wait for it.')
  await a.notfound(idOf(own))
  await house.fence(a)
  await house.expectNotAsked(b, 'you have the data: nobody is asked for it any more.')
}
