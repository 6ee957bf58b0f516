/** What peers say to each other: themselves, and others. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { addressOf, invented, now, type Entry } from './addr.ts'
import { askForAddresses, type Answer } from './answer.ts'
import type { Contact } from './contact.ts'
import { expectFound, expectIntroduced } from './found.ts'
import { openHouse, type House } from './house.ts'
import { told } from './members.ts'
import { expectKnown, shown } from './tables.ts'

export async function introduces(t: CheckContext): Promise<void> {
  const house = await openHouse(t, {
    members: [{ name: 'peer A' }, { name: 'peer B' }],
    seeds: ['peer A', 'peer B'],
    maxPeers: 2,
  })
  const addresses = house.members.map(({ address }) => address)
  t.doing(`The checker called start with the seeds ${addresses.join(' and ')}, and maxPeers 2.`)
  const contacts: Contact[] = []
  for (const member of house.members)
    contacts.push(await expectFound(t, house, member, 'do you dial the seeds, all of them at the same time?'))
  for (const contact of contacts) await expectIntroduced(t, house, contact)
  await expectKnown(t, house, {
    soon: true,
    heard: [],
    answered: addresses,
    missing: (_address, table) =>
      table === 'answered'
        ? 'a peer that you dialed has answered when the handshake is complete.'
        : undefined,
    extra: (_address, table) =>
      table === 'heard'
        ? 'when the handshake with an address is complete, it moves: it is in answered from then on, and not in heard any more.'
        : undefined,
  })
  t.doing('Two peers that your program had dialed sent it an addr.')
  for (const contact of contacts) await house.settle(contact)
  for (const contact of contacts) await expectIntroduced(t, house, contact)

  const others = ['ping', 'addrv2', 'sendheaders', 'feefilter', 'p2plab-hello']
  t.doing(
    `A peer connected to your program, completed the handshake, and sent ${others.join(', ')}, and then an addr.`,
  )
  const guest = await house.dial('a peer')
  for (const command of t.random.shuffle(others))
    await guest.peer.write(house.message(command, t.random.bytes(8)))
  await house.settle(guest, 'messages that you do not know are no reason to close the connection.')
  expectNothing(
    t,
    guest,
    'what you send after the handshake is for peers that you dialed. To others, you send an answer to their getaddr, and nothing else.',
  )
  await expectKnown(t, house, {
    heard: [],
    answered: addresses,
    extra: address =>
      address === guest.connection
        ? 'the port that a peer connects from is not one that it listens on. Note its address only when an addr says it.'
        : undefined,
  })
}

/** Of a peer whose messages the program has handled: it has sent nothing, and the connection is open. */
export function expectNothing(t: CheckContext, contact: Contact, hint: string, before = 0): void {
  const { received, peer } = contact
  if (contact.stopped()) {
    t.fail({
      op: 'start',
      expected: `that ${peer.name} stays connected.`,
      got: 'your program closed its connection.',
      hint,
      lost: true,
    })
  }
  if (received.length <= before) return
  t.fail({
    op: 'start',
    expected: `nothing from your program to ${peer.name} now.`,
    got: `the message ${received[before]!.command}.`,
    hint,
  })
}

export async function answers(t: CheckContext): Promise<void> {
  const house = await openHouse(t, { members: [{ name: 'peer A' }, { name: 'peer B' }], maxPeers: 2 })
  const teller = await house.dial('a peer')
  t.doing(
    'A peer sent getaddr to your program, which knew no address. Then it told the addresses of peer A and peer B.',
  )
  await teller.peer.write(house.message('getaddr'))
  await house.tell(
    teller,
    house.members.map(({ name }) => told(t, house.members, name)),
  )
  const dialed: Contact[] = []
  for (const member of house.members) {
    const contact = await expectFound(
      t,
      house,
      member,
      'do you dial the addresses in each addr, whoever has sent it?',
    )
    await expectIntroduced(t, house, contact)
    dialed.push(contact)
  }
  expectNothing(t, teller, 'if you know nobody, send nothing: btcd disconnects on an empty addr.')
  const heard = invented(t.random, 6)
  const what = 'Your program has two peers that have answered, and has heard of 6 other addresses'
  t.doing(`${what}.`)
  // One of the two with a later time than the program has of it, the other with an older one.
  const [first, second] = house.members.map(({ name }) => told(t, house.members, name))
  const later = { ...first!, time: now() + 5 * 60 }
  await house.tell(dialed[0]!, [...heard, later, second!])
  await house.settle(dialed[0]!)

  t.doing(`${what}. A peer connected to it and sent getaddr.`)
  const asker = await house.dial('peer C')
  judgeAnswer(t, house, await askForAddresses(t, house, asker), { heard, later })

  t.doing(`${what}. Peer C sent getaddr once more on the same connection, and then an addr.`)
  await asker.peer.write(house.message('getaddr'))
  await house.settle(asker)
  expectNothing(t, asker, 'only the first getaddr of a connection is answered. Others are ignored.', 1)

  t.doing(`${what}. Peer C has got its answer. Then peer D connected and sent getaddr.`)
  const other = await house.dial('peer D')
  judgeAnswer(t, house, await askForAddresses(t, house, other), { heard, later })

  t.doing(`${what}. One of the two, which your program had dialed, sent getaddr, and then an addr.`)
  const { length } = dialed[1]!.received
  await dialed[1]!.peer.write(house.message('getaddr'))
  await house.settle(dialed[1]!)
  expectNothing(t, dialed[1]!, 'a getaddr is answered only where the peer has dialed you.', length)
}

function judgeAnswer(
  t: CheckContext,
  house: House,
  { entries }: Answer,
  { heard, later }: { heard: readonly Entry[]; later: Entry },
): void {
  const answered = house.members.map(({ address }) => address)
  const got = entries.map(addressOf)
  const twice = got.find((address, i) => got.indexOf(address) < i)
  if (twice !== undefined) {
    t.fail({ op: 'start', expected: 'each address once in your answer.', got: `${twice} twice.` })
  }
  for (const [i, address] of got.entries()) {
    if (i < answered.length === answered.includes(address)) continue
    t.fail({
      op: 'start',
      expected: `first those that have answered, ${answered.join(' and ')}, and then the others.`,
      got: `${shown(got)}.`,
      hint: got.includes(answered[0]!)
        ? 'the answer begins with all of answered. Those of heard come behind them.'
        : 'the answer has the addresses of both tables.',
    })
  }
  for (const entry of heard) {
    const found = entries.find(one => addressOf(one) === addressOf(entry))
    if (found?.time === entry.time && found.services === entry.services) continue
    t.fail({
      op: 'start',
      expected: `${addressOf(entry)} in your answer, with the time ${entry.time} and the services ${entry.services} that came with it.`,
      got: found ? `the time ${found.time} and the services ${found.services}.` : `${shown(got)}.`,
      hint: 'pass on what you have heard: the addresses with their times and services.',
    })
  }
  const stranger = got.find(
    address =>
      !answered.includes(address) &&
      !house.isMarker(address) &&
      !heard.some(entry => addressOf(entry) === address),
  )
  if (stranger !== undefined) {
    t.fail({
      op: 'start',
      expected: 'only addresses that are in your tables.',
      got: `${stranger}, too.`,
      hint:
        stranger === house.address
          ? 'you introduce yourself to peers that you dial. Your own address is not in the tables, and not in this answer.'
          : 'the port that a peer connects from is not one that it listens on.',
    })
  }
  for (const { time, ...entry } of entries.slice(0, answered.length)) {
    if (Math.abs(time - now()) <= 3_600) continue
    t.fail({
      op: 'start',
      expected: `${addressOf(entry)}, which has answered your program just now, with the time of now in seconds.`,
      got: `${time}.`,
      hint: 'when an address moves to answered, it gets the time of now. If others tell it again, with an older time, keep the later one.',
    })
  }
  const kept = entries.find(entry => addressOf(entry) === addressOf(later))!
  if (kept.time === later.time) return
  t.fail({
    op: 'start',
    expected: `${addressOf(later)} with the time ${later.time}: it has answered, and another peer has told a later time since.`,
    got: `${kept.time}.`,
    hint: 'when you hear of a known address again, keep the later of the two times, in both tables.',
  })
}
