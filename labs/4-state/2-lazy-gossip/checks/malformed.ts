/** Inventories that are none, and those that are unusual. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import type { Contact } from './contact.ts'
import { openHouse, someData, someIds, type House } from './house.ts'
import { idOf, inventory, MAX_ENTRIES, MSG_BLOCK } from './inventory.ts'

interface Refusal {
  command: 'inv' | 'getdata' | 'notfound'
  what: string
  payload: Buffer
}

export async function malformed(t: CheckContext): Promise<void> {
  const house = await openHouse(t, { maxAnnounced: MAX_ENTRIES, dialed: ['peer A'] })
  const bystander = await house.accept('peer A')
  const own = await house.publish(someData(t))
  const announced = t.random.int(3, 200)
  const ids = someIds(t, 3)
  const blockAt = t.random.int(0, MAX_ENTRIES)
  const refusals: Refusal[] = [
    {
      command: 'inv',
      what: 'with 50,001 entries',
      payload: inventory(Array.from({ length: MAX_ENTRIES + 1 }, (_, i) => numbered(ids[0]!, i))),
    },
    {
      command: t.random.pick(['getdata', 'notfound']),
      what: 'with 50,001 entries, one of them a block',
      payload: inventory(
        Array.from({ length: MAX_ENTRIES + 1 }, (_, i) =>
          i === blockAt ? { type: MSG_BLOCK, id: own } : own,
        ),
      ),
    },
    {
      command: 'inv',
      what: 'that counts 2^32 - 1 entries, and has one',
      payload: inventory([ids[1]!], 2 ** 32 - 1),
    },
    {
      command: 'inv',
      what: `that counts ${announced} entries, and has one less`,
      payload: inventory(someIds(t, announced - 1), announced),
    },
    {
      command: 'getdata',
      what: 'with 2 entries, without the last byte of the second',
      payload: inventory([own, ids[2]!]).subarray(0, -1),
    },
    { command: 'notfound', what: 'that counts 3 entries, and has two', payload: inventory(someIds(t, 2), 3) },
    {
      command: t.random.pick(['inv', 'getdata', 'notfound']),
      what: 'without a payload, not even a count',
      payload: Buffer.alloc(0),
    },
    {
      command: t.random.pick(['inv', 'getdata', 'notfound']),
      what: 'with only the first two bytes of a count of three',
      payload: Buffer.of(0xfd, 0x01),
    },
  ]
  for (const refusal of t.random.shuffle(refusals)) await expectRefused(t, house, refusal)
  t.doing(`${refusals.length} other peers sent malformed inventories. Then peer A sent a good one.`)
  const good = someData(t)
  await bystander.inv(idOf(good))
  await house.expectAsked(
    bystander,
    [idOf(good)],
    'do you close only the connection on which the bad message came?',
  )
  await bystander.tx(good)
  await house.expectDelivered(good)
  await accepted(t, house, bystander)
}

/** Ids that differ in four bytes: random ones would take long. */
function numbered(id: string, i: number): string {
  return i.toString(16).padStart(8, '0') + id.slice(8)
}

async function expectRefused(
  t: CheckContext,
  house: House,
  { command, what, payload }: Refusal,
): Promise<void> {
  const contact = await house.dial('a peer')
  const behind = someData(t)
  t.doing(
    `A peer sent ${/^[aeiou]/.test(command) ? 'an' : 'a'} ${command} ${what}, and a tx behind it in the same write.`,
  )
  await contact.send(contact.message(command, payload), contact.message('tx', behind))
  if (!(await house.until(() => contact.stopped() !== undefined))) {
    t.fail({
      op: 'start',
      expected: 'that your program closes the connection.',
      got: 'the connection is still open, long after that.',
      hint: 'an inventory with more than 50,000 entries, or with fewer bytes than its count needs, is misbehavior: of inv, getdata and notfound. Look at the count first, and then at the length.',
    })
  }
  const used =
    contact.asked.length > 0
      ? 'a getdata'
      : contact.data.length > 0
        ? 'a tx'
        : contact.missing.length > 0
          ? 'a notfound'
          : undefined
  if (used !== undefined) {
    t.fail({
      op: 'start',
      expected: 'that your program uses nothing of this message.',
      got: `${used} on this connection.`,
      hint: 'read all of the inventory before you use the first entry.',
    })
  }
  await house.program.signOfLife()
  if (house.deliveries(idOf(behind)) === 0) return
  t.fail({
    op: 'start',
    expected: 'that your program uses nothing that comes behind the malformed message.',
    got: 'it delivered the data of the tx.',
    hint: 'when a connection is closed because of a message, what has arrived behind it is not used.',
  })
}

/** What is unusual, and good. */
async function accepted(t: CheckContext, house: House, bystander: Contact): Promise<void> {
  const [one, base] = someIds(t, 2) as [string, string]
  t.doing('Peer A sent a ping, and two messages of other kinds, one of them without a payload.')
  await bystander.send(
    bystander.message('ping', t.random.bytes(8)),
    bystander.message('mempool', Buffer.alloc(0)),
    bystander.message('feefilter', t.random.bytes(8)),
  )
  await house.fence(bystander, 'ignore messages that this exercise does not use, and keep the connection.')
  t.doing('Peer A sent an inv, a getdata and a notfound without entries.')
  await bystander.send(
    ...(['inv', 'getdata', 'notfound'] as const).map(command => bystander.message(command, inventory([]))),
  )
  await house.expectNotAsked(
    bystander,
    'an inventory without entries says nothing, and is no reason to close the connection.',
  )
  t.doing('Peer A sent an inv with one entry, and more bytes behind it.')
  await bystander.send(
    bystander.message('inv', Buffer.concat([inventory([one]), t.random.bytes(t.random.int(1, 80))])),
  )
  await house.expectAsked(
    bystander,
    [one],
    'ignore bytes behind the last entry: a newer node may have more to say.',
  )
  const all = Array.from({ length: MAX_ENTRIES - 1 }, (_, i) => numbered(base, i))
  t.doing(`Peer A sent an inv with ${number(MAX_ENTRIES)} entries; maxAnnounced is ${number(MAX_ENTRIES)}.`)
  await bystander.inv(one, ...all)
  const asked = () => bystander.asked.length >= all.length + 2
  if (!(await house.until(asked, 3_000)) || bystander.asked.length > all.length + 2) {
    t.fail({
      op: 'start',
      expected: `that your program asks for ${number(all.length)} ids: one of the ${number(MAX_ENTRIES)} it waits for already.`,
      got:
        bystander.stopped() !== undefined
          ? 'your program has closed the connection.'
          : `it asked for ${number(bystander.asked.length - 2)}.`,
      hint: '50,000 entries are allowed, one more is not.',
    })
  }
}
