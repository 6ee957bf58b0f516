/** What one node does with messages. */
import { encodeJsonFrame } from '../../../../network/links/json-frames.ts'
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { playNode } from '../../../check/cluster/played-node.ts'
import exercise from '../exercise.ts'
import { flood, openHouse, short, someId } from './house.ts'

const { publish } = exercise.ops
const { delivered } = exercise.events

const BACK = 'does a message go back to the peer that sent it?'

/** Payloads that a text would not survive, too. */
const payloads = (t: CheckContext): Buffer[] => [
  t.random.bytes(t.random.int(1, 60)),
  Buffer.alloc(0),
  Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
]

export const passesOn: Check = async t => {
  const house = await openHouse(t)
  for (const payload of payloads(t)) {
    const [from, ...others] = t.random.shuffle(house.peers)
    const id = someId(t)
    t.doing(`${from!.id}, a peer that the checker plays, sent a new message of ${payload.length} bytes.`)
    from!.send(flood(id, payload))
    await house.expectDelivered(id, payload, 'for the new message')
    for (const other of others) await house.expectPassed(other, id, payload)
    await house.expectNothing('after that: the message has reached everyone else', BACK)
  }
  // The shortest and the longest ids, some that differ in little, and some that JSON has to escape.
  const key = someId(t).slice(0, 6)
  const ids = ['x', 'x'.repeat(64), `${key}ab`, `${key}AB`, `${key}ab `, 'ü"\\n'.repeat(16), '__proto__']
  for (const id of ids) {
    const [from, other] = t.random.shuffle(house.peers)
    const payload = t.random.bytes(3)
    t.doing(`${from!.id} sent a message with the id ${short(id)}.`)
    from!.send(flood(id, payload))
    await house.expectDelivered(id, payload, `for the message with the id ${short(id)}`)
    await house.expectPassed(other!, id, payload)
    for (const peer of house.peers)
      if (peer !== from && peer !== other) await house.expectPassed(peer, id, payload)
  }
  const [from, other] = t.random.shuffle(house.peers)
  const payload = t.random.bytes(LARGE)
  const id = someId(t)
  t.doing(`${from!.id} sent a message of ${number(LARGE)} bytes, whose frame came in pieces.`)
  const frame = encodeJsonFrame(flood(id, payload))
  for (const piece of t.random.cut(frame, 5)) {
    from!.send(piece)
    await house.program.signOfLife()
  }
  await house.expectDelivered(id, payload, 'for the large message')
  await house.expectPassed(other!, id, payload)
}

/** Bytes of payload: its frame has nearly 1 MiB of JSON. */
const LARGE = 520_000

export const publishes: Check = async t => {
  const house = await openHouse(t)
  const ids = new Set<string>()
  const same = t.random.bytes(8)
  for (const payload of [...payloads(t), same, same]) {
    t.doing(
      `The checker called publish with ${payload.length} bytes${ids.size === 4 ? ', the same as before' : ''}.`,
    )
    const { id } = await t.call(publish, { payload })
    if (id.length < 1 || id.length > 64)
      t.fail({ expected: 'an id of 1 to 64 characters.', got: `${id.length} characters.`, spoke: true })
    if (ids.has(id))
      t.fail({
        expected: 'an id that none of the messages before has.',
        got: `the id ${id} again.`,
        hint: 'equal payloads are two messages: is the id made from the payload?',
        spoke: true,
      })
    ids.add(id)
    await house.expectDelivered(id, payload, 'for your own message')
    for (const peer of house.peers) await house.expectPassed(peer, id, payload)
    const [from] = t.random.shuffle(house.peers)
    from!.send(flood(id, payload))
    await house.expectNothing(
      `when ${from!.id} sends your own message back`,
      'do you remember the ids of your own messages?',
    )
  }
  t.doing(
    'The checker started another copy of your program with the same id, as after a restart, and called publish as often.',
  )
  const again = await t.another()
  const peer = await playNode(t, { id: 'n2', of: 'n1', program: again })
  const arguments_ = {
    id: 'n1',
    host: '127.0.0.1',
    port: 0,
    peers: [{ id: 'n2', address: peer.address }],
    window: 9,
  }
  await t.call(exercise.ops.start, arguments_, { program: again })
  for (let i = 0; i < ids.size; i++) {
    const { id } = await t.call(publish, { payload: same }, { program: again })
    if (ids.has(id))
      t.fail({
        expected: 'an id that no message of before the restart has.',
        got: `the id ${id}, which a message of before has.`,
        hint: 'a counter begins anew with your program. Others remember what it sent before.',
        spoke: true,
      })
  }
}

const TWICE =
  'is the id remembered before the message is passed on, and looked up for every message, whoever sends it?'

export const duplicates: Check = async t => {
  const house = await openHouse(t)
  const [a, b, c] = t.random.shuffle(house.peers)
  const payload = t.random.bytes(10)
  const first = someId(t)
  t.doing(`${a!.id} sent the same message three times at once.`)
  a!.send(flood(first, payload), flood(first, payload), flood(first, payload))
  await house.expectDelivered(first, payload, 'for the first of them')
  for (const peer of [b!, c!]) await house.expectPassed(peer, first, payload)
  await house.expectNothing('for the other two', TWICE)
  t.doing(`${b!.id} sent it, too, and then the same id with another payload.`)
  b!.send(flood(first, payload))
  b!.send(flood(first, t.random.bytes(10)))
  await house.expectNothing('for a duplicate', TWICE)
  const second = someId(t)
  t.doing(`${b!.id} and ${c!.id} sent a message with another id and the payload of before, at the same time.`)
  b!.send(flood(second, payload))
  c!.send(flood(second, payload))
  await house.expectDelivered(second, payload, 'for the message with another id')
  await house.expectPassed(a!, second, payload)
  // Which of the two came first is not known: the other one gets it or does not.
  for (const peer of house.peers) await peer.settled()
  const copies = [b!, c!].map(peer => peer.waiting().length)
  if (copies[0]! + copies[1]! !== 1 || a!.waiting().length > 0)
    t.fail({
      expected:
        'one copy to the peer whose message came second, and none to the one whose message came first.',
      got: `${copies[0]} to ${b!.id}, ${copies[1]} to ${c!.id}, ${1 + a!.waiting().length} to ${a!.id}.`,
      hint: BACK,
      spoke: true,
    })
  if (t.program.told.waiting(delivered.name).length > 0)
    t.fail({ expected: 'one event for it.', got: 'two.', hint: TWICE, spoke: true })
}

export const window: Check = async t => {
  const size = t.random.int(20, 60)
  const { peers, ...house } = await openHouse(t, { window: size })
  const [a, b] = peers
  const payload = t.random.bytes(2)
  const say = async (id: string, isNew: boolean, why: string, hint: string) => {
    a!.send(flood(id, payload))
    if (!isNew) return house.expectNothing(why, hint)
    await house.expectDelivered(id, payload, why)
    for (const peer of peers) if (peer !== a) await house.expectPassed(peer, id, payload)
  }
  const oldest = someId(t)
  t.doing(
    `With a window of ${size}, ${a!.id} sent a message, and ${size - 1} others after it. One of them is your program's own.`,
  )
  await say(oldest, true, 'for the first message', '')
  // Some look like numbers, which an object sorts.
  const ids = t.random.shuffle(
    Array.from({ length: size - 2 }, (_, i) => (i % 2 === 0 ? `${900 - i}` : `${oldest}-${i}`)),
  )
  for (const [i, id] of ids.entries()) await say(id, true, `for message ${i + 2} of the window`, '')
  const { id: own } = await t.call(publish, { payload })
  await house.expectDelivered(own, payload, 'for your own message')
  for (const peer of peers) await house.expectPassed(peer, own, payload)
  await say(
    oldest,
    false,
    `when the first message comes again: it is the oldest of the ${size} that your program remembers`,
    `it is still one of the last ${size}: is one id forgotten too early?`,
  )
  t.doing(
    `With a window of ${size}, ${a!.id} sent message ${size + 1}, so that the first one is forgotten, and then the first one again. It had also come once in between.`,
  )
  await say(`${oldest}-last`, true, `for message ${size + 1}`, '')
  b!.send(flood(oldest, payload))
  await house.expectDelivered(
    oldest,
    payload,
    `for a message whose id is forgotten, because ${size} others were new since`,
  )
  for (const peer of peers) if (peer !== b) await house.expectPassed(peer, oldest, payload)
  t.doing(`With a window of ${size}, the message after the forgotten one came again.`)
  await say(
    ids[5]!,
    false,
    'when a message comes again that is not the oldest',
    'only the oldest goes when there is one more: is all of the window forgotten at once?',
  )
}

export const malformed: Check = async t => {
  const house = await openHouse(t)
  const [from, ...others] = house.peers
  const id = someId(t)
  const bad: [string, object][] = [
    ['another type', { type: 'flod', id, payload: '00' }],
    ['no type', { id, payload: '00' }],
    ['no id', { type: 'flood', payload: '00' }],
    ['an id that is a number', { type: 'flood', id: 7, payload: '00' }],
    ['an empty id', { type: 'flood', id: '', payload: '00' }],
    ['an id of 65 characters', { type: 'flood', id: 'x'.repeat(65), payload: '00' }],
    ['no payload', { type: 'flood', id }],
    ['a payload that is a number', { type: 'flood', id, payload: 0 }],
    ['a payload of three hex digits', { type: 'flood', id, payload: '00f' }],
    ['a payload in upper case', { type: 'flood', id, payload: '0F' }],
    ['a payload that is not hex', { type: 'flood', id, payload: 'zz' }],
    ['a payload with a line end behind it', { type: 'flood', id, payload: '00\n' }],
    ['a payload that is null', { type: 'flood', id, payload: null }],
  ]
  for (const [what, message] of t.random.shuffle(bad)) {
    t.doing(`${from!.id} sent a message with ${what}: ${short(message)}.`)
    from!.send(message)
    await house.expectNothing('for it', 'do you look at type, id and payload before you use them?')
  }
  t.doing(`After these, ${from!.id} sent a sound message with the id ${id}, on the same connection.`)
  const payload = t.random.bytes(4)
  from!.send(flood(id, payload))
  await house.expectDelivered(id, payload, 'for the sound message, whose id malformed ones had, too')
  for (const other of others) await house.expectPassed(other, id, payload)
}
