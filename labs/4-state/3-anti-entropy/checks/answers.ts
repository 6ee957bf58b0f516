/** What one node answers to the messages of a peer. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'
import {
  anotherHash,
  digests,
  ids,
  items,
  openHouse,
  short,
  someItems,
  want,
  type House,
  type Wanted,
} from './house.ts'
import { DEEP_PREFIX, deepItems, DIGITS, idOf, MOST_BYTES, MOST_ITEMS, MOST_LISTED } from './item-set.ts'

const { get } = exercise.ops
const { grew } = exercise.events

const DOWN = `at most ${MOST_LISTED} ids are listed, more are digested one digit further down. Where digests are equal, nothing is said.`
const UNREMEMBERED =
  'nobody remembers a sync: each message says all that its receiver needs. Where digests are equal, nothing is said.'

/** Items of which so many ids begin with each digit. */
function itemsBelow(t: CheckContext, counts: readonly number[]): Buffer[] {
  const left = [...counts]
  const found: Buffer[] = []
  while (left.some(count => count > 0)) {
    const item = t.random.bytes(16)
    const digit = parseInt(idOf(item)[0]!, 16)
    if (left[digit]! <= 0) continue
    left[digit]!--
    found.push(item)
  }
  return found
}

/** What the program should answer to digests of this prefix. */
const answersTo = ({ set }: House, prefix: string, hashes: readonly string[]): Wanted[] => {
  const own = set.hashes(prefix)
  return DIGITS.flatMap((digit, i): Wanted[] => {
    if (own[i] === hashes[i]) return []
    const below = prefix + digit
    return [{ type: set.under(below).length <= MOST_LISTED ? 'ids' : 'digests', prefix: below }]
  })
}

export const descends: Check = async t => {
  const house = await openHouse(t)
  const [peer] = t.random.shuffle(house.peers)
  // The boundary on both sides, nothing, and one: each at a random digit.
  const counts = t.random.shuffle([
    0,
    1,
    MOST_LISTED,
    MOST_LISTED + 1,
    ...Array.from({ length: 12 }, () => t.random.int(5, 40)),
  ])
  await house.put(...itemsBelow(t, counts))
  const say = async (prefix: string, hashes: readonly string[], what: string, hint = DOWN) => {
    t.doing(`${peer!.id}, a peer that the checker plays, sent digests of the prefix "${prefix}"${what}.`)
    peer!.send(digests(prefix, hashes))
    await house.expectAnswer(peer!, answersTo(house, prefix, hashes), 'for them', hint)
  }
  const [id] = t.random.shuffle([...house.set.items.keys()])
  const others = DIGITS.map(() => anotherHash(t))
  const longer = id!.slice(0, t.random.int(1, 3))
  const next = id![longer.length]!
  await say(
    longer,
    house.set.hashes(longer).with(parseInt(next, 16), others[0]!),
    `, of which that of "${longer}${next}" differs, before any sync had begun`,
    UNREMEMBERED,
  )
  const own = house.set.hashes('')
  await say('', own, ' that equal those of your program')
  await say('', others, ', all of them different')
  const one = t.random.int(0, 15)
  await say('', own.with(one, others[one]!), `, of which that of "${DIGITS[one]}" differs`)
  const some = t.random.shuffle(DIGITS.map((_, i) => i)).slice(0, 6)
  await say(
    '',
    own.map((hash, i) => (some.includes(i) ? others[i]! : hash)),
    ', of which 6 differ',
  )

  for (const length of [1, 2, t.random.int(10, 50), 63])
    await say(
      id!.slice(0, length),
      DIGITS.map(() => anotherHash(t)),
      `, which has ${length} digits`,
    )

  const deep = t.random.shuffle(deepItems())
  await house.put(...deep.slice(0, MOST_LISTED + t.random.int(1, 4)))
  for (let length = 1; length <= DEEP_PREFIX.length; length++) {
    const prefix = DEEP_PREFIX.slice(0, length)
    const differ = house.set.hashes(prefix).with(0, anotherHash(t))
    await say(prefix, differ, `, of which that of "${prefix}0" differs`)
  }
}

const BOTH =
  'compare both ways: which of these ids do I lack, and which of mine below this prefix does the peer lack?'

export const exchanges: Check = async t => {
  const house = await openHouse(t)
  const { set } = house
  const [peer, other] = t.random.shuffle(house.peers)
  await house.put(...itemsBelow(t, t.random.shuffle([3, 8, 12, 20])))
  const prefix = [...set.items.keys()][0]!.slice(0, 1)
  const own = set.under(prefix)
  const foreign = itemsBelow(
    t,
    DIGITS.map(digit => (digit === prefix ? 4 : 0)),
  )
  const foreignIds = foreign.map(idOf)
  const say = async (list: readonly string[], wanted: readonly Wanted[], what: string, below = prefix) => {
    t.doing(`${peer!.id} sent ids of the prefix "${below}": ${what}.`)
    peer!.send(ids(below, t.random.shuffle(list)))
    await house.expectAnswer(peer!, wanted, 'for them', BOTH)
  }
  await say(own, [], 'those that your program has')
  await say(
    own.slice(1),
    [{ type: 'items', ids: own.slice(0, 1) }],
    'all but one of those that your program has',
  )
  await say(
    [...own, ...foreignIds],
    [{ type: 'want', ids: foreignIds }],
    'those that your program has, and 4 more',
  )
  await say(
    [...own.slice(2), ...foreignIds],
    [
      { type: 'want', ids: foreignIds },
      { type: 'items', ids: own.slice(0, 2) },
    ],
    'some that your program lacks, and not all of those that it has',
  )
  await say([], [{ type: 'items', ids: own }], 'none')
  const [whole] = t.random.shuffle(own)
  await say([], [{ type: 'items', ids: [whole!] }], 'none, where the prefix is all of an id', whole)

  const asks = async (list: readonly string[], what: string) => {
    const there = list.filter(id => set.items.has(id))
    t.doing(`${peer!.id} sent want: ${what}.`)
    peer!.send(want(list))
    await house.expectAnswer(
      peer!,
      there.length > 0 ? [{ type: 'items', ids: there }] : [],
      'for it',
      'the answer to want has those of the items that there are, and there is none when there are none.',
    )
  }
  await asks(t.random.shuffle([...set.items.keys()]).slice(0, 5), '5 ids that your program has')
  await asks(t.random.shuffle([own[0]!, ...foreignIds]), 'one id that your program has, and 4 that it lacks')
  await asks(foreignIds, '4 ids that your program lacks')
  await asks([], 'no ids')

  const brings = async (list: readonly Buffer[], what: string, isNew: boolean) => {
    t.doing(`${peer!.id} sent items: ${what}.`)
    peer!.send(items(list))
    set.add(...list)
    if (isNew) {
      const { count } = await t.event(grew, { about: `when ${peer!.id} has sent items that are new` })
      if (count !== set.count)
        t.fail({
          expected: `the event grew with ${set.count}: that many items your program has now.`,
          got: `${count}.`,
          hint: 'count what you have, not what came. Equal items are one.',
          spoke: true,
        })
    }
    await house.expectNothing(
      'for them',
      'items are kept and not answered: others get them when they ask. Only what is new causes an event.',
    )
    await house.expectStatus('after that')
    for (const item of list.slice(0, 2)) await expectItem(t, item)
  }
  await brings(foreign.slice(0, 2), '2 that your program lacks', true)
  await brings(foreign.slice(0, 2), 'the same 2 again', false)
  await brings([foreign[0]!, foreign[2]!, foreign[2]!], 'one that is there, and a new one twice', true)
  await brings([], 'none', false)
  await house.expectSync(other!)

  const many = 2 * MOST_ITEMS + t.random.int(1, 300)
  await house.put(...someItems(t, many, 12))
  await say(
    [],
    [{ type: 'items', ids: [...set.items.keys()] }],
    `none, where your program has ${set.count}`,
    '',
  )
}

async function expectItem(t: CheckContext, item: Buffer): Promise<void> {
  const { data } = await t.call(get, { id: idOf(item) })
  if (!data?.equals(item))
    t.fail({
      op: 'get',
      expected: `the item ${item.toString('hex')} that a peer has sent.`,
      got: data ? data.toString('hex') : 'no data.',
      hint: 'the items in a message are hex: do you decode them before you hash and keep them?',
    })
}

export const hostile: Check = async t => {
  const house = await openHouse(t)
  const { set } = house
  const [peer, other] = t.random.shuffle(house.peers)
  await house.put(...itemsBelow(t, t.random.shuffle([...Array.from({ length: 15 }, () => 2), 20])))
  const [id] = set.items.keys()
  const hashes = DIGITS.map(() => anotherHash(t))
  const good = t.random.bytes(6).toString('hex')
  const bad: [string, object][] = [
    ['another type', { type: 'digest', prefix: '', hashes }],
    ['no type', { prefix: '', hashes }],
    ['digests without a prefix', { type: 'digests', hashes }],
    ['digests of a prefix that is a number', { type: 'digests', prefix: 3, hashes }],
    ['digests of a prefix in upper case', { type: 'digests', prefix: '3A', hashes }],
    ['digests of a prefix that is not hex', { type: 'digests', prefix: 'g', hashes }],
    ['digests of a prefix with a line end behind it', { type: 'digests', prefix: `${id![0]}\n`, hashes }],
    ['digests of a prefix of 64 digits', { type: 'digests', prefix: id, hashes }],
    ['digests without hashes', { type: 'digests', prefix: '' }],
    ['digests with 15 hashes', { type: 'digests', prefix: '', hashes: hashes.slice(1) }],
    ['digests with 17 hashes', { type: 'digests', prefix: '', hashes: [...hashes, hashes[0]] }],
    ['digests whose hashes are a text', { type: 'digests', prefix: '', hashes: '0123456789abcdef' }],
    [
      'digests with a hash that is null',
      { type: 'digests', prefix: '', hashes: hashes.with(3, null as never) },
    ],
    [
      'digests with a hash that is a number of 16 digits',
      { type: 'digests', prefix: '', hashes: hashes.with(3, 1_234_567_890_123_456 as never) },
    ],
    [
      'digests with a hash of 15 digits',
      { type: 'digests', prefix: '', hashes: hashes.with(3, hashes[3]!.slice(1)) },
    ],
    [
      'digests with a hash of 64 digits',
      { type: 'digests', prefix: '', hashes: hashes.with(3, hashes[3]!.repeat(4)) },
    ],
    ['ids of a prefix of 65 digits', { type: 'ids', prefix: `${id}0`, ids: [] }],
    ['ids without ids', { type: 'ids', prefix: '' }],
    ['ids that are an object', { type: 'ids', prefix: '', ids: { length: 0 } }],
    ['ids with an id of 63 digits', { type: 'ids', prefix: '', ids: [id!.slice(1)] }],
    ['ids with an id in upper case', { type: 'ids', prefix: '', ids: [`ABCDEF${id!.slice(6)}`] }],
    [
      'ids with an id that does not begin with the prefix',
      { type: 'ids', prefix: id!.slice(0, 2), ids: [(id![0] === '0' ? '1' : '0') + id!.slice(1)] },
    ],
    ['ids with an id in a list of its own', { type: 'ids', prefix: '', ids: [[id]] }],
    ['ids with a line end behind an id', { type: 'ids', prefix: '', ids: [`${id}\n`] }],
    ['want without ids', { type: 'want' }],
    ['want with a right id and one that is null', { type: 'want', ids: [id, null] }],
    ['want with a right id and one with a line end behind it', { type: 'want', ids: [id, `${id}\n`] }],
    ['want with a right id and one of 65 digits', { type: 'want', ids: [id, `${id}0`] }],
    ['items without items', { type: 'items' }],
    ['items with a right one and a number', { type: 'items', items: [good, 77] }],
    ['items with a right one and one with a line end behind it', { type: 'items', items: [good, '0f\n'] }],
    ['items with a right one and one of three hex digits', { type: 'items', items: [good, '00f'] }],
    ['items with a right one and one in upper case', { type: 'items', items: [good, '0F'] }],
    ['items with a right one and one that is not hex', { type: 'items', items: [good, 'zz'] }],
    [
      `items with a right one and one of ${MOST_BYTES + 1} bytes`,
      { type: 'items', items: [good, '00'.repeat(MOST_BYTES + 1)] },
    ],
  ]
  for (const [what, message] of t.random.shuffle(bad)) {
    t.doing(`${peer!.id} sent a message that is malformed, ${what}: ${short(message)}.`)
    peer!.send(message)
    await house.expectNothing('for it', 'do you look at all of a message before you use any of it?')
  }
  await house.expectStatus(
    'after messages that are malformed',
    'is a right item kept that came with a wrong one?',
  )

  const made = Array.from({ length: 12 }, () => t.random.bytes(32).toString('hex'))
  t.doing(
    `${peer!.id}, on the same connection, sent ids that it made up, and never sent the items. It did so twice.`,
  )
  for (let i = 0; i < 2; i++) {
    peer!.send(ids('', [...set.items.keys(), ...made]))
    await house.expectAnswer(
      peer!,
      [{ type: 'want', ids: made }],
      'for ids that nobody has',
      'a want is a question, and nothing depends on its answer: do you keep what you asked for, or count it?',
    )
  }
  t.doing(`${peer!.id} sent an item that nobody wanted.`)
  const unwanted = t.random.bytes(10)
  peer!.send(items([unwanted]))
  set.add(unwanted)
  await t.event(grew, { about: 'for an item that your program did not ask for' })
  await house.expectStatus('with it', 'an item proves itself by its hash: take it, wanted or not.')
  t.doing(
    `${peer!.id} lied about all its digests, and then ${other!.id} began a sync with digests that are true.`,
  )
  peer!.send(digests('', hashes))
  await house.expectAnswer(peer!, answersTo(house, '', hashes), 'for digests that are lies', DOWN)
  const lost = [...set.items.keys()].filter(key => key.startsWith(id![0]!))
  const theirs = set.hashes('').with(parseInt(id![0]!, 16), anotherHash(t))
  other!.send(digests('', theirs))
  await house.expectAnswer(
    other!,
    answersTo(house, '', theirs),
    'for its digests, whatever another peer says',
    DOWN,
  )
  other!.send(ids(id![0]!, lost.slice(1)))
  await house.expectAnswer(other!, [{ type: 'items', ids: lost.slice(0, 1) }], 'for its ids', BOTH)
  await house.expectStatus('after all of this')
}
