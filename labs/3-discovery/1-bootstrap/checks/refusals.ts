/** Addresses that are left out, and messages that end a connection. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import { addressOf, encodeAddr, entryAt, invented, MAX_ADDR, type Entry } from './addr.ts'
import type { Contact } from './contact.ts'
import { expectNothing } from './exchange.ts'
import { expectFound } from './found.ts'
import { openHouse, type House } from './house.ts'
import { told } from './members.ts'
import { expectKnown, shown } from './tables.ts'

/** Just outside of 127.0.0.0/8, or for other reasons easily taken for inside. */
const OUTSIDE = [
  '126.255.255.255',
  '128.0.0.1',
  '10.0.0.1',
  '10.127.0.0',
  '192.168.127.1',
  '172.16.0.1',
  '0.0.0.0',
  '255.127.0.1',
  '12.70.0.1',
  '1.27.0.1',
  '224.0.0.1',
]
/** ::1, an address that ends like 127.0.0.1, and one that begins so. */
const IPV6 = [
  '00000000000000000000000000000001',
  '20010db800000000000000007f000001',
  '0000000000000000000000007f000001',
  '7f000001000000000000000000000001',
]

export async function leavesOut(t: CheckContext): Promise<void> {
  const seed = addressOf(invented(t.random, 1)[0]!)
  const house = await openHouse(t, { seeds: [seed, '127.0.0.1:0', seed] })
  t.doing(`With maxPeers 0, the checker called start with the seeds ${seed}, 127.0.0.1:0 and ${seed}.`)
  await expectKnown(t, house, {
    heard: [seed],
    answered: [],
    missing: () =>
      'seeds are addresses that you have heard of. Nobody is dialed with maxPeers 0, so they stay there.',
    extra: () => 'port 0 is no port that anybody listens on.',
  })
  const teller = await house.dial('a peer')
  const at = (host: string, port = t.random.int(1, 65_535)): Entry => entryAt(t.random, { host, port })
  const good = [
    ...invented(t.random, 5),
    at('127.0.0.1', house.port === 8333 ? 8334 : 8333),
    at('127.0.0.2', house.port),
    at('127.255.255.254'),
    at('127.0.0.1', house.port === 65_535 ? 1 : 65_535),
  ]
  const outside = [...OUTSIDE.map(host => at(host)), ...IPV6.map(host => at(host))]
  const bad = [at('127.0.0.1', house.port), at('127.0.0.1', 0), at('127.9.8.7', 0), ...outside]
  t.doing(
    `A peer sent an addr with ${good.length} good addresses, some of them twice, and ${bad.length} others: your program's own, port 0, and hosts outside 127.0.0.0/8.`,
  )
  await house.tell(teller, t.random.shuffle([...good, ...bad, ...good.slice(0, 3)]))
  await house.settle(teller)
  const known = [seed, ...good.map(addressOf)]
  await expectKnown(t, house, {
    heard: known,
    answered: [],
    missing: address =>
      address.endsWith(`:${house.port}`) || address.startsWith('127.0.0.1:')
        ? 'your own address is the host and the port that you listen on, both together.'
        : 'all of 127.0.0.0/8 is on this computer: 127.0.0.0 to 127.255.255.255.',
    extra: address =>
      address === house.address
        ? 'this is your own address. Others know it, because you tell them, and tell it back.'
        : address.endsWith(':0')
          ? 'port 0 is no port that anybody listens on.'
          : "the lab's rule: leave out all hosts outside 127.0.0.0/8. An IPv4 address is one only behind ten bytes 00 and two bytes ff.",
  })
  t.doing('A peer sent the same addresses once more, in another order.')
  await house.tell(teller, t.random.shuffle([...good, ...bad]))
  await house.settle(teller)
  await expectKnown(t, house, { heard: known, answered: [] })
  await manySeeds(t)
}

/** More seeds than there is room for. */
async function manySeeds(t: CheckContext): Promise<void> {
  const maxHeard = t.random.int(3, 9)
  const seeds = invented(t.random, maxHeard + t.random.int(1, 9)).map(addressOf)
  const house = await openHouse(t, { program: await t.another(), seeds, maxHeard })
  t.doing(`With maxPeers 0 and maxHeard ${maxHeard}, the checker called start with ${seeds.length} seeds.`)
  const { heard } = await house.known()
  if (heard.length === maxHeard && heard.every(address => seeds.includes(address))) return
  t.fail({
    op: 'known',
    expected: `${maxHeard} of the seeds in heard: there is no room for more.`,
    got: `${heard.length}: ${shown(heard)}.`,
    hint: 'do you note the seeds in the same way as all other addresses? heard holds at most maxHeard, wherever they come from.',
  })
}

interface Refusal {
  what: string
  payload: Buffer
  hint: string
}

export async function tooMany(t: CheckContext): Promise<void> {
  const house = await openHouse(t, {
    members: [{ name: 'peer A' }, { name: 'peer B' }],
    seeds: ['peer A'],
    maxPeers: 1,
  })
  const [first, second] = house.members
  const seed = await expectFound(t, house, first!, 'do you dial the seeds?')
  const bystander = await house.dial('a bystander')
  const some = (n: number) => invented(t.random, n)
  const over = t.random.int(2, MAX_ADDR)
  const announced = t.random.int(3, 200)
  const COUNT =
    'an addr with more than 1,000 entries ends the connection, and none of them is used. Do you look at the count first?'
  const SHORT = 'when the payload ends before the last entry, close the connection, and use none of it.'
  const refusals: Refusal[] = [
    { what: 'an addr with 1,001 entries', payload: encodeAddr(some(MAX_ADDR + 1)), hint: COUNT },
    {
      what: `an addr with ${number(MAX_ADDR + over)} entries`,
      payload: encodeAddr(some(MAX_ADDR + over)),
      hint: COUNT,
    },
    {
      what: 'an addr whose count is 2^64 - 1, with one entry',
      payload: encodeAddr(some(1), 2n ** 64n - 1n),
      hint: COUNT,
    },
    {
      what: `an addr whose count is ${announced}, with ${announced - 1} entries`,
      payload: encodeAddr(some(announced - 1), BigInt(announced)),
      hint: SHORT,
    },
    {
      what: 'an addr with 3 entries, without the last byte of the last one',
      payload: encodeAddr(some(3)).subarray(0, -1),
      hint: SHORT,
    },
    { what: 'an addr without a payload, not even a count', payload: Buffer.alloc(0), hint: SHORT },
    {
      what: 'an addr with only the first two bytes of a count of three',
      payload: Buffer.of(0xfd, 0x01),
      hint: SHORT,
    },
  ]
  const behind = new Set([
    await expectRefused(t, house, seed, {
      ...refusals[0]!,
      what: `${refusals[0]!.what}, on a connection that your program had dialed`,
    }),
  ])
  await expectKnown(t, house, {
    soon: true,
    heard: [],
    answered: [first!.address],
    missing: () => 'an address stays in answered, however its connection ends.',
    extra: address => (behind.has(address) ? CLOSE : NOT_USED),
  })
  // From here on nobody else is dialed.
  await house.tell(bystander, [told(t, house.members, second!.name)])
  await expectFound(
    t,
    house,
    second!,
    'when you have closed a connection, there is room for the next address.',
  )
  for (const refusal of t.random.shuffle(refusals)) {
    const contact = await house.dial('a peer')
    behind.add(await expectRefused(t, house, contact, refusal))
  }
  t.doing('Other peers sent bad addr messages. Then a bystander sent a good one.')
  await house.settle(bystander, 'do you close only the connection on which the bad message came?')
  await expectKnown(t, house, {
    heard: [],
    answered: house.members.map(({ address }) => address),
    extra: address =>
      behind.has(address)
        ? `this address came in an addr behind the bad one, in the same write. ${CLOSE}`
        : NOT_USED,
  })
  await accepted(t, house, bystander)
}

const NOT_USED = 'a bad addr is not used at all. Is all of it read before the first address is noted?'
const CLOSE = `Close both directions at once${inNode(' (destroy, not end)')}, and ignore what else has arrived.`

/** Returns an address that came behind the bad message. */
async function expectRefused(
  t: CheckContext,
  house: House,
  contact: Contact,
  { what, payload, hint }: Refusal,
): Promise<string> {
  const before = contact.received.length
  // A right program closes the connection, whatever follows.
  const [more] = invented(t.random, 1)
  t.doing(`A peer sent ${what}, and behind it another addr in the same write.`)
  await contact.peer.write(
    Buffer.concat([house.message('addr', payload), house.message('addr', encodeAddr([more!]))]),
  )
  if (!(await house.until(() => contact.stopped() !== undefined))) {
    t.fail({
      op: 'start',
      expected: 'that your program closes the connection.',
      got: `${contact.peer.name} is still connected, long after that.`,
      hint,
    })
  }
  if (contact.received.length === before) return addressOf(more!)
  return t.fail({
    op: 'start',
    expected: 'nothing more on this connection.',
    got: `the message ${contact.received[before]!.command}.`,
    hint,
  })
}

/** What is unusual, and good. */
async function accepted(t: CheckContext, house: House, bystander: Contact): Promise<void> {
  const all = invented(t.random, MAX_ADDR + 1)
  const [one, thousand] = [all.slice(0, 1), all.slice(1)]
  const good = [
    {
      what: 'an addr without entries',
      payload: encodeAddr([]),
      hint: 'an addr without entries says nothing, and is no reason to close the connection.',
    },
    {
      what: 'an addr with one entry and more bytes behind it',
      payload: Buffer.concat([encodeAddr(one), t.random.bytes(t.random.int(1, 70))]),
      hint: 'bytes behind the last entry are ignored: a newer node may have more to say.',
    },
    {
      what: 'an addr with exactly 1,000 entries',
      payload: encodeAddr(thousand),
      hint: '1,000 entries are allowed, one more is not.',
    },
  ]
  for (const { what, payload, hint } of good) {
    t.doing(`A peer sent ${what}, and then another addr.`)
    await bystander.peer.write(house.message('addr', payload))
    await house.settle(bystander, hint)
    expectNothing(t, bystander, hint)
  }
  t.doing(`A peer sent ${count(good.length, 'good message')}: ${good.map(({ what }) => what).join(', ')}.`)
  await expectKnown(t, house, {
    heard: all.map(addressOf),
    answered: house.members.map(({ address }) => address),
    missing: () =>
      '1,000 entries are allowed, and all of them are used. Bytes behind the last one are ignored.',
    extra: () => 'bytes behind the last entry are ignored: the count says how many there are.',
  })
}
