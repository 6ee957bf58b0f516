/** Addresses as bytes: what is published, and what is random. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { addressOf, encodeAddr, ENTRY, invented } from './addr.ts'
import { askForAddresses } from './answer.ts'
import type { Contact } from './contact.ts'
import { openHouse, type House } from './house.ts'
import { expectKnown } from './tables.ts'

/**
 * TestAddrWire of btcd: https://github.com/btcsuite/btcd/blob/v0.26.2/wire/msgaddr_test.go (multiAddrEncoded). Two entries: 127.0.0.1:8333 and
 * 192.168.0.1:8334.
 */
const BTCD = Buffer.from(
  '02' +
    '29ab5f49010000000000000000000000000000000000ffff7f000001208d' +
    '29ab5f49010000000000000000000000000000000000ffffc0a80001208e',
  'hex',
)
const HEARD = '127.0.0.1:8333'
const SWAPPED = '127.0.0.1:36128'
const OUTSIDE = '192.168.0.1:8334'

export async function published(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const contact = await house.dial('a peer')
  t.doing(
    `A peer connected to your program and sent an addr from btcd's tests: ${HEARD} and ${OUTSIDE}, an address outside of this computer.`,
  )
  await contact.peer.write(house.message('addr', BTCD))
  const some = () => house.known().then(({ heard }) => heard.length > 0)
  await house.until(some)
  await expectKnown(t, house, {
    heard: [HEARD],
    answered: [],
    missing: (_address, _table, { heard }) =>
      heard.includes(SWAPPED)
        ? 'the port is big-endian, unlike all other integers of the protocol: 20 8d is 8333.'
        : heard.length > 0
          ? 'an entry is time (4 bytes), services (8), IP (16, of which the last four are the IPv4 address) and port (2).'
          : 'does your program read addr messages that it has not asked for, from peers that have connected to it?',
    extra: address =>
      address === OUTSIDE
        ? "the lab's rule: leave out all hosts outside 127.0.0.0/8."
        : 'an entry has 30 bytes. Does the second one begin 30 bytes behind the first?',
  })
  t.doing(`A peer sent the address ${HEARD}, taken from btcd's tests. Then another one sent getaddr.`)
  const asker = await house.dial('another peer')
  const answer = await askForAddresses(t, house, asker)
  const expected = Buffer.concat([Buffer.of(1), BTCD.subarray(1, 1 + ENTRY)])
  if (!answer.payload.equals(expected)) {
    t.fail({
      op: 'start',
      expected: 'an addr with this one entry, byte for byte as it came.',
      got: 'other bytes.',
      hint: answer.payload.subarray(-2).equals(Buffer.from('8d20', 'hex'))
        ? 'the port is big-endian, unlike all other integers of the protocol.'
        : 'the entry of an address that you have heard of keeps its time and its services.',
      bytes: { expected, actual: answer.payload },
    })
  }
  await many(t, house, contact)
}

/** So many that their number takes three bytes. */
async function many(t: CheckContext, house: House, contact: Contact): Promise<void> {
  const entries = invented(t.random, t.random.int(253, 400))
  t.doing(`A peer sent an addr with ${entries.length} addresses, in several pieces.`)
  for (const piece of t.random.cut(house.message('addr', encodeAddr(entries)), 3))
    await contact.peer.write(piece)
  await house.settle(contact)
  await expectKnown(t, house, {
    heard: [HEARD, ...entries.map(addressOf)],
    answered: [],
    missing: () =>
      'the count is a CompactSize: from 253 on it takes three bytes, and the first entry begins behind them.',
    extra: () => 'do you read each IPv4 address from the last four of the 16 bytes?',
  })
  t.doing(`A peer sent ${entries.length} addresses. Then a third one sent getaddr.`)
  const asker = await house.dial('a third peer')
  const answer = (await askForAddresses(t, house, asker)).entries.filter(
    entry => !house.isMarker(addressOf(entry)),
  )
  for (const entry of entries) {
    const found = answer.find(one => addressOf(one) === addressOf(entry))
    if (found?.time === entry.time && found.services === entry.services) continue
    t.fail({
      op: 'start',
      expected: `${addressOf(entry)} in the answer, with the time ${entry.time} and the services ${entry.services} that it came with.`,
      got: found
        ? `the time ${found.time} and the services ${found.services}.`
        : `${answer.length} other addresses.`,
      hint: found
        ? 'services are a u64: a bigint holds all of its bits, a number only 53.'
        : 'the answer has all addresses that you know, up to 1,000.',
    })
  }
}
