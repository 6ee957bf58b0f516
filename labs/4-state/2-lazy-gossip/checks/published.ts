/** A transaction that is known to everybody. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import type { Contact } from './contact.ts'
import { openHouse, someData, type House } from './house.ts'
import { idOf, inventory } from './inventory.ts'

/**
 * The only transaction of Bitcoin's first block, in its bytes: https://en.bitcoin.it/wiki/Genesis_block. Its id is the Merkle root there, 4a5e1e4b…a33b in
 * reverse.
 */
const FIRST = Buffer.from(
  '01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d01044554686520' +
    '54696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f75' +
    '7420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0' +
    'ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000',
  'hex',
)

export async function published(t: CheckContext): Promise<void> {
  const house = await openHouse(t, { dialed: ['peer A'] })
  const silent = await t.sockets.connect(house.port, 'a silent peer')
  const dialed = await house.accept('peer A')
  const guest = await house.dial('peer B')
  const doing =
    'The checker called publish with the first transaction of Bitcoin, whose id is 4a5e1e4b…a33b in reverse.'
  t.doing(doing)
  const id = await house.publish(FIRST)
  await house.expectDelivered(FIRST, 'data that you publish is new to your node, too: emit delivered for it.')
  const payload = inventory([id])
  for (const [contact, what] of [
    [dialed, 'your program has connected'],
    [guest, 'which has connected to your program'],
  ] as const) {
    t.doing(doing)
    await house.expectTold(
      contact,
      [id],
      contact === dialed
        ? `${contact.name} is a peer to which ${what}. Announce to all whose handshake is complete.`
        : `${contact.name} is a peer ${what}: both sides speak on a connection. Announce to all whose handshake is complete.`,
    )
    const [first] = contact.payloads
    if (!first!.equals(payload)) {
      t.fail({
        op: 'publish',
        expected: 'an inv with this one entry, byte for byte.',
        got: `${count(first!.length, 'byte')}.`,
        bytes: { expected: payload, actual: first! },
      })
    }
    t.doing(
      `The checker published the first transaction of Bitcoin. Then ${contact.name} sent a getdata for it.`,
    )
    await contact.getdata(id)
    await expectData(t, contact, house.until, FIRST)
  }
  t.doing('The checker called publish with the same data once more, and then with other data.')
  await house.publish(FIRST)
  const next = await house.publish(someData(t))
  for (const contact of [dialed, guest])
    await house.expectTold(contact, [next], 'each data that is new is announced to all peers.')
  // What was sent to it before the answer to this has arrived, too.
  await house.fence(guest)
  await new Promise(resolve => setImmediate(resolve))
  if (silent.waiting() > 0) {
    t.fail({
      op: 'publish',
      expected: 'no bytes to a peer that has connected and sent nothing.',
      got: `${count(silent.waiting(), 'byte')}.`,
      hint: 'announce only to peers whose handshake is complete.',
    })
  }
  const late = await comesLate(t, house, guest)
  t.doing('Peer C connected later than the data was published. Then the checker published other data.')
  const last = await house.publish(someData(t))
  await house.expectTold(late, [last], 'each data that is new is announced to all peers.')
  if (late.told.length > 1) {
    t.fail({
      op: 'publish',
      expected: 'an inv to peer C with the new id alone.',
      got: `${count(late.told.length, 'id')}.`,
      hint: 'announce data when it is new. A peer that comes later hears only of what is new from then on.',
    })
  }
  if (house.deliveries(id) === 1) return
  t.fail({
    op: 'publish',
    expected: 'one event delivered for each data.',
    got: `${house.deliveries(id)} for the same one.`,
    hint: 'data that you have is not new: return its id, and do nothing else.',
  })
}

/** A peer that begins to talk before its handshake is complete. */
async function comesLate(t: CheckContext, house: House, guest: Contact): Promise<Contact> {
  const [sent, announced] = [someData(t), someData(t)]
  const own = await house.publish(someData(t))
  await house.expectTold(guest, [own], 'each data that is new is announced to all peers.')
  const doing =
    'Peer C connected and sent its version. Before its verack, the checker published data, and peer C sent an inv, a getdata and a tx.'
  const late = await house.dial('peer C', async ({ send, message }) => {
    t.doing(doing)
    const next = await house.publish(someData(t))
    await house.expectTold(guest, [next], 'each data that is new is announced to all peers.')
    await send(
      message('inv', inventory([idOf(announced)])),
      message('getdata', inventory([own])),
      message('tx', sent),
    )
  })
  t.doing(doing)
  await house.fence(late, EARLY)
  const got =
    late.asked.length > 0
      ? 'a getdata.'
      : late.data.length > 0
        ? 'a tx.'
        : house.deliveries(idOf(sent)) > 0
          ? 'the event delivered with the data of the tx.'
          : undefined
  if (got !== undefined)
    t.fail({ op: 'start', expected: 'that your program uses none of the three.', got, hint: EARLY })
  return late
}

const EARLY =
  'between version and verack, other messages are ignored, as in exercise 2.4: the handshake is complete when the verack has arrived.'

/** The last tx that the program sent. */
export async function expectData(
  t: CheckContext,
  contact: Contact,
  until: (look: () => boolean) => Promise<boolean>,
  data: Buffer,
): Promise<void> {
  const fits = () => contact.data.some(one => one.equals(data))
  await until(() => fits() || contact.stopped() !== undefined)
  if (fits()) return
  const last = contact.data.at(-1)
  t.fail({
    op: 'start',
    expected: `a tx to ${contact.name} whose payload is the data, ${count(data.length, 'byte')}.`,
    got: last
      ? `a tx with ${count(last.length, 'byte')}, whose id is ${idOf(last).slice(0, 8)}….`
      : contact.missing.includes(idOf(data))
        ? 'notfound for its id.'
        : contact.stopped() !== undefined
          ? 'your program has closed the connection instead.'
          : 'no tx, although your program runs.',
    hint: 'answer a getdata with one tx for each id that you have. Its payload is the data, and nothing else.',
    lost: contact.stopped() !== undefined,
    ...(last && { bytes: { expected: data, actual: last } }),
  })
}
