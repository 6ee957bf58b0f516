/** Records: its own is right, and those of others are believed for their signatures. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { openHouse, short, type House } from './house.ts'
import { someKey } from './members.ts'

const OWN =
  'is the signed text "record ID ADDRESS SEQ", with single spaces, and the signature lower-case hex?'
const TELLS =
  'do you send all the records that you have, your own among them, whenever a connection is there?'
const DIALS = 'do you dial the member that a genuine, new record is about, with links.addPeer?'
const PASSES =
  'do you pass on a record that is news, to everyone that you are connected to but the one that brought it?'

export async function records(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const [n2, n3, n4] = ['n2', 'n3', 'n4'].map(id => house.peer(id)) as [
    ReturnType<House['peer']>,
    ReturnType<House['peer']>,
    ReturnType<House['peer']>,
  ]
  t.doing('The checker started n1 with n2 as its seed.')
  await n2.dialed(1, 'does start dial the seeds?')
  const own = await house.expectRecord(n2, 'n1', 1, TELLS)
  const { address, seq } = own
  if (address !== house.given.announce || seq !== 1 || !house.members.isGenuine(own))
    house.fail({
      expected: `n1's record, with the address ${house.given.announce}, the seq 1, because this is its first start, and a signature that fits the text "record n1 ${house.given.announce} ${String(seq)}".`,
      got: `${short(own)}.`,
      hint:
        address !== house.given.announce
          ? 'the address is what start was given as announce'
          : seq !== 1
            ? 'seq counts the starts of this node: it begins at 1, and is stored for the next one'
            : OWN,
    })

  const first = house.record('n3')
  t.doing('n3 connected to n1, and sent its own record. n2, the seed, had not sent one yet.')
  await n3.dial(house.port)
  await house.say(n3, first)
  await n3.dialed(1, DIALS)
  await house.expectRecord(n3, 'n1', 1, TELLS)
  await house.expectRecord(
    n2,
    'n3',
    first.seq,
    `${PASSES} n2 is one of them, with or without a record of it.`,
  )
  t.doing('n2 sent n1 its own record.')
  await n2.dial(house.port)
  await house.say(n2, house.record('n2'))
  await house.expectRecord(n3, 'n2', 1, PASSES)

  t.doing('n3 sent n1 the record of n4.')
  const second = house.record('n4')
  await house.say(n3, second)
  await n4.dialed(1, DIALS)
  const passed = await house.expectRecord(n2, 'n4', second.seq, PASSES)
  if (passed.address !== second.address || passed.signature !== second.signature)
    house.fail({
      expected: `that n1 passes on n4's record as it came: ${short(second)}.`,
      got: `${short(passed)}.`,
      hint: 'nobody but n4 can sign another record of it',
    })
  await house.expectRecord(n4, 'n3', first.seq, TELLS)
  await n4.dial(house.port)
  for (const [peer, brought] of [
    [n2, 'n2'],
    [n3, 'n4'],
  ] as const) {
    const back = peer.received.find(({ type, id }) => type === 'record' && id === brought)
    if (back)
      house.fail({
        expected: `that n1 does not send the record of ${brought} back to ${peer.id}, which brought it.`,
        got: `${short(back)}, sent to ${peer.id}.`,
        hint: PASSES,
      })
  }
  await repeats(t, house)
  await spelling(t, house)
  await forgeries(t, house)

  const fifth = house.record('n5')
  t.doing('A stranger, which is not a member, brought n1 the genuine record of n5.')
  await house.stranger.dial(house.port)
  await house.say(house.stranger, fifth)
  await house.peer('n5').dialed(1, 'a record proves itself: does it count whoever brings it?')
  await house.expectRecord(n2, 'n5', fifth.seq, 'a record proves itself: does it count whoever brings it?')
  await house.expectNothingForged('after a stranger brought a record', 'do you dial members only?')
}

/** What is no news is not passed on again. */
async function repeats(t: CheckContext, house: House): Promise<void> {
  const [from, other] = ['n2', 'n3'].map(id => house.peer(id)) as [
    ReturnType<House['peer']>,
    ReturnType<House['peer']>,
  ]
  const news = house.record('n4')
  const evil = house.stranger.address
  t.doing(
    'n2 sent n1 a newer record of n4, then the same again, and then two genuine ones that are not newer: one with a smaller seq, and one with the same seq and another address.',
  )
  await house.say(
    from,
    news,
    news,
    house.members.record('n4', evil, news.seq - 1),
    house.members.record('n4', evil, news.seq),
  )
  await house.expectRecord(other, 'n4', news.seq, PASSES)
  await house.expectNothingForged('when no newer record has come', NEWER)
  const copies = other.received.filter(
    ({ type, id, seq }) => type === 'record' && id === 'n4' && Number(seq) >= news.seq - 1,
  )
  const old = copies.find(({ address }) => address === evil)
  if (old || copies.length > 1)
    house.fail({
      expected: `one message to n3 about n4: its record with seq ${news.seq}.`,
      got: old ? `${short(old)}.` : `${copies.length} copies.`,
      hint: NEWER,
    })
}

/** What is signed is the address as it is written, whatever else means the same. */
async function spelling(t: CheckContext, house: House): Promise<void> {
  const [from, other] = [house.peer('n2'), house.peer('n3')]
  // Nobody listens there.
  const padded = house.record('n4', { address: `127.0.0.1:0${t.random.int(1, 9)}` })
  t.doing(`n2 sent n1 a newer record of n4, which n4 has signed with the address ${padded.address}.`)
  await house.say(from, padded)
  const passed = await house.expectRecord(
    other,
    'n4',
    padded.seq,
    `parseAddress takes this address. ${SPELLED}`,
  )
  if (passed.address !== padded.address || passed.signature !== padded.signature)
    house.fail({
      expected: `that n1 passes on n4's record as it came: ${short(padded)}.`,
      got: `${short(passed)}.`,
      hint: SPELLED,
    })
  await house.say(from, house.record('n4'))
}

const SPELLED =
  'the signature is of the address as it stands in the record, letter by letter: do you verify the text that came?'
const NEWER = 'is a record news only if its seq is greater than that of the one you have?'

interface Forgery {
  what: string
  record(house: House, key: Buffer): object
  hint: string
}

const SIGNED =
  "do you verify each record with the public key of the member that it is about, over the record's own fields?"
const HEX = `a signature is 128 digits of lower-case hex, and nothing else: do you look at the text itself?${inNode(" Buffer.from(signature, 'hex') takes upper case, too, and ignores what follows.", '')}`
const KINDS = 'anyone can send anything: do you look at the kind of each field before you use it?'
const FORGERIES: readonly Forgery[] = [
  {
    what: "a record of n3 with a greater seq, signed with a stranger's key",
    record: (house, key) => house.members.record('n3', house.stranger.address, 1_000, key),
    hint: SIGNED,
  },
  {
    what: 'a record of n3 with a greater seq, signed by n4',
    record: ({ members, stranger }) => members.record('n3', stranger.address, 1_001, members.keyOf('n4')),
    hint: SIGNED,
  },
  {
    what: "n3's genuine record with another address",
    record: ({ members, peer, stranger }) => ({
      ...members.record('n3', peer('n3').address, 1_002),
      address: stranger.address,
    }),
    hint: SIGNED,
  },
  {
    what: "n3's genuine record at another address with its seq raised",
    record: ({ members, stranger }) => ({ ...members.record('n3', stranger.address, 1), seq: 1_003 }),
    hint: SIGNED,
  },
  {
    what: 'a record of n3 without a signature',
    record: ({ stranger }) => ({ type: 'record', id: 'n3', address: stranger.address, seq: 1_004 }),
    hint: KINDS,
  },
  {
    what: 'a record of n3 whose seq is text, and which n3 has signed',
    record: ({ members, stranger }) => ({ ...members.record('n3', stranger.address, 1_005), seq: '1005' }),
    hint: KINDS,
  },
  {
    what: 'a record of n3 with the seq 1,006.5, which n3 has signed',
    record: ({ members, stranger }) => members.record('n3', stranger.address, 1_006.5),
    hint: 'is seq a whole number?',
  },
  {
    what: 'a record of n5 with the seq 0, which n5 has signed',
    record: ({ members, stranger }) => members.record('n5', stranger.address, 0),
    hint: 'does seq begin at 1?',
  },
  {
    what: 'a record of n3 at "nowhere", which n3 has signed',
    record: ({ members }) => members.record('n3', 'nowhere', 1_007),
    hint: 'parseAddress throws when an address is not one',
  },
  {
    what: "n3's genuine record with a zero in front of the port of its address",
    record: ({ members }) => ({
      ...members.record('n3', '127.0.0.1:4001', 1_010),
      address: '127.0.0.1:04001',
    }),
    hint: SPELLED,
  },
  {
    what: "n3's genuine record with its signature in upper-case hex",
    record({ members, peer }) {
      const record = members.record('n3', peer('n3').address, 1_011)
      return { ...record, signature: record.signature.toUpperCase() }
    },
    hint: HEX,
  },
  {
    what: "n3's genuine record with more text behind its signature",
    record({ members, peer }) {
      const record = members.record('n3', peer('n3').address, 1_012)
      return { ...record, signature: `${record.signature} and more` }
    },
    hint: HEX,
  },
  {
    what: 'a record of a stranger, signed with its own key',
    record: (house, key) => house.members.record(house.stranger.id, house.stranger.address, 1, key),
    hint: 'do you keep records of members only?',
  },
  {
    what: "a record of n1 itself, signed with n1's key, with a greater seq and another address",
    record: ({ members, stranger }) => members.record('n1', stranger.address, 1_008),
    hint: 'your own record is what you say now, not what others say that you said',
  },
  {
    what: 'a record whose id is not text',
    record: ({ members, stranger }) => ({
      ...members.record('n3', stranger.address, 1_009),
      id: { n3: true },
    }),
    hint: KINDS,
  },
]

async function forgeries(t: CheckContext, house: House): Promise<void> {
  const key = someKey(t.random)
  const [from, other] = ['n4', 'n2'].map(id => house.peer(id)) as [
    ReturnType<House['peer']>,
    ReturnType<House['peer']>,
  ]
  // Where nothing is verified, the finer points would be told first otherwise.
  const wrongKey = FORGERIES.filter(({ hint }) => hint === SIGNED)
  const others = FORGERIES.filter(({ hint }) => hint !== SIGNED)
  for (const { what, record, hint } of [...t.random.shuffle(wrongKey), ...t.random.shuffle(others)]) {
    t.doing(`n4 sent n1 ${what}, and then a genuine record of n3.`)
    const forged = record(house, key)
    const before = other.received.length
    const next = house.record('n3')
    await house.say(from, forged, next)
    // What comes after it on the same connection is passed on, so the program has seen both.
    await house.expectRecord(other, 'n3', next.seq, `${PASSES} Or did it stop at the record before?`)
    await house.expectNothingForged(`after ${what}`, hint)
    const wrong = other.received
      .slice(before)
      .find(message => message.type === 'record' && message.signature !== next.signature)
    if (!wrong) continue
    house.fail({
      expected: `that n1 passes on only the genuine record of n3 after ${what}.`,
      got: `${short(wrong)}, sent to n2.`,
      hint,
    })
  }
}
